"""Everything that letters have said about one event, seen from one of its messages."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.itip import ItipMethod
from core.models import MailInvitation
from core.rules.invitations import Rank, highest, is_called_off

ASKS = frozenset({ItipMethod.REQUEST, ItipMethod.PUBLISH})
CANCELS = frozenset({ItipMethod.CANCEL})


@dataclass(frozen=True, slots=True)
class EventHistory:
    """The earlier messages about an event.

    Attributes:
        rows: As they came, those of all its occurrences.
        key: The occurrence that the present message is about (`recurrence_key`).
    """

    rows: Sequence[MailInvitation]
    key: str

    def of_letter(self, letter_id: int, method: ItipMethod) -> MailInvitation | None:
        """What the present letter said already, seen in another mailbox."""
        mine = (letter_id, self.key, method)
        return next(
            (one for one in self.rows if (one.letter_id, one.recurrence_id, one.method) == mine), None
        )

    def asked(self, key: str | None = None) -> Rank | None:
        """The last message that asked for the meeting, or for that of another occurrence."""
        return highest(self._ranks(ASKS, self.key if key is None else key))

    def calls_off(self, asked: Rank | None) -> bool:
        """Whether a message that asks is overtaken by a cancellation of the occurrence or the whole event."""
        return is_called_off(asked, self._ranks(CANCELS, "", self.key))

    def _ranks(self, methods: frozenset[ItipMethod], *keys: str) -> list[Rank]:
        return [
            Rank(one.sequence, one.dtstamp)
            for one in self.rows
            if one.method in methods and one.recurrence_id in keys
        ]

    def taken(self) -> list[str]:
        """Occurrences that have messages of their own."""
        return [one.recurrence_id for one in self.rows if one.recurrence_id and one.method in ASKS | CANCELS]

    def current(self) -> MailInvitation | None:
        """The last message that gave the meeting its time; of an exception that is new, the event's own."""
        asked = [one for one in self.rows if one.method in ASKS and one.meeting_id is not None]
        own = [one for one in asked if one.recurrence_id == self.key]
        if not own and self.key:
            own = [one for one in asked if not one.recurrence_id and one.occurrence == self.key]
        return max(own, key=lambda one: (one.sequence, one.dtstamp, one.id), default=None)

    def meeting_id(self) -> int | None:
        """The meeting that a message is about which changes none: an answer, a proposal."""
        current = self.current()
        if current is None and self.key:
            whole = [one for one in self.rows if one.meeting_id is not None and not one.recurrence_id]
            current = max(whole, key=lambda one: one.id, default=None)
        return current.meeting_id if current is not None else None

    def to_call_off(self) -> list[tuple[int, str]]:
        """The meetings that a cancellation is about, with the occurrence each stands for: all, of a whole event."""
        if self.key:
            current = self.current()
            return [(current.meeting_id, current.recurrence_id)] if current and current.meeting_id else []
        last = {
            one.meeting_id: one.recurrence_id
            for one in self.rows
            if one.meeting_id is not None and one.method in ASKS
        }
        return list(last.items())

    def meetings(self) -> int:
        """How many meetings the event has had."""
        return len({one.meeting_id for one in self.rows if one.meeting_id is not None})
