"""A server numbers a folder anew: what is known is recognised, nothing is lost, nothing is taken for another (M1)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import MailFate
from core.rules.sightings import FormerSighting, are_one
from core.services.quarantine import DISMISSED
from core.services.sightings import LeftOut
from mail.imap_letters import HEADER_BYTES
from mail.remap import key_of
from tests.factories.mail_world import raw_letter
from tests.mail.scripted_mailbox import ScriptedMailbox

BROKEN = b"this is not mail at all"


async def take_old(mailbox: ScriptedMailbox, *raws: bytes) -> None:
    mailbox.script.letters = dict(enumerate(raws, start=1))
    await mailbox.sync()


async def renumber(mailbox: ScriptedMailbox, letters: dict[int, bytes], uidvalidity: int = 2) -> None:
    mailbox.script.uidvalidity, mailbox.script.letters = uidvalidity, letters
    await mailbox.sync()


async def test_m1_letters_known_under_another_uidvalidity_keep_their_fate_without_a_download(
    mailbox: ScriptedMailbox,
) -> None:
    a, b = raw_letter("a"), raw_letter("b", body="longer")
    await take_old(mailbox, a, b)
    fates = {one.interaction_id: one.fate for one in await mailbox.sightings()}
    before = mailbox.downloads()
    await renumber(mailbox, {15: b, 16: a})
    assert mailbox.downloads() == before
    now = await mailbox.sightings()
    assert {one.interaction_id: one.fate for one in now} == fates
    assert [(one.uidvalidity, one.uid, one.gone_at) for one in now] == [(2, 15, None), (2, 16, None)]
    report = await mailbox.report()
    assert (report.server, report.stored, report.known, report.gap, report.left) == (2, 2, 0, 0, 0)


async def test_m1_only_what_is_new_is_downloaded(mailbox: ScriptedMailbox) -> None:
    await take_old(mailbox, raw_letter("a"), raw_letter("b"))
    await renumber(mailbox, {3: raw_letter("b"), 4: raw_letter("new")})
    assert "UID FETCH 4 (UID INTERNALDATE BODY.PEEK[])" in mailbox.script.heard
    assert await mailbox.world.has("a", "b", "new")
    report = await mailbox.report()
    assert (report.server, report.stored, report.left, report.gap) == (2, 2, 0, 0)
    former = [one for one in await mailbox.sightings() if one.uidvalidity == 1]
    assert [(one.uid, one.fate, one.gone_at is not None) for one in former] == [(1, MailFate.STORED, True)]


async def test_m1_a_letter_of_the_same_size_and_id_with_another_header_is_downloaded(
    mailbox: ScriptedMailbox,
) -> None:
    await take_old(mailbox, raw_letter("a", sender="john@acme.example"))
    await renumber(mailbox, {5: raw_letter("a", sender="jack@acme.example")})
    assert mailbox.downloads() == 2
    assert (await mailbox.report()).stored == 1
    assert len(await mailbox.world.topics()) == 2


async def test_m1_letters_without_a_message_id_are_not_recognised_by_their_looks(
    mailbox: ScriptedMailbox,
) -> None:
    def nameless(body: str) -> bytes:
        return f"From: a@acme.example\r\nSubject: alarm\r\n\r\n{body}\r\n".encode()

    await take_old(mailbox, nameless("pump 1"))
    await renumber(mailbox, {2: nameless("pump 2"), 3: nameless("pump 1")})
    report = await mailbox.report()
    assert (report.stored, report.known, report.gap) == (1, 1, 0)
    assert len(await mailbox.world.topics()) == 2


async def test_m1_two_letters_that_look_alike_and_are_not_are_both_downloaded(
    mailbox: ScriptedMailbox,
) -> None:
    first, second = raw_letter("a", body="one"), raw_letter("a", body="two")
    await take_old(mailbox, first, second)
    interactions = {one.raw_sha256: one.interaction_id for one in await mailbox.sightings()}
    assert len(set(interactions.values())) == 2
    await renumber(mailbox, {7: second, 8: first})
    now = [one for one in await mailbox.sightings() if one.uidvalidity == 2]
    assert [one.fate for one in now] == [MailFate.KNOWN, MailFate.KNOWN]
    assert [one.interaction_id for one in now] == list(reversed(interactions.values()))


async def test_m1_the_same_letter_twice_stays_the_same_letter_twice(mailbox: ScriptedMailbox) -> None:
    await take_old(mailbox, raw_letter("a"), raw_letter("a"))
    before = mailbox.downloads()
    await renumber(mailbox, {7: raw_letter("a"), 8: raw_letter("a"), 9: raw_letter("a")})
    report = await mailbox.report()
    assert (report.stored, report.known, report.gap) == (1, 2, 0)
    assert mailbox.downloads() == before + 1  # The third was not there before.
    assert await mailbox.world.has("a")


async def test_m1_numbers_given_out_again_are_recognised_by_what_they_hold(mailbox: ScriptedMailbox) -> None:
    a, b, c = raw_letter("a"), raw_letter("b"), raw_letter("c")
    mailbox.script.uidnext = 4
    await take_old(mailbox, a, b, c)
    before = mailbox.downloads()
    mailbox.script.letters, mailbox.script.uidnext = {1: a, 2: c}, 3
    await mailbox.sync()
    assert mailbox.downloads() == before
    report = await mailbox.report()
    assert (report.server, report.stored, report.gap) == (2, 2, 0)
    mailbox.script.letters, mailbox.script.uidnext = {1: a, 2: c, 3: raw_letter("d"), 4: b}, 5
    await mailbox.sync()
    assert await mailbox.world.has("a", "b", "c", "d")
    report = await mailbox.report()
    assert (report.server, report.stored, report.known, report.gap) == (4, 4, 0, 0)


async def test_m1_a_server_that_numbers_anew_again_and_again_costs_no_download_and_no_rows(
    mailbox: ScriptedMailbox,
) -> None:
    letters = {uid: raw_letter(f"letter {uid}") for uid in range(1, 21)}
    await take_old(mailbox, *letters.values())
    before = mailbox.downloads()
    for uidvalidity in range(2, 6):
        await renumber(mailbox, {uid + uidvalidity: raw for uid, raw in letters.items()}, uidvalidity)
    assert mailbox.downloads() == before
    assert len(await mailbox.sightings()) == 20
    assert (await mailbox.report()).stored == 20


async def test_m1_a_former_letter_whose_bytes_are_lost_is_downloaded(mailbox: ScriptedMailbox) -> None:
    await take_old(mailbox, raw_letter("a"))
    for one in await mailbox.sightings():
        mailbox.world.services.blobs.delete(one.raw_sha256 or "")
    await renumber(mailbox, {5: raw_letter("a")})
    assert await mailbox.world.has("a")
    assert (await mailbox.report()).known == 1


async def test_pain_11_a_letter_dismissed_unread_stays_dismissed_under_its_new_number(
    mailbox: ScriptedMailbox,
) -> None:
    await take_old(mailbox, raw_letter("a"))
    large, cursor = raw_letter("large", body="x" * 500), await mailbox.sync()
    dismissed = LeftOut(2, datetime(2026, 11, 24, 12, 5, tzinfo=UTC), len(large))
    sightings = mailbox.world.services.sightings
    await sightings.leave_out(cursor.id, 1, DISMISSED, [dismissed])
    before = mailbox.downloads()
    await renumber(mailbox, {7: large, 8: raw_letter("a")})
    assert mailbox.downloads() == before
    report = await mailbox.report()
    assert (report.server, report.stored, report.excluded, report.gap) == (2, 1, {"dismissed": 1}, 0)


async def test_uidvalidity_0_is_a_number_like_others_until_its_letters_are_others(
    mailbox: ScriptedMailbox,
) -> None:
    await take_old(mailbox, raw_letter("a"), raw_letter("b", body="longer"))
    await renumber(mailbox, mailbox.script.letters, uidvalidity=0)
    await mailbox.sync()
    assert mailbox.downloads() == 1
    mailbox.script.letters = {1: raw_letter("b", body="longer"), 2: raw_letter("c", body="even longer")}
    await mailbox.sync()
    assert await mailbox.world.has("a", "b", "c")
    report = await mailbox.report()
    assert (report.server, report.stored, report.gap) == (2, 2, 0)


async def test_a_folder_without_uidvalidity_is_captured(mailbox: ScriptedMailbox) -> None:
    mailbox.script.letters = {1: raw_letter("a")}
    mailbox.script.answers["EXAMINE"] = b"* 1 EXISTS\r\n%t OK opened\r\n"
    await mailbox.sync()
    assert await mailbox.world.has("a")


class TestKey:
    def test_the_letter_and_its_header_block_have_one_key(self) -> None:
        raw = raw_letter("a")
        block = raw[: raw.index(b"\r\n\r\n") + 4]
        assert key_of(raw) == key_of(block) is not None

    @pytest.mark.parametrize(
        "raw", [b"", BROKEN, b"\r\n\r\nMessage-ID: <a@b>\r\n", b"Message-ID: <>\r\n\r\n"]
    )
    def test_without_a_message_id_there_is_none(self, raw: bytes) -> None:
        assert key_of(raw) is None

    def test_a_folded_message_id_counts(self) -> None:
        assert key_of(b"message-id:\r\n <a@b>\r\n\r\n") is not None

    @given(st.integers(HEADER_BYTES - 50, HEADER_BYTES + 50))
    def test_a_header_block_beyond_the_limit_is_compared_up_to_it(self, length: int) -> None:
        raw = b"Message-ID: <a@b>\r\nX: " + b"x" * length + b"\r\n\r\nbody"
        block = raw[: raw.index(b"\r\n\r\n") + 4]
        assert key_of(raw) == key_of(block[:HEADER_BYTES])


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([None, 1, 2])), min_size=1, max_size=5))
def test_sightings_are_one_only_if_they_share_interaction_or_bytes(
    rows: list[tuple[str, int | None]],
) -> None:
    sightings = [FormerSighting(number, number, 1, raw, known) for number, (raw, known) in enumerate(rows)]
    bytes_alike = len({raw for raw, _ in rows}) == 1
    one_interaction = {known for _, known in rows} in ({1}, {2})
    assert are_one(sightings) is (bytes_alike or one_interaction)
