"""Every UID has a fate, whatever happens to letters on the server: leaving, coming back, never delivered (M4)."""

from core.enums import MailFate
from tests.factories.mail_world import raw_letter
from tests.mail.scripted_mailbox import OpenMailbox, ScriptedMailbox


def letters(*topics: str) -> dict[int, bytes]:
    return {uid: raw_letter(topic) for uid, topic in enumerate(topics, start=1)}


async def open_(mailbox: ScriptedMailbox, opened: list[OpenMailbox]) -> OpenMailbox:
    opened.append(await OpenMailbox.open(mailbox))
    return opened[-1]


async def test_m4_a_letter_deleted_on_the_server_is_noted_as_gone_and_stays_here(
    mailbox: ScriptedMailbox,
) -> None:
    mailbox.script.letters = letters("a", "b", "c")
    await mailbox.sync()
    del mailbox.script.letters[2]
    await mailbox.sync()
    assert await mailbox.gone() == [2]
    assert await mailbox.world.has("a", "b", "c")
    report = await mailbox.report()
    assert (report.server, report.stored, report.left, report.gap) == (2, 2, 1, 0)


async def test_m4_a_letter_that_is_back_is_there_again_without_a_download(mailbox: ScriptedMailbox) -> None:
    mailbox.script.letters = letters("a", "b")
    await mailbox.sync()
    kept = mailbox.script.letters.pop(1)
    await mailbox.sync()
    mailbox.script.letters[1] = kept
    before = mailbox.downloads()
    await mailbox.sync()
    assert await mailbox.gone() == []
    assert mailbox.downloads() == before


async def test_m4_a_letter_expunged_between_listing_and_fetching_has_a_named_fate(
    mailbox: ScriptedMailbox,
) -> None:
    mailbox.script.letters = letters("a", "b", "c")
    mailbox.script.hidden_bodies.add(2)
    mailbox.script.answers["UID SEARCH"] = [b"* SEARCH 1 2 3\r\n%t OK\r\n", b"* SEARCH\r\n%t OK\r\n"]
    await mailbox.sync()
    assert [(one.uid, one.fate, one.rule) for one in await mailbox.sightings()] == [
        (1, MailFate.STORED, None),
        (2, MailFate.EXCLUDED, "expunged"),
        (3, MailFate.STORED, None),
    ]
    assert await mailbox.gone() == [2]
    report = await mailbox.report()
    assert (report.server, report.stored, report.excluded, report.gap) == (2, 2, {}, 0)


async def test_m4_a_letter_wrongly_thought_expunged_is_fetched_when_it_is_listed_again(
    mailbox: ScriptedMailbox,
) -> None:
    await test_m4_a_letter_expunged_between_listing_and_fetching_has_a_named_fate(mailbox)
    mailbox.script.hidden_bodies.clear()
    await mailbox.sync()
    assert await mailbox.world.has("a", "b", "c")
    report = await mailbox.report()
    assert (report.server, report.stored, report.left, report.gap) == (3, 3, 0, 0)


async def test_pain_1_a_uid_dropped_in_the_middle_is_found_and_filled_at_the_next_poll(
    mailbox: ScriptedMailbox, opened: list[OpenMailbox]
) -> None:
    mailbox.script.letters = letters("a")
    there = await open_(mailbox, opened)
    mailbox.script.letters.update({54: raw_letter("54"), 56: raw_letter("56")})
    await there.poll()
    assert there.cursor.last_uid == 56
    mailbox.script.letters[55] = raw_letter("55")  # It was there all the time, and the server did not say so.
    await there.poll()
    assert await mailbox.world.has("a", "54", "55", "56")
    assert (await mailbox.report()).gap == 0


async def test_m4_a_letter_not_delivered_with_the_news_is_fetched_at_the_next_poll(
    mailbox: ScriptedMailbox, opened: list[OpenMailbox]
) -> None:
    mailbox.script.letters = letters("a")
    there = await open_(mailbox, opened)
    mailbox.script.letters.update({2: raw_letter("b"), 3: raw_letter("c")})
    mailbox.script.hidden_bodies.add(2)
    await there.hear_news()
    assert await mailbox.world.has("a", "c")
    report = await mailbox.report()
    assert (report.server, report.stored, report.gap) == (3, 2, 1)
    mailbox.script.hidden_bodies.clear()
    await there.poll()
    assert await mailbox.world.has("a", "b", "c")
    assert (await mailbox.report()).gap == 0


