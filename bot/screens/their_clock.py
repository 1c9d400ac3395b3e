"""The other side's clock on cards: "22:40 there, Vladivostok", and a better time for what lies in their night (U5)."""

from dataclasses import dataclass
from datetime import datetime

from bot.formats import format_clock, zone_name
from bot.html import Html, esc, fill
from bot.reader import Reader
from bot.screens.base import Row, act
from core.enums import AddressKind, ContactKind, InteractionState, InteractionType
from core.queries.interaction_card import InteractionCard
from core.queries.their_zones import TheirZone
from core.rules.their_clock import better_time, is_night, show_same_time
from core.rules.user_day import to_local
from core.rules.working_time import Hours

_LIVE = frozenset({InteractionType.CALL, InteractionType.PLANNED, InteractionType.SMS})
"""What reaches people wherever they are: their night matters. A meeting is where it is."""


@dataclass(frozen=True, slots=True)
class TheirClock:
    """What a card says of the other side's clock; nothing where it shows what the reader's does."""

    line: Html | None = None
    row: Row = ()


async def their_clock(reader: Reader, card: InteractionCard) -> TheirClock:
    """The other side's clock at the time of a plan; of a plan of a day alone, what it shows now."""
    if card.state is not InteractionState.PLANNED or card.deleted or card.type not in _LIVE:
        return TheirClock()
    others = [one for one in card.participants if one.contact_kind is not ContactKind.USER]
    contact_ids = [one.contact_id for one in others if one.contact_id is not None]
    phones = [
        address.value for one in others for address in one.addresses if address.kind is AddressKind.PHONE
    ]
    if not (contact_ids or phones):
        return TheirClock()
    at = card.happened_at if card.due_on is None else reader.now
    zone = await reader.services.contacts.find_zone(contact_ids, phones, at)
    if zone is None or show_same_time((zone.name, reader.user.timezone), at):
        return TheirClock()
    if card.due_on is not None:
        return TheirClock(now_there(reader, zone))
    line = _at_that_time(reader, zone.name, at)
    return TheirClock(line, _better(reader, card, zone.name) if is_night(at, zone.name) else ())


def now_there(reader: Reader, zone: TheirZone) -> Html:
    """What their clock shows now."""
    return fill(
        reader._("🕒 It is {time} there, {zone}"),
        time=esc(format_clock(reader.now, zone.name)),
        zone=esc(zone_name(zone.name, reader.tr)),
    )


def _at_that_time(reader: Reader, zone: str, at: datetime) -> Html:
    name, clock = esc(zone_name(zone, reader.tr)), esc(format_clock(at, zone))
    if is_night(at, zone):
        return fill(reader._("🌙 <b>It is night there: {time}, {zone}</b>"), time=clock, zone=name)
    return fill(reader._("🕒 That is {time} there, {zone}"), time=clock, zone=name)


def _better(reader: Reader, card: InteractionCard, zone: str) -> Row:
    user = reader.user
    hours = Hours(user.timezone, user.day_starts, user.day_ends)
    better = better_time(card.happened_at, zone, hours, reader.now)
    if better is None:
        return ()
    label = reader._("🌤 {when}: {time} there").format(
        when=reader.when(better), time=format_clock(better, zone)
    )
    said = to_local(better, user.timezone).strftime("%Y-%m-%d %H:%M")
    return (act(label, "move", f"i{card.id}", said),)
