"""What the control API accepts, field by field; anything else is refused with the field's name."""

from datetime import datetime
from http import HTTPStatus
from json import JSONDecodeError
from typing import Literal, TypeVar, overload

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.errors import ControlError, JsonObject
from simulator.faults import DEFAULT_RETRY_AFTER, FaultKind

MAX_NAME = 64
MAX_WAIT_SECONDS = 60.0


class ControlBody(BaseModel):
    """Base of all bodies: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid")


BodyT = TypeVar("BodyT", bound=ControlBody)


class NewAccount(ControlBody):
    """A person to register; without an id the next free one is taken."""

    id: int | None = Field(default=None, gt=0)
    first_name: str = Field(min_length=1, max_length=MAX_NAME)
    last_name: str | None = Field(default=None, max_length=MAX_NAME)
    username: str | None = Field(default=None, pattern=r"^[A-Za-z][A-Za-z0-9_]{2,31}$")
    language_code: str | None = None
    phone_number: str | None = None


class SendText(ControlBody):
    """A text; commands, links and mentions in it are detected. `thread_id` is a topic of a group."""

    text: str
    reply_to: int | None = None
    thread_id: int | None = None


class React(ControlBody):
    """Reactions of a member to a message, in the place of their former ones."""

    message_id: int
    emoji: list[str] = Field(default_factory=list, max_length=3)


class SendStart(ControlBody):
    """The start button or a deep link with its payload."""

    payload: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_-]{0,64}$")


class SendContact(ControlBody):
    """A contact; `own` shares the sender's own one (then name and number may be left out)."""

    phone_number: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    user_id: int | None = None
    own: bool = False


class SendLocation(ControlBody):
    """A point on the map; `live_period` (seconds) makes it a live one."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    live_period: int | None = Field(default=None, ge=60, le=86400)


class PressButton(ControlBody):
    """A button of the reply keyboard; the place for one that asks for the location."""

    text: str
    latitude: float = Field(default=55.7558, ge=-90, le=90)
    longitude: float = Field(default=37.6173, ge=-180, le=180)


class ForwardOrigin(ControlBody):
    """Where a forwarded message came from first; `hidden_user` gives a name alone."""

    type: Literal["user", "hidden_user", "chat", "channel"]
    id: int | None = None
    name: str = Field(min_length=1)
    last_name: str | None = None
    username: str | None = None
    date: datetime | None = None
    message_id: int = 1


class ForwardText(ControlBody):
    """A text somebody else wrote, forwarded to the bot."""

    text: str
    origin: ForwardOrigin


class EditOwn(ControlBody):
    """A change of the person's own message: text, caption, or the place of a live location."""

    message_id: int
    text: str | None = None
    caption: str | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)


class ClickButton(ControlBody):
    """A tap on an inline button, named by data, by text, or by row and column.

    Attributes:
        forged: the data need not be on the keyboard: what a hand-made client can send.
        inaccessible: the message comes as one too old to be handed out.
        wait: seconds to wait for the bot's answer.
    """

    message_id: int
    data: str | None = None
    text: str | None = None
    row: int | None = None
    column: int | None = None
    forged: bool = False
    inaccessible: bool = False
    wait: float = Field(default=0, ge=0, le=60)


class MarkRead(ControlBody):
    """The person has seen the chat up to this message (all of it without one)."""

    message_id: int | None = None


class NewFault(ControlBody):
    """A failure to arm; see `simulator.faults.Fault`."""

    kind: FaultKind
    method: str = "*"
    chat_id: int | None = None
    times: int | None = Field(default=1, ge=1)
    after: int = Field(default=0, ge=0)
    retry_after: int = Field(default=DEFAULT_RETRY_AFTER, ge=1)
    seconds: float = Field(default=1.0, ge=0, le=600)
    description: str | None = None
    applied: bool = False


class Redelivery(ControlBody):
    """A former update that Telegram sends once more."""

    update_id: int
    bot: int | None = None


class NumberRestart(ControlBody):
    """The number of the next update after a quiet week."""

    update_id: int = Field(gt=0)
    bot: int | None = None


async def read_json(request: web.Request) -> object:
    """The JSON of a request; an empty body is an empty object.

    Raises:
        ControlError: 400 for anything that is not JSON.
    """
    try:
        parsed: object = await request.json() if request.can_read_body else {}
    except (JSONDecodeError, UnicodeDecodeError) as exc:
        raise ControlError(HTTPStatus.BAD_REQUEST, f"the body is not JSON: {exc}") from exc
    return parsed


async def read_body(request: web.Request, model: type[BodyT]) -> BodyT:
    """The checked body of a request.

    Raises:
        ControlError: 400 naming the first wrong field.
    """
    return parse_body(await read_json(request), model)


def parse_body(raw: object, model: type[BodyT]) -> BodyT:
    """The checked body.

    Raises:
        ControlError: 400 naming the first wrong field.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as exc:
        first: JsonObject = dict(exc.errors(include_url=False, include_context=False)[0])
        path = ".".join(str(part) for part in first["loc"])
        raise ControlError(HTTPStatus.BAD_REQUEST, f"{path}: {first['msg']}") from exc


@overload
def query_number(request: web.Request, name: str, default: int) -> int: ...


@overload
def query_number(request: web.Request, name: str) -> int | None: ...


def query_number(request: web.Request, name: str, default: int | None = None) -> int | None:
    """A whole number of the query string.

    Raises:
        ControlError: it is something else.
    """
    raw = request.query.get(name)
    if raw is None:
        return default
    try:
        return int(raw)
    except ValueError as exc:
        raise ControlError(HTTPStatus.BAD_REQUEST, f"{name} must be a whole number") from exc


def query_seconds(request: web.Request, name: str) -> float:
    """A number of seconds of the query string, a minute at most; 0 without it.

    Raises:
        ControlError: it is something else.
    """
    try:
        seconds = float(request.query.get(name, "0"))
    except ValueError as exc:
        raise ControlError(HTTPStatus.BAD_REQUEST, f"{name} must be a number of seconds") from exc
    return min(max(seconds, 0.0), MAX_WAIT_SECONDS)
