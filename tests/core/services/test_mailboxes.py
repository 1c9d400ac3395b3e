"""Adding, pausing and removing mailboxes, and who may (domain.md M, U)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import FunctionalOption, MailboxState, MailSecurity
from core.errors import Invalid, Missing, NotAllowed, NotFound, OptionOff, StateForbids
from core.models import AuditChange, Department, Mailbox, User
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.services.options import Options
from core.values import Caller, MailboxId
from tests.conftest import FixedClock
from tests.factories.mail import Post
from tests.factories.organisation import make_organisation

ANNA = "anna@zveno.example"
SERVER = MailServer("imap.example", 993, MailSecurity.TLS)


@pytest.fixture
async def post(database: Database, clock: FixedClock) -> Post:
    return Post(await make_organisation(database, clock))


def draft(**fields: Any) -> MailboxDraft:
    return MailboxDraft(**{"address": ANNA, "imap": SERVER, "login": "anna", "password": "s3cret", **fields})


async def test_password_is_sealed_at_rest_and_in_no_audit(post: Post) -> None:
    anna = post.organisation.anna
    mailbox = await post.mailboxes.add(anna, draft(owner_id=anna.user_id))
    await post.mailboxes.set_password(anna, mailbox, "n3w")
    async with post.works.database.reading() as session:
        row = await session.get_one(Mailbox, mailbox)
        audited = (await session.scalars(select(AuditChange))).all()
    assert "s3cret" not in row.sealed_password
    assert "n3w" not in row.sealed_password
    assert not [one for one in audited if "password" in f"{one.before}{one.after}"]
    access = await post.mailboxes.open(mailbox)
    assert access.password == "n3w"
    assert "n3w" not in repr(access)


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "nobody"},
        {"imap": MailServer("", 993, MailSecurity.TLS)},
        {"imap": MailServer("imap example", 993, MailSecurity.TLS)},
        {"imap": MailServer("imap.example", 0, MailSecurity.TLS)},
        {"smtp": MailServer("smtp.example", 70_000, MailSecurity.TLS)},
        {"login": ""},
        {"login": "a\r\nb"},
        {"password": "a\0b"},
    ],
)
async def test_senseless_values_are_refused_by_name(post: Post, fields: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await post.mailboxes.add(None, draft(owner_id=post.organisation.anna.user_id, **fields))


async def test_it_has_one_owner_who_exists(post: Post) -> None:
    owner = post.organisation.anna.user_id
    with pytest.raises(Missing):
        await post.mailboxes.add(None, draft())
    with pytest.raises(Missing):
        await post.mailboxes.add(None, draft(owner_id=owner, department_id=1))
    with pytest.raises(NotFound):
        await post.mailboxes.add(None, draft(owner_id=9_999))
    with pytest.raises(NotFound):
        await post.mailboxes.add(None, draft(department_id=9_999))


async def test_u3_a_department_without_people_can_keep_no_mailbox(post: Post) -> None:
    async with post.works.database.transaction() as session:
        empty = Department(name="Empty")
        session.add(empty)
        await session.flush()
    with pytest.raises(Missing):
        await post.mailboxes.add(None, draft(department_id=empty.id))


async def test_the_same_mailbox_twice_is_refused(post: Post) -> None:
    await post.add(post.organisation.anna, ANNA)
    with pytest.raises(StateForbids):
        await post.add(post.organisation.anna, ANNA.upper())


async def test_o2_switched_off_mail_takes_no_mailbox(post: Post) -> None:
    org = post.organisation
    await Options(org.works).set(org.administrator, FunctionalOption.MAIL_CLIENT, is_on=False)
    with pytest.raises(OptionOff):
        await post.add(org.anna, ANNA)


async def test_u1_reps_manage_their_own_mailboxes_only(post: Post) -> None:
    org = post.organisation
    with pytest.raises(NotAllowed):
        await post.mailboxes.add(org.boris, draft(owner_id=org.anna.user_id))
    with pytest.raises(NotAllowed):
        await post.mailboxes.add(org.boris, draft(department_id=1))
    mailbox = await post.mailboxes.add(org.anna, draft(owner_id=org.anna.user_id))

    async def attempts(caller: Caller) -> None:
        await post.mailboxes.report(caller, mailbox)
        await post.mailboxes.pause(caller, mailbox)
        await post.mailboxes.resume(caller, mailbox)

    for stranger in (org.boris, org.manager):
        with pytest.raises(NotFound):
            await attempts(stranger)
        assert await post.mailboxes.report(stranger) == []
    await attempts(org.anna)
    await attempts(org.administrator)


async def department_of(post: Post, caller: Caller) -> int:
    async with post.works.database.reading() as session:
        department_id = (await session.get_one(User, caller.user_id)).department_id
    assert department_id is not None
    return department_id


async def test_u3_who_leads_a_department_sees_its_mailbox_and_administrators_change_it(post: Post) -> None:
    org = post.organisation
    north = await department_of(post, org.anna)
    mailbox = await post.mailboxes.add(org.administrator, draft(department_id=north))
    for caller in (org.manager, org.anna, org.administrator):
        assert [one.id for one in await post.mailboxes.report(caller, mailbox)] == [mailbox]
    for caller in (org.manager, org.anna):
        assert [one.id for one in await post.mailboxes.list_kept(caller)] == [mailbox]
        with pytest.raises(NotAllowed):
            await post.mailboxes.pause(caller, mailbox)
    for stranger in (org.boris, org.outsider):
        assert await post.mailboxes.list_kept(stranger) == []
        with pytest.raises(NotFound):
            await post.mailboxes.report(stranger, mailbox)
        with pytest.raises(NotFound):
            await post.mailboxes.pause(stranger, mailbox)
    await post.mailboxes.pause(org.administrator, mailbox)


async def test_u1_only_administrators_list_every_mailbox(post: Post) -> None:
    org = post.organisation
    mailbox = await post.add(org.anna, ANNA)
    assert [one.id for one in await post.mailboxes.list_all(org.administrator)] == [mailbox]
    assert await post.mailboxes.list_kept(org.administrator) == []
    with pytest.raises(NotAllowed):
        await post.mailboxes.list_all(org.manager)


async def test_o2_switched_off_mail_changes_no_mailbox(post: Post) -> None:
    org = post.organisation
    mailbox = await post.add(org.anna, ANNA)
    await Options(org.works).set(org.administrator, FunctionalOption.MAIL_CLIENT, is_on=False)
    with pytest.raises(OptionOff):
        await post.mailboxes.pause(org.anna, mailbox)
    with pytest.raises(OptionOff):
        await post.mailboxes.set_password(org.anna, mailbox, "n3w")
    assert (await post.mailboxes.report(None, mailbox))[0].state is MailboxState.ACTIVE


async def test_removed_is_gone_and_its_password_too(post: Post) -> None:
    mailbox = await post.add(post.organisation.anna, ANNA)
    await post.mailboxes.remove(None, mailbox)
    assert await post.mailboxes.report() == []
    with pytest.raises(NotFound):
        await post.mailboxes.open(mailbox)
    with pytest.raises(NotFound):
        await post.mailboxes.resume(None, mailbox)
    async with post.works.database.reading() as session:
        assert (await session.get_one(Mailbox, mailbox)).sealed_password == ""
    assert await post.add(post.organisation.anna, ANNA) != mailbox


async def test_states_and_what_is_watched(post: Post, clock: FixedClock) -> None:
    mailbox = await post.add(post.organisation.anna, ANNA)

    async def state() -> tuple[MailboxState, str | None, int, bool]:
        one = (await post.mailboxes.report(None, mailbox))[0]
        return one.state, one.state_reason, one.failures, mailbox in await post.mailboxes.list_watched()

    await post.mailboxes.mark_unreached(mailbox, "unreachable")
    await post.mailboxes.mark_unreached(mailbox, "unreachable")
    assert await state() == (MailboxState.ACTIVE, "unreachable", 2, True)
    await post.mailboxes.mark_reached(mailbox)
    assert await state() == (MailboxState.ACTIVE, None, 0, True)
    assert (await post.mailboxes.report(None, mailbox))[0].last_success_at == clock.now()
    await post.mailboxes.mark_stopped(mailbox, "auth")
    await post.mailboxes.mark_stopped(mailbox, "auth")
    assert await state() == (MailboxState.STOPPED, "auth", 0, False)
    assert len(await post.notices("mailbox_stopped")) == 1
    clock.move(timedelta(hours=1))
    await post.mailboxes.resume(None, mailbox)
    assert await state() == (MailboxState.ACTIVE, None, 0, True)
    await post.mailboxes.mark_stopped(mailbox, "auth")
    assert len(await post.notices("mailbox_stopped")) == 2


async def test_a_change_of_what_is_watched_changes_its_word(post: Post) -> None:
    mailbox = await post.add(post.organisation.anna, ANNA)
    before = (await post.mailboxes.list_watched())[mailbox]
    await post.mailboxes.mark_unreached(mailbox, "unreachable")
    assert (await post.mailboxes.list_watched())[mailbox] == before
    await post.mailboxes.set_password(None, mailbox, "other")
    assert (await post.mailboxes.list_watched())[MailboxId(mailbox)] != before
