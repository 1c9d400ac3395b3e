"""Places, contacts, chat actions and reactions."""

from aiogram.enums import ChatAction
from aiogram.methods import SendChatAction, SendContact, SendLocation, SendVenue, SetMessageReaction

from simulator.calling import ApiRequest
from simulator.chats import EventKind
from simulator.errors import JsonObject, bad_request, violation
from simulator.methods.registry import MethodTable
from simulator.replies import post

table = MethodTable()
_ACTIONS = frozenset(action.value for action in ChatAction)
_MAX_LATITUDE = 90
_MAX_LONGITUDE = 180


def _point(request: ApiRequest[SendLocation] | ApiRequest[SendVenue]) -> JsonObject:
    method = request.method
    if abs(method.latitude) > _MAX_LATITUDE or abs(method.longitude) > _MAX_LONGITUDE:
        raise violation("wrong latitude or longitude")
    return {"latitude": method.latitude, "longitude": method.longitude}


@table.serves(SendLocation)
def send_location(request: ApiRequest[SendLocation]) -> JsonObject:
    """SendLocation."""
    chat = request.writable_chat(request.method.chat_id)
    place = _point(request)
    if request.method.live_period is not None:
        place["live_period"] = request.method.live_period
    return post(request, chat, {"location": place}).payload


@table.serves(SendVenue)
def send_venue(request: ApiRequest[SendVenue]) -> JsonObject:
    """SendVenue."""
    chat = request.writable_chat(request.method.chat_id)
    place = _point(request)
    venue = {"location": place, "title": request.method.title, "address": request.method.address}
    return post(request, chat, {"venue": venue, "location": place}).payload


@table.serves(SendContact)
def send_contact(request: ApiRequest[SendContact]) -> JsonObject:
    """SendContact."""
    method = request.method
    chat = request.writable_chat(method.chat_id)
    if not method.phone_number.strip() or not method.first_name.strip():
        raise violation("contact phone number and first name must be non-empty")
    given = {"last_name": method.last_name, "vcard": method.vcard}
    contact: JsonObject = {"phone_number": method.phone_number, "first_name": method.first_name}
    contact.update({key: value for key, value in given.items() if value})
    return post(request, chat, {"contact": contact}).payload


@table.serves(SendChatAction)
def send_chat_action(request: ApiRequest[SendChatAction]) -> bool:
    """SendChatAction."""
    chat = request.writable_chat(request.method.chat_id)
    if request.method.action not in _ACTIONS:
        raise violation("wrong parameter action in request")
    chat.happened(EventKind.action, body={"action": request.method.action})
    return True


@table.serves(SetMessageReaction)
def set_message_reaction(request: ApiRequest[SetMessageReaction]) -> bool:
    """SetMessageReaction; bots put one reaction on a message."""
    chat = request.writable_chat(request.method.chat_id)
    message = chat.messages.get(request.method.message_id)
    if message is None:
        raise bad_request("message to react not found")
    reactions: list[JsonObject] = request.params.get("reaction", [])
    if len(reactions) > 1:
        raise violation("REACTIONS_TOO_MANY")
    message.reactions[request.bot.id] = reactions
    chat.happened(EventKind.edited, message_id=message.id)
    return True
