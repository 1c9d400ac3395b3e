"""Contents that are more than text: contacts, places, forwarded messages, and the buttons that ask for them."""

from http import HTTPStatus

from simulator.accounts import Account
from simulator.control_bodies import ForwardOrigin, PressButton, SendContact, SendLocation
from simulator.errors import ControlError, JsonObject
from simulator.people import Person, SentUpdate
from simulator.world import World


def own_contact(account: Account, phone_number: str | None = None) -> JsonObject:
    """The account's own contact, with its user id, as Telegram marks it.

    Raises:
        ControlError: no number is known.
    """
    number = phone_number or account.phone_number
    if number is None:
        raise ControlError(HTTPStatus.BAD_REQUEST, "phone_number: neither given nor known of this account")
    contact: JsonObject = {"phone_number": number, "first_name": account.first_name, "user_id": account.id}
    if account.last_name:
        contact["last_name"] = account.last_name
    return {"contact": contact}


def shared_contact(body: SendContact) -> JsonObject:
    """Somebody else's contact.

    Raises:
        ControlError: number or name is missing.
    """
    if not body.phone_number or not body.first_name:
        raise ControlError(HTTPStatus.BAD_REQUEST, "phone_number and first_name are needed")
    return {"contact": body.model_dump(exclude={"own"}, exclude_none=True)}


def location_content(body: SendLocation) -> JsonObject:
    """A place."""
    return {"location": body.model_dump(exclude_none=True)}


def forwarded(world: World, origin: ForwardOrigin) -> JsonObject:
    """The mark of a forwarded message: who wrote it first, and when."""
    date = int(origin.date.timestamp()) if origin.date else world.timestamp()
    described: JsonObject = {"type": origin.type, "date": date}
    if origin.type == "hidden_user":
        described["sender_user_name"] = origin.name
    elif origin.type == "user":
        user = {"id": origin.id or 1, "is_bot": False, "first_name": origin.name}
        described["sender_user"] = {
            **user,
            **({"last_name": origin.last_name} if origin.last_name else {}),
            **({"username": origin.username} if origin.username else {}),
        }
    else:
        kind = "channel" if origin.type == "channel" else "supergroup"
        chat: JsonObject = {"id": origin.id or -1_002_000_000_001, "type": kind, "title": origin.name}
        if origin.type == "channel":
            described.update(chat=chat, message_id=origin.message_id)
        else:
            described["sender_chat"] = chat
    return {"forward_origin": described}


def press(person: Person, body: PressButton) -> SentUpdate:
    """Presses a reply keyboard button; a one-time keyboard goes away by it.

    Raises:
        ControlError: there is no such button, or the number it asks for is not known.
    """
    chat = person.chat
    button = person.find_reply_button(body.text)
    keyboard, asked_by = chat.keyboard, chat.keyboard_message_id
    reply_to = asked_by if asked_by in chat.messages else None
    if button.get("request_contact"):
        sent = person.send(own_contact(person.account), reply_to=reply_to)
    elif button.get("request_location"):
        place = {"latitude": body.latitude, "longitude": body.longitude}
        sent = person.send({"location": place}, reply_to=reply_to)
    else:
        sent = person.say(body.text)
    if keyboard and keyboard.get("one_time_keyboard"):
        chat.show_keyboard(None, None)
    return sent
