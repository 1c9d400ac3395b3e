"""Letters in quarantine: who sees what, sending them on their way again, dismissing them (domain.md M4, U2)."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from core.database import Database
from core.enums import FunctionalOption, MailboxState, MailFate
from core.errors import CannotUndo, NotAllowed, NotFound, OptionOff, StateForbids
from core.models import Department, MailUid, User
from core.services.mail_folders import ServerFolder
from core.services.options import Options
from core.services.quarantine import TELL_AT_MOST_EVERY, Quarantine
from core.services.undo import Undo
from core.values import Caller, MailboxId
from tests.conftest import NOON, FixedClock
from tests.factories.mail import UIDVALIDITY, FolderBlobs, Post, SightedLetter
from tests.factories.organisation import make_organisation

ADDRESS = "anna@zveno.example"
RAW = b"From: John <john@acme.example>\r\nSubject: Price\r\n\r\nHello\r\n"


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock))


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path)


@pytest.fixture
def quarantine(post: Post, blobs: FolderBlobs) -> Quarantine:
    return Quarantine(post.works, blobs)


async def quarantined(post: Post, mailbox: MailboxId, *letters: SightedLetter) -> list[int]:
    """Letters in quarantine; their ids."""
    folder = await post.open(mailbox)
    await post.capture(folder, letters)
    async with post.works.database.reading() as session:
        rows = await session.scalars(
            select(MailUid.id).where(MailUid.fate == MailFate.QUARANTINED).order_by(MailUid.id)
        )
        return list(rows)


def unreadable(uid: int, digest: str | None = None, reason: str = "unparsable") -> SightedLetter:
    return SightedLetter(uid, NOON, quarantined=reason, raw_sha256=digest)


async def test_m4_a_letter_with_its_bytes_is_on_its_way_again(
    post: Post, quarantine: Quarantine, blobs: FolderBlobs
) -> None:
    anna = post.organisation.anna
    mailbox = await post.add(anna, ADDRESS)
    before = (await post.mailboxes.list_watched())[mailbox]
    (letter_id,) = await quarantined(post, mailbox, unreadable(1, blobs.save(RAW)))
    assert (await quarantine.open(anna, letter_id))[1] == RAW
    await quarantine.retry(anna, letter_id)
    assert await post.fates() == [(1, MailFate.RECEIVED, None)]
    assert (await post.mailboxes.list_watched())[mailbox] != before, "its watcher looks at once"
    with pytest.raises(NotFound):
        await quarantine.retry(anna, letter_id)


async def test_m4_a_letter_without_bytes_is_fetched_again(
    post: Post, quarantine: Quarantine, blobs: FolderBlobs
) -> None:
    mailbox = await post.add(post.organisation.anna, ADDRESS)
    gone = blobs.save(RAW)
    letters = await quarantined(post, mailbox, unreadable(1, reason="no_body"), unreadable(2, gone))
    blobs.delete(gone)
    for one in letters:
        await quarantine.retry(post.organisation.anna, one)
    assert await post.fates() == [], "without a fate the next comparison fetches them"
    ((folder,),) = [one.folders for one in await post.mailboxes.report()]
    assert (folder.quarantined, folder.gap) == (0, folder.server)


async def test_m4_a_letter_too_large_is_let_in_by_the_operator_alone(
    post: Post, quarantine: Quarantine
) -> None:
    org = post.organisation
    mailbox = await post.add(org.anna, ADDRESS)
    (letter_id,) = await quarantined(post, mailbox, unreadable(7, reason="too_large"))
    for caller in (org.anna, org.administrator, None):
        with pytest.raises(StateForbids):
            await quarantine.retry(caller, letter_id)
    with pytest.raises(NotAllowed):
        await quarantine.retry(org.administrator, letter_id, any_size=True)
    await quarantine.retry(None, letter_id, any_size=True)
    await quarantine_is_empty(post)
    folder = await post.open(mailbox)
    access = await post.mailboxes.open(mailbox)
    assert access.is_waived(folder.id, UIDVALIDITY, 7)
    assert not access.is_waived(folder.id, UIDVALIDITY, 8)
    assert not access.is_waived(folder.id, UIDVALIDITY + 1, 7)
    await post.mailboxes.remove(None, mailbox)
    await quarantine_is_empty(post)


async def quarantine_is_empty(post: Post) -> None:
    assert not [one for one in await post.fates() if one[1] is MailFate.QUARANTINED]


async def test_m4_what_has_left_the_server_without_bytes_cannot_come_again(
    post: Post, quarantine: Quarantine
) -> None:
    mailbox = await post.add(post.organisation.anna, ADDRESS)
    first, second = await quarantined(
        post, mailbox, unreadable(1, reason="no_body"), unreadable(2, reason="no_body")
    )
    async with post.works.database.transaction() as session:
        await session.execute(update(MailUid).where(MailUid.id == first).values(gone_at=NOON))
    with pytest.raises(StateForbids):
        await quarantine.retry(None, first)
    folder = await post.open(mailbox)
    await post.folders.open(folder.id, ServerFolder(UIDVALIDITY + 1, None, 0))
    with pytest.raises((StateForbids, NotFound)):
        await quarantine.retry(None, second)
    assert len([one for one in await post.fates() if one[1] is MailFate.QUARANTINED]) == 2


async def test_m4_a_dismissed_letter_is_excluded_by_that_rule_and_undo_takes_it_back(
    post: Post, quarantine: Quarantine
) -> None:
    anna = post.organisation.anna
    mailbox = await post.add(anna, ADDRESS)
    (letter_id,) = await quarantined(post, mailbox, unreadable(1))
    await quarantine.dismiss(anna, letter_id)
    assert await post.fates() == [(1, MailFate.EXCLUDED, "dismissed")]
    await post.capture(await post.open(mailbox), [unreadable(1)])
    assert await post.fates() == [(1, MailFate.EXCLUDED, "dismissed")], "remembered"
    await Undo(post.works).undo_last(anna)
    assert await post.fates() == [(1, MailFate.QUARANTINED, "unparsable")]


async def test_undo_of_a_retry_is_refused_once_the_letter_is_captured(
    post: Post, quarantine: Quarantine, blobs: FolderBlobs
) -> None:
    anna = post.organisation.anna
    mailbox = await post.add(anna, ADDRESS)
    (letter_id,) = await quarantined(post, mailbox, unreadable(1, blobs.save(RAW)))
    await quarantine.retry(anna, letter_id)
    async with post.works.database.transaction() as session:
        await session.execute(update(MailUid).values(fate=MailFate.STORED))
    with pytest.raises(CannotUndo):
        await Undo(post.works).undo_last(anna)


async def test_u2_others_who_see_a_private_mailbox_see_figures_alone(
    post: Post, quarantine: Quarantine, blobs: FolderBlobs
) -> None:
    org = post.organisation
    mailbox = await post.add(org.anna, ADDRESS)
    (letter_id,) = await quarantined(post, mailbox, unreadable(1, blobs.save(RAW)))
    page = await quarantine.list_page(org.administrator, mailbox)
    assert (page.total, page.readable, page.changeable) == (1, False, True)
    assert await quarantine.open_head(org.administrator, letter_id) == b""
    with pytest.raises(NotAllowed):
        await quarantine.open(org.administrator, letter_id)
    for stranger in (org.boris, org.manager, org.outsider):
        for attempt in (quarantine.find, quarantine.open, quarantine.retry, quarantine.dismiss):
            with pytest.raises(NotFound):
                await attempt(stranger, letter_id)
        with pytest.raises(NotFound):
            await quarantine.list_page(stranger, mailbox)
    assert (await quarantine.open_head(org.anna, letter_id)).startswith(b"From: John")


async def department_mailbox(post: Post, keeper: Caller) -> MailboxId:
    async with post.works.database.reading() as session:
        department = (await session.get_one(User, keeper.user_id)).department_id
    return await post.add(keeper, "sales@zveno.example", owner_id=None, department_id=department)


async def test_u3_a_departments_quarantine_is_read_by_those_who_look_after_it(
    post: Post, quarantine: Quarantine, blobs: FolderBlobs
) -> None:
    org = post.organisation
    mailbox = await department_mailbox(post, org.anna)
    (letter_id,) = await quarantined(post, mailbox, unreadable(1, blobs.save(RAW)))
    for keeper in (org.manager, org.anna):
        assert (await quarantine.find(keeper, letter_id)).readable
    assert not (await quarantine.find(org.administrator, letter_id)).readable
    with pytest.raises(NotFound):
        await quarantine.find(org.boris, letter_id)
    await quarantine.dismiss(org.manager, letter_id)


async def test_o2_without_mail_nothing_is_retried_dismissed_or_told(
    post: Post, quarantine: Quarantine
) -> None:
    org = post.organisation
    mailbox = await post.add(org.anna, ADDRESS)
    (letter_id,) = await quarantined(post, mailbox, unreadable(1))
    await Options(org.works).set(org.administrator, FunctionalOption.MAIL_CLIENT, is_on=False)
    with pytest.raises(OptionOff):
        await quarantine.retry(org.anna, letter_id)
    with pytest.raises(OptionOff):
        await quarantine.dismiss(org.anna, letter_id)
    assert await quarantine.tell_keepers() == 0


async def test_thirty_letters_of_an_import_are_told_in_one_notice(
    post: Post, quarantine: Quarantine, clock: FixedClock
) -> None:
    mailbox = await post.add(post.organisation.anna, ADDRESS)
    await quarantined(post, mailbox, *(unreadable(uid) for uid in range(1, 31)))
    assert await quarantine.tell_keepers() == 1
    assert await quarantine.tell_keepers() == 0
    (notice,) = await post.notices("quarantined")
    assert (notice.user_id, notice.payload["count"]) == (post.organisation.anna.user_id, 30)
    assert notice.payload["show"] == f"quarantine:{mailbox}"
    await quarantined(post, mailbox, unreadable(31), unreadable(32))
    assert await quarantine.tell_keepers() == 0, "not again so soon"
    clock.move(TELL_AT_MOST_EVERY)
    assert await quarantine.tell_keepers() == 1
    assert [one.payload["count"] for one in await post.notices("quarantined")] == [30, 2]


async def test_a_letter_that_fails_once_more_is_told_once_more(
    post: Post, quarantine: Quarantine, blobs: FolderBlobs, clock: FixedClock
) -> None:
    mailbox = await post.add(post.organisation.anna, ADDRESS)
    (letter_id,) = await quarantined(post, mailbox, unreadable(1, blobs.save(RAW)))
    await quarantine.tell_keepers()
    await quarantine.retry(post.organisation.anna, letter_id)
    async with post.works.database.transaction() as session:
        await session.execute(update(MailUid).values(fate=MailFate.QUARANTINED, rule="capture_failed"))
    clock.move(TELL_AT_MOST_EVERY)
    assert await quarantine.tell_keepers() == 1


async def test_a_department_without_people_is_told_nothing(post: Post, quarantine: Quarantine) -> None:
    mailbox = await department_mailbox(post, post.organisation.anna)
    await quarantined(post, mailbox, unreadable(1))
    async with post.works.database.transaction() as session:
        empty = Department(name="Empty")
        session.add(empty)
        await session.flush()
        await session.execute(update(User).values(department_id=empty.id))
    await quarantine.tell_keepers()
    assert await post.notices("quarantined") == []


async def test_the_list_comes_in_pages_the_latest_first(post: Post, quarantine: Quarantine) -> None:
    anna = post.organisation.anna
    mailbox = await post.add(anna, ADDRESS)
    await quarantined(post, mailbox, *(unreadable(uid) for uid in range(1, 10)))
    first = await quarantine.list_page(anna, mailbox, limit=7)
    second = await quarantine.list_page(anna, mailbox, offset=7, limit=7)
    assert [one.uid for one in (*first.letters, *second.letters)] == list(range(9, 0, -1))
    assert first.total == 9


async def test_a_server_that_stays_away_is_told_once_and_once_when_it_is_back(
    post: Post, clock: FixedClock
) -> None:
    mailbox = await post.add(post.organisation.anna, ADDRESS)
    await post.mailboxes.mark_unreached(mailbox, "unreachable")
    await post.mailboxes.mark_unreached(mailbox, "unreachable")
    await post.mailboxes.mark_reached(mailbox)
    assert await post.notices("mailbox_unreachable") == [], "a blink is no news"
    assert await post.notices("mailbox_back") == []
    for _ in range(5):
        await post.mailboxes.mark_unreached(mailbox, "unreachable")
        clock.move(timedelta(seconds=15))
    (told,) = await post.notices("mailbox_unreachable")
    assert (told.payload["show"], told.payload["reason"]) == (f"m{mailbox}", "unreachable")
    await post.mailboxes.mark_reached(mailbox)
    await post.mailboxes.mark_reached(mailbox)
    assert len(await post.notices("mailbox_back")) == 1
    assert (await post.mailboxes.report(None, mailbox))[0].failures == 0


async def test_a_paused_mailbox_tells_of_no_trouble(post: Post, clock: FixedClock) -> None:
    mailbox = await post.add(post.organisation.anna, ADDRESS)
    await post.mailboxes.pause(None, mailbox)
    for _ in range(4):
        await post.mailboxes.mark_unreached(mailbox, "unreachable")
        clock.move(timedelta(minutes=1))
    assert await post.notices("mailbox_unreachable") == []
    assert (await post.mailboxes.report(None, mailbox))[0].state is MailboxState.PAUSED
