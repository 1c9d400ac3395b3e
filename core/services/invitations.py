"""How people come in: a one-time link that expires; everybody else is refused politely, once a day (domain.md U1)."""

import hashlib
import secrets
from datetime import timedelta

from core.enums import Language, Role, UserState
from core.errors import Invalid, InvitationInvalid
from core.models import Invitation, User
from core.queries import people as views
from core.queries.people import UserView
from core.repositories import users
from core.repositories.access import require_role
from core.rules.coordinates import plain_text
from core.services.new_users import MAX_NAME, NewUser, UserDefaults, add_user
from core.services.work import Work, Works
from core.values import Caller, DepartmentId, Origin, Ref, RefKind

VALID_FOR = timedelta(days=7)
REFUSAL_PAUSE = timedelta(hours=24)
_TOKEN_BYTES = 32


class Invitations:
    """Inviting, accepting, refusing."""

    def __init__(self, works: Works, defaults: UserDefaults) -> None:
        self._works = works
        self._defaults = defaults

    async def invite(
        self,
        caller: Caller | None,
        role: Role,
        name: str | None = None,
        department_id: DepartmentId | None = None,
    ) -> str:
        """Make an invitation valid for seven days.

        Returns:
            The token for the link (43 characters of ``A-Za-z0-9_-``); only its hash is kept.

        Raises:
            NotAllowed: The caller is no administrator.
            NotFound: No such department.
        """
        require_role(caller, Role.ADMINISTRATOR, action="invite")
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        async with self._works.begin(caller, "invite") as work:
            if department_id is not None:
                await users.get_department(work.session, department_id)
            invitation = Invitation(
                token_sha256=_hash(token),
                role=role,
                name=(plain_text(name)[:MAX_NAME] or None) if name else None,
                department_id=department_id,
                created_by=caller.user_id if caller else None,
                created_at=work.now,
                expires_at=work.now + VALID_FOR,
            )
            await work.add(invitation, of=None, note={"role": role})
        return token

    async def accept_invitation(
        self, telegram_id: int, name: str, token: str, language: Language | None, origin: Origin
    ) -> UserView:
        """Become a user; whoever is one already stays as they are, and the invitation stays for another.

        The accepting is no step of the new user's own, so that their first undo does not take them out again.

        Args:
            telegram_id: The account that follows the link.
            name: Its name, unless the invitation gives one.
            token: From the link.
            language: The account's language if it is one of ours.
            origin: The update that this finishes.

        Raises:
            InvitationInvalid: It was used, has expired or never existed.
            AlreadyFinished: The update had its effect before.
        """
        async with self._works.begin(None, "accept_invitation", origin=origin) as work:
            user = await users.find_user_of_account(work.session, telegram_id)
            if user is None or user.state is not UserState.ACTIVE:
                invitation = await users.use_invitation(work.session, _hash(token), work.now)
                if invitation is None:
                    raise InvitationInvalid
                if user is None:
                    user = await self._add_invited(work, invitation, telegram_id, name, language)
                else:
                    _return_to_work(work, user, invitation)
                invitation.used_by = user.id
            await work.session.flush()
            view = await views.find_user(work.session, User.id == user.id)
            if view is None:
                raise InvitationInvalid
            work.caller = view.as_caller(origin)
            return view

    async def _add_invited(
        self, work: Work, invitation: Invitation, telegram_id: int, name: str, language: Language | None
    ) -> User:
        known_as = invitation.name or plain_text(name)[:MAX_NAME]
        if not known_as:
            raise Invalid("name", name)
        new = NewUser(
            name=known_as,
            role=invitation.role,
            language=language or self._defaults.language,
            telegram_id=telegram_id,
            department_id=invitation.department_id,
        )
        return await add_user(work, new, self._defaults)

    async def refuse_stranger(self, telegram_id: int, origin: Origin) -> bool:
        """Finish an update of an unknown account; True when the one refusal in 24 hours is due now.

        The claim is made before the refusal is sent: at most one, even if the process dies in between.

        Raises:
            AlreadyFinished: The update had its effect before.
        """
        async with self._works.begin(None, "refuse_stranger", origin=origin) as work:
            return await users.note_refusal(work.session, telegram_id, work.now, REFUSAL_PAUSE)


def _return_to_work(work: Work, user: User, invitation: Invitation) -> None:
    work.change(
        user,
        of=Ref(RefKind.USER, user.id),
        state=UserState.ACTIVE,
        role=invitation.role,
        department_id=invitation.department_id,
        reachable=True,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
