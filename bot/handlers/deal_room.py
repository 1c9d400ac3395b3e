"""Rooms of deals from the private chat: /room d3, /rooms (decisions/0032). What groups say comes by bot.group_routes."""

from bot.errors import UsageWrong
from bot.html import esc
from bot.i18n import N_
from bot.screens.deal_room import LEADERS
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption
from core.values import DealId, RefKind

verbs = VerbTable()

DEALS = FunctionalOption.DEALS
_OFF = frozenset({"off", "выкл"})
_ON = frozenset({"on", "вкл"})
_FORGET = frozenset({"forget", "забыть"})


@verbs.verb("room", option=DEALS, usage=N_("/room d3"))
async def open_room(turn: Turn, arguments: Arguments) -> None:
    """Open the room of a deal, or show where it is; with ``off`` part it from the deal."""
    deal_id = DealId(arguments.ref(RefKind.DEAL).id)
    word = arguments.optional_word().lower()
    if word in _OFF:
        await turn.services.rooms.deals.unbind(turn.caller, deal_id)
    elif not word:
        await turn.services.rooms.deals.open(turn.caller, deal_id)
    else:
        raise UsageWrong


@verbs.verb("add", option=DEALS, usage=N_("/add"))
async def tell_of_taking(turn: Turn, _arguments: Arguments) -> Reply:
    """What ``/add`` does, and where: in a room it is answered by bot.group_routes."""
    return Say(
        esc(turn._("In the room of a deal, /add as an answer to a message makes it part of the deal."))
    )


@verbs.verb("rooms", option=DEALS, roles=LEADERS, usage=N_("/rooms on"))
async def lead_rooms(turn: Turn, arguments: Arguments) -> Reply | None:
    """Show the groups that have rooms; ``on`` and ``off`` turn rooms on and off, ``forget 3`` unbinds a group."""
    word = arguments.optional_word().lower()
    if not word:
        return Show("rooms")
    if word in _FORGET:
        await turn.services.rooms.groups.forget(turn.caller, arguments.integer())
    elif word in _ON or word in _OFF:
        await turn.services.rooms.groups.turn(turn.caller, is_on=word in _ON)
    else:
        raise UsageWrong
    return None
