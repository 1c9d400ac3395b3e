r"""\Seen follows the review where that was asked for, and nothing is written anywhere else (domain.md R1, R2)."""

from datetime import timedelta

from core.enums import FunctionalOption
from core.services.options import Options
from core.services.review import Review
from core.values import InteractionId
from tests.factories.mail_world import raw_letter
from tests.mail.scripted_mailbox import ScriptedMailbox


async def switch(mailbox: ScriptedMailbox, *, is_on: bool = True) -> None:
    await mailbox.world.services.mailboxes.set_mirror_seen(None, mailbox.id, is_on=is_on)


async def review(mailbox: ScriptedMailbox, uid: int, *, reviewed: bool = True) -> None:
    found = {one.uid: one.interaction_id for one in await mailbox.sightings() if one.uidvalidity > 0}
    interaction = InteractionId(found[uid] or 0)
    post = mailbox.world.post
    marks = Review(post.works)
    anna = post.organisation.anna
    assert await (marks.mark_reviewed if reviewed else marks.mark_unreviewed)(anna, interaction)


def writes(mailbox: ScriptedMailbox) -> list[str]:
    return [one for one in mailbox.script.heard if one.startswith(("SELECT", "UID STORE"))]


async def test_r1_nothing_is_written_unless_it_is_asked_for(mailbox: ScriptedMailbox) -> None:
    mailbox.script.letters = {1: raw_letter("a")}
    await mailbox.sync()
    await review(mailbox, 1)
    await mailbox.sync()
    assert writes(mailbox) == []


async def test_r1_reviewed_letters_are_marked_once_and_unreviewed_ones_get_their_mark_back(
    mailbox: ScriptedMailbox,
) -> None:
    await switch(mailbox)
    mailbox.script.letters = {1: raw_letter("a"), 2: raw_letter("b")}
    await mailbox.sync()
    assert writes(mailbox) == []
    await review(mailbox, 2)
    await mailbox.sync()
    assert writes(mailbox) == ['SELECT "INBOX"', "UID STORE 2 +FLAGS.SILENT (\\Seen)"]
    await mailbox.sync()
    assert len(writes(mailbox)) == 2
    await review(mailbox, 2, reviewed=False)
    await mailbox.sync()
    assert writes(mailbox)[2:] == ['SELECT "INBOX"', "UID STORE 2 -FLAGS.SILENT (\\Seen)"]
    assert mailbox.script.flags == {2: ""}


async def test_r2_what_started_reviewed_was_read_by_nobody_and_is_not_marked(
    mailbox: ScriptedMailbox,
) -> None:
    await switch(mailbox)
    mailbox.world.clock.at += timedelta(
        days=1
    )  # The scripted letters arrived before; their mailbox is older.
    letters = {
        1: raw_letter("newsletter", "List-Id: <news.acme.example>", "Precedence: bulk"),
        2: raw_letter("ours", sender="anna@zveno.example"),
        3: raw_letter("theirs"),
    }
    mailbox.script.letters = letters
    await mailbox.sync()
    await review(mailbox, 3)
    await mailbox.sync()
    assert mailbox.script.flags == {3: "\\Seen"}


async def test_r2_letters_older_than_the_mailbox_are_not_marked(mailbox: ScriptedMailbox) -> None:
    mailbox.world.clock.at += timedelta(days=1)
    second = await ScriptedMailbox.add_another(mailbox)
    await switch(second)
    mailbox.script.letters = {1: raw_letter("old")}
    await second.sync()
    await second.sync()
    assert writes(second) == []


async def test_a_mark_whose_answer_was_lost_is_written_again(mailbox: ScriptedMailbox) -> None:
    await switch(mailbox)
    mailbox.script.letters = {1: raw_letter("a")}
    await mailbox.sync()
    await review(mailbox, 1)
    mailbox.script.answers["UID STORE"] = [b"%t NO not now\r\n"]
    await mailbox.sync()
    assert mailbox.script.flags == {}
    await mailbox.sync()
    assert mailbox.script.flags == {1: "\\Seen"}


async def test_nothing_is_marked_under_numbers_that_are_void(mailbox: ScriptedMailbox) -> None:
    await switch(mailbox)
    mailbox.script.letters = {1: raw_letter("a"), 2: raw_letter("b")}
    await mailbox.sync()
    await review(mailbox, 1)
    mailbox.script.uidvalidity = 9
    mailbox.script.letters = {1: raw_letter("b"), 2: raw_letter("a")}
    await mailbox.sync()
    assert mailbox.script.flags == {}
    await mailbox.sync()
    assert mailbox.script.flags == {2: "\\Seen"}


async def test_nothing_is_marked_where_the_server_keeps_no_flags(mailbox: ScriptedMailbox) -> None:
    await switch(mailbox)
    mailbox.script.letters = {1: raw_letter("a")}
    await mailbox.sync()
    await review(mailbox, 1)
    mailbox.script.answers["SELECT"] = (
        b"* 1 EXISTS\r\n* OK [UIDVALIDITY 1]\r\n* OK [PERMANENTFLAGS ()] no\r\n%t OK [READ-ONLY]\r\n"
    )
    await mailbox.sync()
    assert writes(mailbox) == ['SELECT "INBOX"']


async def test_o2_with_review_flags_off_nothing_is_marked(mailbox: ScriptedMailbox) -> None:
    await switch(mailbox)
    mailbox.script.letters = {1: raw_letter("a")}
    await mailbox.sync()
    await review(mailbox, 1)
    post = mailbox.world.post
    administrator = post.organisation.administrator
    await Options(post.works).set(administrator, FunctionalOption.REVIEW_FLAGS, is_on=False)
    await mailbox.sync()
    assert writes(mailbox) == []
