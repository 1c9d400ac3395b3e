"""The state of guided dialogs, one row a user."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Dialog
from core.values import DialogState, UserId


async def load_dialog(session: AsyncSession, user_id: UserId) -> DialogState | None:
    """What the user's dialog waits for, None when there is none."""
    row = await session.get(Dialog, user_id)
    return DialogState(flow=row.flow, step=row.step, data=row.data) if row is not None else None


async def save_dialog(session: AsyncSession, user_id: UserId, state: DialogState | None) -> None:
    """Replace the user's dialog; None ends it."""
    if state is None:
        await session.execute(delete(Dialog).where(Dialog.user_id == user_id))
        return
    await session.merge(Dialog(user_id=user_id, flow=state.flow, step=state.step, data=dict(state.data)))
