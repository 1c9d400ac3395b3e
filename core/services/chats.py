"""What the door of the chat needs to know and keep about its users."""

from collections.abc import Sequence

from core.models import User
from core.queries import chat_users
from core.queries.chat_users import CHOICES, ChatUser
from core.repositories import dialogs
from core.services.unreached import make_up
from core.services.work import Works
from core.values import DialogState, UserId


class Chats:
    """Users by their account, and the state of their chat."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def find_by_account(self, account_id: int) -> ChatUser | None:
        """The active user of a Telegram account; None for strangers and those who left (domain.md U1)."""
        async with self._works.database.reading() as session:
            return await chat_users.find_by_account(session, account_id)

    async def find_user(self, user_id: UserId) -> ChatUser | None:
        """An active user who has a chat; None otherwise."""
        async with self._works.database.reading() as session:
            return await chat_users.find_by_id(session, user_id)

    async def mark_reachable(self, user_id: UserId, *, reachable: bool) -> None:
        """Note whether the user's chat takes messages; state of the door, no audited change.

        When it takes them again, the user is told what they could not be reminded of.
        """
        async with self._works.begin(None, "mark_reachable") as work:
            user = await work.session.get(User, user_id, with_for_update=True)
            if user is None or user.reachable == reachable:
                return
            user.reachable = reachable
            if reachable:
                await make_up(work, user)

    async def offer_choices(self, user_id: UserId, choices: Sequence[str]) -> None:
        """Remember what ``/1``, ``/2`` … mean from now on; the dialog itself stays as it is."""
        async with self._works.database.transaction() as session:
            state = await dialogs.load_dialog(session, user_id) or DialogState(flow="")
            data = {**state.data, CHOICES: list(choices)}
            await dialogs.save_dialog(session, user_id, DialogState(state.flow, state.step, data))
