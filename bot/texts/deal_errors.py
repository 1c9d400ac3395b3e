"""What is said when something about a deal did not work."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.html import Html, code, esc, fill, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.texts.fields import FIELDS
from core import errors

NAME_LIMIT = 60

_WRONG_SUMS = {
    "negative": N_("A sum cannot be below zero: <i>{value}</i>. Nothing was changed."),
    "too_large": N_("That is more than a sum can be here: <i>{value}</i>. Nothing was changed."),
    "too_fine": N_("That is finer than the currency goes: <i>{value}</i>. Nothing was changed."),
}
_UNREADABLE = N_(
    "<i>{value}</i> is no number that can be read. Nothing was changed; for example: 120 000, or 1.5 million."
)


def _amount_invalid(reader: Reader, error: errors.AmountInvalid) -> Html:
    message = _WRONG_SUMS.get(error.why, _UNREADABLE)
    return fill(reader._(message), value=esc(shorten(error.value, NAME_LIMIT)))


def _stage_blocked(reader: Reader, error: errors.StageBlocked) -> Html:
    return fill(
        reader._("The stage “{stage}” of /{ref} asks for more. The deal was not moved."),
        stage=esc(shorten(error.stage, NAME_LIMIT)),
        ref=esc(str(error.ref)),
    )


def _stage_changed(reader: Reader, error: errors.StageChanged) -> Html:
    stage = esc(shorten(error.stage, NAME_LIMIT)) if error.stage is not None else Html("—")
    if error.by is None or error.at is None:
        return fill(
            reader._("This deal stands in “{stage}” by now. Your change was not made: /{ref}"),
            stage=stage,
            ref=esc(str(error.ref)),
        )
    return fill(
        reader._("This deal was moved to “{stage}” by {name}, {when}. Your change was not made: /{ref}"),
        stage=stage,
        name=esc(shorten(error.by, NAME_LIMIT)),
        when=reader.when(error.at),
        ref=esc(str(error.ref)),
    )


def _demand_unsettled(reader: Reader, error: errors.DemandUnsettled) -> Html:
    text = reader.ngettext(
        "Before it closes: how far was {count} row of the demand met, and why not wholly? /{ref}",
        "Before it closes: how far were {count} rows of the demand met, and why not wholly? /{ref}",
        len(error.row_ids),
    )
    return fill(text, count=len(error.row_ids), ref=esc(str(error.ref)))


def _deal_merged(reader: Reader, error: errors.DealMerged) -> Html:
    return fill(
        reader._("/{ref} has become part of /{into}. Nothing was changed."),
        ref=esc(str(error.ref)),
        into=esc(str(error.into)),
    )


def _name_taken(reader: Reader, error: errors.NameTaken) -> Html:
    field = esc(reader._(FIELDS[error.field]) if error.field in FIELDS else error.field)
    return fill(
        reader._("It is there already ({field}): <i>{name}</i>. Nothing was changed."),
        field=field,
        name=esc(shorten(error.name, NAME_LIMIT)),
    )


def _rooms_off(reader: Reader, _error: errors.RoomsOff) -> Html:
    return fill(
        reader._(
            "Rooms of deals are off here. Nothing was changed; an administrator turns them on with {how}."
        ),
        how=code(esc("/rooms on")),
    )


def _no_room_group(reader: Reader, _error: errors.NoRoomGroup) -> Html:
    return esc(
        reader._(
            "There is no group yet where this deal could have its room. Nothing was changed; a manager writes /room "
            "in a group with topics, where the bot is an administrator."
        )
    )


def _not_in_team(reader: Reader, error: errors.NotInTeam) -> Html:
    return fill(
        reader._("You do not work on /{ref}, so that its room is not yours to lead. Nothing was changed."),
        ref=esc(str(error.ref)),
    )


DEAL_ERRORS: Mapping[type[Exception], Callable[[Reader, Any], Html]] = {
    errors.AmountInvalid: _amount_invalid,
    errors.StageBlocked: _stage_blocked,
    errors.StageChanged: _stage_changed,
    errors.DemandUnsettled: _demand_unsettled,
    errors.DealMerged: _deal_merged,
    errors.NameTaken: _name_taken,
    errors.RoomsOff: _rooms_off,
    errors.NoRoomGroup: _no_room_group,
    errors.NotInTeam: _not_in_team,
}
"""Class of error and what is said (bot.texts.errors)."""