async def test_m4_a_poll_that_adds_up_asks_for_no_list_of_uids(
    mailbox: ScriptedMailbox, opened: list[OpenMailbox]
) -> None:
    mailbox.script.letters = letters("a", "b")
    there = await open_(mailbox, opened)
    mailbox.script.letters[3] = raw_letter("c")
    await there.poll()
    mailbox.script.letters[4] = raw_letter("d")
    await there.hear_news()
    await there.poll()
    assert await mailbox.world.has("a", "b", "c", "d")
    assert sum(one.startswith("UID SEARCH") for one in mailbox.script.heard) == 1


async def test_m4_a_deletion_shows_in_the_number_of_letters(
    mailbox: ScriptedMailbox, opened: list[OpenMailbox]
) -> None:
    mailbox.script.letters = letters("a", "b", "c")
    there = await open_(mailbox, opened)
    del mailbox.script.letters[1]
    await there.poll()
    assert await mailbox.gone() == [1]


async def test_vanished_tells_what_is_gone_without_a_list_of_uids(
    mailbox: ScriptedMailbox, opened: list[OpenMailbox]
) -> None:
    script = mailbox.script
    script.capabilities += b" ENABLE CONDSTORE QRESYNC"
    script.letters, script.highest_modseq = letters("a", "b", "c"), 10
    there = await open_(mailbox, opened)
    assert there.cursor.highest_modseq == 10
    del script.letters[1], script.letters[2]
    script.vanished, script.highest_modseq = b"1:2,77", 12
    await there.poll()
    assert await mailbox.gone() == [1, 2]
    assert there.cursor.highest_modseq == 12
    assert sum(one.startswith("UID SEARCH") for one in script.heard) == 1
    assert 'EXAMINE "INBOX" (QRESYNC (1 10 1:3))' in script.heard
    report = await mailbox.report()
    assert (report.server, report.stored, report.left, report.gap) == (1, 1, 2, 0)


async def test_the_count_of_changes_survives_a_restart(mailbox: ScriptedMailbox) -> None:
    mailbox.script.letters, mailbox.script.highest_modseq = letters("a"), 10
    await mailbox.sync()
    cursor = (await mailbox.world.services.folders.list_cursors(mailbox.id))[0]
    assert cursor.highest_modseq == 10


async def test_a_count_of_changes_that_went_down_means_a_comparison_of_the_whole(
    mailbox: ScriptedMailbox, opened: list[OpenMailbox]
) -> None:
    mailbox.script.letters, mailbox.script.highest_modseq = letters("a"), 10
    there = await open_(mailbox, opened)
    mailbox.script.highest_modseq = 3
    await there.poll()
    assert sum(one.startswith("UID SEARCH") for one in mailbox.script.heard) == 2
    assert there.cursor.highest_modseq == 3


async def test_what_is_still_being_written_is_left_out_by_a_named_rule(mailbox: ScriptedMailbox) -> None:
    mailbox.script.letters = letters("a", "half a sentence")
    mailbox.script.flags[2] = "\\Draft \\Seen"
    await mailbox.sync()
    assert await mailbox.world.has("a")
    report = await mailbox.report()
    assert (report.server, report.stored, report.excluded, report.gap) == (2, 1, {"draft": 1}, 0)


async def test_m4_a_growing_gap_is_told_once_to_the_owner_and_to_administrators(
    mailbox: ScriptedMailbox,
) -> None:
    organisation = mailbox.world.post.organisation
    mailbox.script.letters = letters("a", "b", "c")
    mailbox.script.hidden_bodies = {2}
    await mailbox.sync()
    await mailbox.sync()
    told = await mailbox.world.post.notices("mail_gap")
    readers = {organisation.anna.user_id, organisation.administrator.user_id}
    assert {one.user_id for one in told} == readers
    assert [(one.payload["folder"], one.payload["gap"]) for one in told] == [("INBOX", 1)] * len(readers)
    mailbox.script.letters[4] = raw_letter("d")
    mailbox.script.hidden_bodies.add(4)
    await mailbox.sync()
    told = await mailbox.world.post.notices("mail_gap")
    assert [one.payload["gap"] for one in told[len(readers) :]] == [2] * len(readers)
    mailbox.script.hidden_bodies.clear()
    await mailbox.sync()
    assert len(await mailbox.world.post.notices("mail_gap")) == 2 * len(readers)
    assert (await mailbox.report()).gap == 0
