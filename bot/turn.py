"""One update of one known user, as handlers get it, and what they may answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from aiogram import Bot
from aiogram.types import CallbackQuery, Message

from bot.html import Html
from bot.reader import Reader
from bot.screens.base import Below, Row, Screen
from core.queries.chat_users import CHOICES
from core.values import DialogState

KEPT = "kept"
"""The key of a dialog's data that holds what was written and not yet recorded."""

KEPT_LIMIT = 20
LASTING = (CHOICES, KEPT)
"""Parts of a dialog's data that outlive the dialog."""


@dataclass(frozen=True, slots=True)
class Show:
    """Show a screen: in place of the one that was tapped, or as a new message.

    Attributes:
        screen: Its address.
        note: A code of bot.texts.notes, the line above the screen.
        new: A message of its own even after a tap.
        toast: What the tapped button flashes.
        alert: The toast is a box that is closed by a tap; it stands below the screen where no box can be shown: a
            command was typed, or the work took so long that the tap was answered before.
    """

    screen: str
    note: str = ""
    new: bool = False
    toast: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """Show text that has no address: a question of a guided dialog, an answer to a command.

    Attributes:
        text: HTML.
        keyboard: Inline buttons.
        choices: What ``/1``, ``/2`` … then mean.
        below: Another keyboard at the bottom than the usual one.
        new: A message of its own even after a tap.
        toast: What the tapped button flashes.
    """

    text: Html
    keyboard: tuple[Row, ...] = ()
    choices: tuple[str, ...] = ()
    below: Below | None = None
    new: bool = False
    toast: str = ""

    @property
    def screen(self) -> Screen:
        """The same as a screen."""
        return Screen(self.text, self.keyboard, self.choices, self.below)


@dataclass(frozen=True, slots=True)
class Toast:
    """Flash a line over the tapped button; where a command was typed, say it.

    Attributes:
        text: Plain text, at most 200 characters.
        alert: A box that is closed by a tap, for what must not be missed.
    """

    text: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class SendFile:
    """Send a file as a message of its own.

    Attributes:
        name: What it is called.
        content: Its bytes.
    """

    name: str
    content: bytes


Reply = Show | Say | Toast | SendFile
"""None instead means: a service was called, and has queued what is to be seen."""


@dataclass(slots=True)
class Turn(Reader):
    """An update being worked off.

    The caller carries the stored update: the service that is called ends it in the transaction of its effect.

    Attributes:
        chat_id: The private chat.
        message: The message that came; None for a tap.
        tap: The tap that came; None for a message.
        dialog: What the user's guided dialog waited for when the update came.
        screen_id: The message that was tapped, if it can be edited.
        offered: Numbered choices offered in this turn.
        bot_name: The bot's username, for links to it.
    """

    chat_id: int = 0
    message: Message | None = None
    tap: CallbackQuery | None = None
    dialog: DialogState | None = None
    screen_id: int | None = None
    offered: tuple[str, ...] = ()
    bot_name: str = ""

    @property
    def said(self) -> str:
        """The text of the message, or the caption of its file; empty for a tap."""
        if self.message is None:
            return ""
        return self.message.text or self.message.caption or ""

    @property
    def bot(self) -> Bot:
        """The bot that got the update, to fetch files with.

        Raises:
            RuntimeError: The update was not given one; a fault of the edge.
        """
        source = self.tap or self.message
        if source is None or source.bot is None:
            raise RuntimeError("an update without a bot")
        return source.bot

    @property
    def flow(self) -> str:
        """The guided dialog that waits for an answer; empty when there is none."""
        return self.dialog.flow if self.dialog is not None else ""

    @property
    def answers(self) -> Mapping[str, object]:
        """What the dialog has gathered so far."""
        return self.dialog.data if self.dialog is not None else {}

    @property
    def choices(self) -> tuple[str, ...]:
        """What the last screen with numbered choices offered."""
        offered = self.answers.get(CHOICES, ())
        return tuple(str(one) for one in offered) if isinstance(offered, list) else ()

    def set_dialog(self, state: DialogState | None) -> None:
        """What the dialog waits for from now on; written in the transaction that ends this update.

        Numbered choices that were offered before stay valid until another screen offers some, and texts that
        wait for a decision are kept.
        """
        lasting = {key: self.answers[key] for key in LASTING if self.answers.get(key)}
        if lasting:
            state = state or DialogState(flow="")
            state = DialogState(state.flow, state.step, {**lasting, **state.data})
        self.caller.origin.dialog = state
        self.caller.origin.dialog_changed = True

    @property
    def kept(self) -> Mapping[str, object]:
        """What was written or sent and not yet recorded, by the id of its message."""
        kept = self.answers.get(KEPT)
        return kept if isinstance(kept, dict) else {}

    def keep(self, message_id: int, thing: object) -> None:
        """Keep something until it is recorded or let go; only the newest few are kept."""
        self._set_kept({**self.kept, str(message_id): thing})

    def let_go(self, message_id: int) -> None:
        """Forget what was kept of a message."""
        self._set_kept({key: thing for key, thing in self.kept.items() if key != str(message_id)})

    def _set_kept(self, kept: Mapping[str, object]) -> None:
        state = self.dialog or DialogState(flow="")
        newest = dict(list(kept.items())[-KEPT_LIMIT:])
        self.set_dialog(DialogState(state.flow, state.step, {**state.data, KEPT: newest}))

    def offer(self, choices: tuple[str, ...]) -> None:
        """Have ``/1``, ``/2`` … mean these from now on, whatever the dialog waits for."""
        self.offered = choices
        origin = self.caller.origin
        state = (origin.dialog if origin.dialog_changed else self.dialog) or DialogState(flow="")
        origin.dialog = DialogState(state.flow, state.step, {**state.data, CHOICES: list(choices)})
        origin.dialog_changed = True

    def then_show(self, address: str) -> None:
        """Have the confirmation of the service show this screen instead of the object it changed."""
        self.caller.origin.reply_to = {**(self.caller.origin.reply_to or {}), "show": address}
