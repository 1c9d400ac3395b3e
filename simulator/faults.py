"""Failures on demand: what the network and Telegram do to a bot on a bad day."""

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from simulator.errors import ApiError, JsonObject, too_many_requests

DEFAULT_RETRY_AFTER = 1


class FaultKind(StrEnum):
    """How a call fails: by an error code, a page of some proxy's, no answer at all, or a slow good one."""

    bad_request = "400"
    unauthorized = "401"
    forbidden = "403"
    not_found = "404"
    conflict = "409"
    flood = "429"
    server_error = "5xx"
    timeout = "timeout"
    drop = "drop"
    garbage = "garbage"
    slow = "slow"


_REASONS = {FaultKind.forbidden: "bot was blocked by the user", FaultKind.bad_request: "refused on demand"}


@dataclass(slots=True)
class Fault:
    """A failure that waits for its calls.

    Attributes:
        method: Bot API method or "*".
        chat_id: only calls to this chat, None for all.
        times: how many calls fail, None for all until the faults are cleared.
        after: how many matching calls pass before.
        retry_after: seconds that a 429 tells.
        seconds: how long a slow call takes before anything happens.
        description: what the answer says after the name of its code.
        applied: the call takes effect and only its answer is lost or replaced.
    """

    kind: FaultKind
    method: str = "*"
    chat_id: int | None = None
    times: int | None = 1
    after: int = 0
    retry_after: int = DEFAULT_RETRY_AFTER
    seconds: float = 1.0
    description: str | None = None
    applied: bool = False

    def error(self) -> ApiError:
        """The answer of this failure; with code 0, for the record alone, where the bot gets none."""
        if self.kind in {FaultKind.timeout, FaultKind.drop}:
            return ApiError(0, f"no answer: {self.kind.value} on demand")
        if self.kind is FaultKind.flood:
            return too_many_requests(self.retry_after)
        if self.kind in {FaultKind.server_error, FaultKind.garbage}:
            status = HTTPStatus.BAD_GATEWAY
        else:
            status = HTTPStatus(int(self.kind.value))
        return ApiError(
            status, f"{status.phrase}: {self.description or _REASONS.get(self.kind, 'on demand')}"
        )


class FaultTable:
    """All waiting failures, the oldest first."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Arms a failure."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Disarms all."""
        self._faults.clear()

    def take(self, method: str, params: JsonObject) -> Fault | None:
        """The failure this call has to meet, used up by one; None lets it pass."""
        if not self._faults:
            return None
        for fault in self._faults:
            if fault.method != "*" and fault.method.lower() != method.lower():
                continue
            if fault.chat_id is not None and str(params.get("chat_id")) != str(fault.chat_id):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            self._use(fault)
            return fault
        return None

    def _use(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._faults.remove(fault)
