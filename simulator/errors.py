"""Everything the simulator refuses, in one tree.

    SimulatorError
    ├── ApiError            what a bot is told by the Bot API (code, description, parameters)
    │   └── Violation       the bot itself is wrong: no run of a correct bot produces it
    └── ControlError        what a test or the chat page is told by the control API (HTTP status, message)

The descriptions are those of Telegram, word for word where they are known, because bots tell errors apart by them.
"""

from http import HTTPStatus
from typing import Any

JsonObject = dict[str, Any]


class SimulatorError(Exception):
    """Base of all refusals of the simulator."""


class ApiError(SimulatorError):
    """A Bot API answer with `ok: false`; Telegram may give it to a correct bot too (blocked, flood, stale button)."""

    def __init__(self, code: int, description: str, parameters: JsonObject | None = None) -> None:
        """Keeps the three fields that a Bot API error answer consists of."""
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> JsonObject:
        """The body of the HTTP answer."""
        body: JsonObject = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class Violation(ApiError):
    """A call that a correct bot never makes; recorded, so that a test can assert there was none."""


class ControlError(SimulatorError):
    """A control call that cannot be carried out; nothing has changed then."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        """Keeps the HTTP status and the text for the answer."""
        super().__init__(message)
        self.status = status
        self.message = message


def bad_request(description: str) -> ApiError:
    """A 400 that a correct bot may meet, by a race with its user."""
    return ApiError(HTTPStatus.BAD_REQUEST, f"Bad Request: {description}")


def violation(description: str) -> Violation:
    """A 400 that only a wrong bot meets."""
    return Violation(HTTPStatus.BAD_REQUEST, f"Bad Request: {description}")


def forbidden(description: str) -> ApiError:
    """A 403: the user or the group does not want this bot."""
    return ApiError(HTTPStatus.FORBIDDEN, f"Forbidden: {description}")


def conflict(description: str) -> ApiError:
    """A 409: two ways of receiving updates exclude each other."""
    return ApiError(HTTPStatus.CONFLICT, f"Conflict: {description}")


def too_many_requests(retry_after: int) -> ApiError:
    """A 429 with the seconds to wait."""
    return ApiError(
        HTTPStatus.TOO_MANY_REQUESTS,
        f"Too Many Requests: retry after {retry_after}",
        {"retry_after": retry_after},
    )


def migrated(new_chat_id: int) -> ApiError:
    """A 400 that tells where a group has moved."""
    return ApiError(
        HTTPStatus.BAD_REQUEST,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": new_chat_id},
    )
