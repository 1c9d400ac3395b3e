"""How does an HTTP form become a checked call? aiogram's own method classes are the judges.

Forms carry everything as strings: nested objects are JSON, numbers and booleans are words; an upload is a part that a
field points to by `attach://name`. Unknown parameters are refused although Telegram ignores them, at any depth: they
are misspelt ones.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args, get_origin

from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import DateTime, InputFile
from pydantic import BaseModel, ValidationError

from simulator.bots import Bot
from simulator.chats import Chat, ChatType
from simulator.errors import JsonObject, Violation, bad_request, forbidden, migrated, violation
from simulator.files import Upload
from simulator.world import World

MethodT = TypeVar("MethodT", bound=TelegramMethod[Any])
_SCALARS = (int, float, str, bool, Default, InputFile, type(None))
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
}


@dataclass(frozen=True, slots=True)
class MethodShape:
    """What the form of one method may carry."""

    model: type[TelegramMethod[Any]]
    fields: frozenset[str]
    json_fields: frozenset[str]
    defaults: JsonObject


def shape_of(model: type[TelegramMethod[Any]], defaults: JsonObject) -> MethodShape:
    """Reads the shape off aiogram's class."""
    json_fields = frozenset(
        name for name, info in model.model_fields.items() if not _is_scalar(info.annotation)
    )
    return MethodShape(model, frozenset(model.model_fields), json_fields, defaults)


def _is_scalar(annotation: Any) -> bool:
    if annotation is DateTime:
        return True
    if isinstance(annotation, type):
        return issubclass(annotation, _SCALARS) or annotation.__module__ == "datetime"
    if get_origin(annotation) in {list, dict}:
        return False
    parts = get_args(annotation)
    return bool(parts) and all(_is_scalar(part) for part in parts)


@dataclass(frozen=True, slots=True)
class ApiRequest(Generic[MethodT]):
    """One checked call.

    Attributes:
        method: the validated call.
        params: the decoded parameters as they came.
        uploads: file parts by name.
    """

    world: World
    bot: Bot
    method: MethodT
    params: JsonObject
    uploads: Mapping[str, Upload]

    def chat(self, chat_id: Any) -> Chat:
        """The chat the bot means, if it knows it: the person has started it, or it has been in the group.

        Raises:
            ApiError: chat not found; or it has become a supergroup with another id.
        """
        chat = self.bot.chats.get(chat_id) if isinstance(chat_id, int) else self._by_username(chat_id)
        if chat is None or (chat.type is ChatType.private and not chat.started):
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise migrated(chat.migrated_to)
        return chat

    def _is_started(self, account_id: int) -> bool:
        chat = self.bot.chats.get(account_id)
        return chat is not None and chat.started

    def _by_username(self, username: Any) -> Chat | None:
        return next(
            (chat for chat in self.bot.chats.values() if username == f"@{chat.card.get('username')}"), None
        )

    def writable_chat(self, chat_id: Any) -> Chat:
        """The chat, if the bot may write there.

        Raises:
            ApiError: 403 where the person has blocked the bot or never started it, or the group threw it out.
        """
        if chat_id in self.world.accounts and not self._is_started(chat_id):
            raise forbidden("bot can't initiate conversation with a user")
        chat = self.chat(chat_id)
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if chat.type is not ChatType.private and not chat.is_member(self.bot.id):
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        return chat


def decode_params(shape: MethodShape, form: Mapping[str, Any]) -> JsonObject:
    """The parameters of a form as JSON values.

    Raises:
        Violation: for a parameter the method does not have, or broken JSON in one.
    """
    params: JsonObject = dict(shape.defaults)
    for key, value in form.items():
        if key not in shape.fields:
            raise violation(f'unknown parameter "{key}" of {shape.model.__api_method__}')
        params[key] = _decoded(key, value, is_json=key in shape.json_fields)
    return params


def _decoded(key: str, value: Any, *, is_json: bool) -> Any:
    if is_json:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError as exc:
                raise violation(f"can't parse {key}: {exc}") from exc
        return _without_none(value)
    if isinstance(value, str) and key.endswith("chat_id") and value.lstrip("-").isdigit():
        return int(value)
    return value


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return value


def validate_call(shape: MethodShape, params: JsonObject) -> TelegramMethod[Any]:
    """The call as aiogram's class of it.

    Raises:
        Violation: what is missing or of a wrong type, or which nested field does not exist.
    """
    try:
        method = shape.model.model_validate(params)
    except ValidationError as exc:
        raise _from_validation(exc) from exc
    for name in shape.json_fields & params.keys():
        _refuse_unknown(name, getattr(method, name))
    return method


def _from_validation(exc: ValidationError) -> Violation:
    first = exc.errors(include_url=False, include_context=False)[0]
    path = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return violation(_MISSING.get(path, f'parameter "{path}" is required'))
    return violation(f'can\'t parse parameter "{path}": {first["msg"]}')


def _refuse_unknown(path: str, value: Any) -> None:
    if isinstance(value, BaseModel):
        if value.model_extra:
            raise violation(f'unknown field "{path}.{next(iter(value.model_extra))}"')
        for name in value.model_fields_set:
            _refuse_unknown(f"{path}.{name}", getattr(value, name))
    elif isinstance(value, list):
        for item in value:
            _refuse_unknown(path, item)
