"""A mailbox on its way in: its login works, its owner says what of it is wanted, then it is begun (pains.md 25).

    prepare ──▶ PREPARING ── choose_since, choose_folder ──▶ start ──▶ ACTIVE, its first import told of
                    └── discard: nothing was taken, the password is forgotten

All of it is a row from the first working login on, so that a restart loses nothing and no secret waits in a dialog.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from core.enums import AddressKind, FunctionalOption, MailboxState
from core.errors import Invalid, NotFound, StateForbids
from core.models import Contact, Mailbox
from core.ports import SecretBox
from core.queries.connecting import ConnectingMailbox, OfferedFolder, view_connecting
from core.repositories import mailbox_tokens, mailboxes
from core.repositories.contacts import find_coordinate_owners
from core.repositories.options import require_option
from core.rules.coordinates import parse_email
from core.services.mailbox_adding import build_mailbox, check_new, check_owner, introduce_owner
from core.services.mailbox_drafts import MailboxDraft, check_draft, check_may_add
from core.services.mailbox_rights import check_own, get_own
from core.services.work import Work, Works
from core.values import Caller, MailboxId, Ref, RefKind

MOST_FOLDERS = 500
"""So many folders are offered at most."""


class MailboxConnecting:
    """From a login that works to a mailbox that is watched."""

    def __init__(self, works: Works, secrets: SecretBox) -> None:
        self._works = works
        self._secrets = secrets

    async def prepare(
        self, caller: Caller, draft: MailboxDraft, folders: Sequence[OfferedFolder]
    ) -> MailboxId:
        """Keep a mailbox whose login was seen to work; nothing of it is taken before `start`.

        Who began to connect the same one before goes on with that, with what they said now.

        Raises:
            OptionOff: The mail client is switched off.
            NotAllowed: It is for somebody else, or a department's, and the caller is no administrator.
            Invalid: The address, a host, a port or the login makes no sense.
            Missing: Neither or both of owner and department are given, or nobody works in the department.
            NotFound: There is no such owner or department.
            MailboxTaken: This mailbox is connected already.
        """
        check_may_add(caller, draft)
        address = check_draft(draft)
        async with self._works.begin(caller, "prepare_mailbox") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            mailbox = await add_preparing(
                work, draft, address.value, self._secrets.seal(draft.password), folders
            )
            work.confirm(f"connect:{mailbox.id}")
            return MailboxId(mailbox.id)

    async def offer(self, mailbox_id: MailboxId, folders: Sequence[OfferedFolder]) -> None:
        """Note what folders there are to choose from; for one whose owner was asked by `find`.

        Raises:
            NotFound, StateForbids: It is gone, or connected by now.
        """
        async with self._works.begin(None, "offer_folders") as work:
            mailbox = await _get_preparing(work, mailbox_id)
            mailbox.offered_folders = pack_folders(folders)

    async def find(self, caller: Caller, mailbox_id: MailboxId) -> ConnectingMailbox:
        """A mailbox that the caller is connecting.

        Raises:
            NotFound, NotAllowed: It is not there for the caller, or not theirs.
            StateForbids: It is connected by now.
        """
        async with self._works.database.reading() as session:
            mailbox = await session.get(Mailbox, mailbox_id)
            if mailbox is None or mailbox.state is MailboxState.REMOVED:
                raise NotFound(Ref(RefKind.MAILBOX, mailbox_id))
            await check_own(session, caller, mailbox, "connect_mailbox")
            return view_connecting(_check_preparing(mailbox))

    async def choose_since(
        self, caller: Caller, mailbox_id: MailboxId, since: datetime | None, *, show: str = ""
    ) -> None:
        """Want letters that arrived at `since` or later; None: all.

        Args:
            caller: Who asks.
            mailbox_id: A mailbox that they are connecting.
            since: The moment.
            show: The screen shown then; empty: the mailbox.

        Raises:
            NotFound, NotAllowed: It is not there for the caller, or not theirs.
            StateForbids: It is connected by now.
            Invalid: The moment is to come.
        """
        async with self._works.begin(caller, "choose_since") as work:
            mailbox = await _get_preparing(work, mailbox_id)
            if since is not None and since > work.now:
                raise Invalid("since", since.date().isoformat())
            work.change(mailbox, of=_ref(mailbox), since=since)
            work.confirm(show or _ref(mailbox))

    async def choose_folder(
        self, caller: Caller, mailbox_id: MailboxId, number: int, *, show: str = ""
    ) -> None:
        """Want a folder, or no longer want it.

        Args:
            caller: Who asks.
            mailbox_id: A mailbox that they are connecting.
            number: Its place among the folders offered, from 1.
            show: The screen shown then; empty: the mailbox.

        Raises:
            Invalid: There is no such folder, or it was the last one chosen.
            NotFound, NotAllowed, StateForbids: As `choose_since`.
        """
        async with self._works.begin(caller, "choose_folder") as work:
            mailbox = await _get_preparing(work, mailbox_id)
            view = view_connecting(mailbox)
            if not 0 < number <= len(view.folders):
                raise Invalid("folder", str(number))
            name = view.folders[number - 1].name
            wanted = [one.name for one in view.folders if (one.name in view.wanted) != (one.name == name)]
            if not wanted:
                raise Invalid("folder", name)
            usual = [one.name for one in view.folders if one.role is not None]
            work.change(mailbox, of=_ref(mailbox), wanted_folders=None if wanted == usual else wanted)
            work.confirm(show or _ref(mailbox))

    async def start(self, caller: Caller, mailbox_id: MailboxId) -> None:
        """Have the mailbox watched; the message that was tapped tells how far its first import is.

        Its address becomes one of its owner's contact, so that they are known in letters.

        Raises:
            MailboxTaken: It was connected by somebody meanwhile.
            NotFound, NotAllowed, StateForbids: As `choose_since`.
        """
        async with self._works.begin(caller, "start_mailbox") as work:
            await require_option(work.session, FunctionalOption.MAIL_CLIENT)
            mailbox = await _get_preparing(work, mailbox_id)
            await check_new(work, mailbox)
            work.change(mailbox, of=_ref(mailbox), state=MailboxState.ACTIVE)
            message = (caller.origin.reply_to or {}).get("message")
            mailbox.progress_message = message if isinstance(message, int) else None
            mailbox.progress_user_id = caller.user_id
            mailbox.import_began_at, mailbox.progress_told = work.now, 0
            address = parse_email(mailbox.address)
            if address is not None:
                await introduce_owner(work, mailbox, address)
            work.confirm(f"import:{mailbox.id}")
            if mailbox.owner_id is not None and mailbox.owner_id != caller.user_id:
                work.notify(mailbox.owner_id, _ref(mailbox), note="mailbox_connected_for_you")

    async def discard(self, caller: Caller, mailbox_id: MailboxId) -> None:
        """Give up connecting: the password is forgotten, nothing was taken. Raises as `choose_since`."""
        async with self._works.begin(caller, "discard_mailbox") as work:
            await forget_preparing(work, await _get_preparing(work, mailbox_id))
            work.confirm("mailboxes", note="discard_mailbox")

    async def count_known(self, letters: Sequence[Sequence[str]]) -> int:
        """In how many letters somebody stands whom we know, apart from colleagues.

        Args:
            letters: The addresses of each.
        """
        wanted = {(AddressKind.EMAIL, address) for addresses in letters for address in addresses}
        async with self._works.database.reading() as session:
            owners = await find_coordinate_owners(session, wanted)
            colleagues = set(await session.scalars(select(Contact.id).where(Contact.user_id.is_not(None))))
        known = {
            value
            for (_, value), found in owners.items()
            if any(one.contact_id not in colleagues for one in found)
        }
        return sum(1 for addresses in letters if known.intersection(addresses))


async def _get_preparing(work: Work, mailbox_id: MailboxId) -> Mailbox:
    return _check_preparing(await get_own(work, mailbox_id, "connect_mailbox"))


def _check_preparing(mailbox: Mailbox) -> Mailbox:
    if mailbox.state is not MailboxState.PREPARING:
        raise StateForbids(_ref(mailbox), mailbox.state)
    return mailbox


async def forget_preparing(work: Work, mailbox: Mailbox) -> None:
    """Give up a mailbox that is being connected, with its password and tokens."""
    mailbox.sealed_password = ""  # Not in the audit: it would keep the old one.
    await mailbox_tokens.drop(work.session, mailbox.id)
    work.change(mailbox, of=_ref(mailbox), state=MailboxState.REMOVED)


async def add_preparing(
    work: Work, draft: MailboxDraft, address: str, sealed_password: str, folders: Sequence[OfferedFolder]
) -> Mailbox:
    """Insert a mailbox that waits for its start; what the same person began before of it is forgotten.

    Raises:
        Missing: Nobody works in the department.
        NotFound: There is no such owner or department.
        MailboxTaken: This mailbox is connected already.
    """
    mailbox = build_mailbox(work, draft, address, sealed_password)
    mailbox.state, mailbox.offered_folders = MailboxState.PREPARING, pack_folders(folders)
    await check_new(work, mailbox)
    await check_owner(work, mailbox)
    await forget_former(work, mailbox)
    await work.add(mailbox, of=None)
    await work.session.flush()
    return mailbox


async def forget_former(work: Work, mailbox: Mailbox) -> None:
    """Forget what the same people began to connect before, and did not finish: they go on with what they said now."""
    for former in await mailboxes.list_mailboxes(work.session, MailboxState.PREPARING):
        if (former.owner_id, former.department_id, former.address) == (
            mailbox.owner_id,
            mailbox.department_id,
            mailbox.address,
        ):
            await forget_preparing(work, former)


def pack_folders(folders: Sequence[OfferedFolder]) -> list[list[str]]:
    """Folders as a mailbox keeps them while it is being connected."""
    return [[one.name, one.role or ""] for one in folders[:MOST_FOLDERS]]


def _ref(mailbox: Mailbox) -> Ref:
    return Ref(RefKind.MAILBOX, mailbox.id)
