"""A rule that would leave out every letter is refused in the chat: whoever means that does it on the server."""

from collections.abc import Awaitable

from bot.turn import Reply, Toast, Turn
from core.errors import StateForbids


async def unless_everything(turn: Turn, adding: Awaitable[int]) -> Reply | None:
    """Add a rule; what is said where it would leave out everything, and nothing where it was added."""
    try:
        await adding
    except StateForbids as error:
        if error.state != "excludes_everything":
            raise
        return Toast(
            turn._("That would leave out every letter that is there. Nothing was changed."), alert=True
        )
    return None
