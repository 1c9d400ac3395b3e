"""Who of a deal's roles was reached, and who answers (pains.md 12)."""

from datetime import timedelta

from bot.html import Html, esc, fill
from bot.reader import Reader
from core.queries.deal_views import RoleCoverage
from core.values import DealId

QUIET = timedelta(days=21)
"""After so long without a contact a role counts as out of touch."""


async def coverage_lines(reader: Reader, deal_id: int) -> list[Html]:
    """What is to be said of the roles: nobody has one that the stage asks for, nobody was touched, one answers alone."""
    roles = await reader.services.deal_views.coverage(reader.caller, DealId(deal_id))
    told = [line for one in roles if (line := _line(reader, one)) is not None]
    answering = [one for one in roles if one.last_answered_at is not None]
    silent = [one for one in roles if one.contacts and one.last_answered_at is None]
    if len(answering) == 1 and silent:
        told.append(fill(reader._("⚠️ Only “{role}” answers"), role=esc(answering[0].role)))
    return told


def _line(reader: Reader, one: RoleCoverage) -> Html | None:
    if not one.contacts:
        return fill(reader._("⚠️ Nobody yet: “{role}”"), role=esc(one.role)) if one.required else None
    if one.last_touched_at is None:
        return fill(reader._("⚠️ Never spoken to: “{role}”"), role=esc(one.role))
    if reader.now - one.last_touched_at < QUIET:
        return None
    return fill(
        reader._("⚠️ Not in touch with “{role}” since {when}"),
        role=esc(one.role),
        when=reader.when(one.last_touched_at),
    )
