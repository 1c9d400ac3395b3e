"""The record of what bots have asked for: tests assert on it."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.errors import ApiError, JsonObject, Violation

KEPT_CALLS = 20_000


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One call with its outcome; `params` are decoded, `files` names the uploads."""

    number: int
    bot_id: int
    method: str
    params: JsonObject
    files: tuple[str, ...]
    at: datetime
    result: Any
    error: ApiError | None

    def as_json(self) -> JsonObject:
        """The shape of `GET /_ctl/calls`."""
        return {
            "number": self.number,
            "bot_id": self.bot_id,
            "method": self.method,
            "params": self.params,
            "files": list(self.files),
            "at": self.at.isoformat(),
            "result": self.result,
            "error": None if self.error is None else self.error.answer(),
        }


class CallLog:
    """The newest calls, and apart from them every violation since the last `clear`."""

    def __init__(self) -> None:
        self._calls: deque[RecordedCall] = deque(maxlen=KEPT_CALLS)
        self._violations: list[RecordedCall] = []
        self._count = 0

    def record(
        self,
        *,
        bot_id: int,
        method: str,
        params: JsonObject,
        files: tuple[str, ...],
        at: datetime,
        outcome: Any,
    ) -> None:
        """Appends a call; an outcome that is an ApiError is its error, anything else its result."""
        self._count += 1
        error = outcome if isinstance(outcome, ApiError) else None
        result = None if error is not None else outcome
        call = RecordedCall(self._count, bot_id, method, params, files, at, result, error)
        self._calls.append(call)
        if isinstance(error, Violation):
            self._violations.append(call)

    def list_calls(self, method: str | None, chat_id: int | None, after: int) -> list[JsonObject]:
        """Calls numbered above `after`, of one method and to one chat where these are given."""
        wanted = None if method is None else method.lower()
        return [
            call.as_json()
            for call in self._calls
            if call.number > after
            and (wanted is None or call.method.lower() == wanted)
            and (chat_id is None or call.params.get("chat_id") == chat_id)
        ]

    def list_violations(self) -> list[JsonObject]:
        """What a strict server refused because the bot was wrong."""
        return [call.as_json() for call in self._violations]

    def clear(self) -> None:
        """Forgets calls and violations; numbers go on."""
        self._calls.clear()
        self._violations.clear()
