"""What is said when something did not work: what, whether anything was saved, what to do next.

One table, one text a class of error (style.md 14). A tap shows it in a box over the chat, a message gets it as
an answer.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.errors import FileUnreachable, UnknownScreen, UnknownVerb, UsageWrong
from bot.html import Html, code, esc, fill, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.texts.deal_errors import DEAL_ERRORS
from bot.texts.fields import FIELDS
from bot.texts.repeats import repeat_invalid
from core import errors
from core.enums import FunctionalOption
from core.values import Ref

OPTIONS = {
    FunctionalOption.MAIL_CLIENT: N_("Mail"),
    FunctionalOption.OTHER_INTERACTIONS: N_("Calls, meetings, SMS and plans"),
    FunctionalOption.REVIEW_FLAGS: N_("Review of what came in"),
    FunctionalOption.DEALS: N_("Deals"),
    FunctionalOption.DEAL_MANAGEMENT: N_("Stages of deals"),
}
"""What people call the functional options."""

VALUE_LIMIT = 60


def _field(reader: Reader, field: str) -> Html:
    return esc(reader._(FIELDS[field]) if field in FIELDS else field)


def _not_found(reader: Reader, _error: errors.NotFound) -> Html:
    return esc(reader._("No such interaction, or it is not yours to see."))


def _not_allowed(reader: Reader, _error: errors.NotAllowed) -> Html:
    return esc(reader._("Your role does not include this. Nothing was changed; an administrator can do it."))


def _option_off(reader: Reader, error: errors.OptionOff) -> Html:
    return fill(
        reader._("“{option}” is switched off in this organisation. Nothing was changed."),
        option=esc(reader._(OPTIONS[error.option])),
    )


def _invalid(reader: Reader, error: errors.Invalid) -> Html:
    return fill(
        reader._(
            "This does not do for {field}: <i>{value}</i>. Nothing was changed; please try it another way."
        ),
        field=_field(reader, error.field),
        value=esc(shorten(error.value, VALUE_LIMIT)),
    )


def _time_invalid(reader: Reader, error: errors.TimeInvalid) -> Html:
    """A time that was read but cannot be comes as an ISO instant, anything else as it was written."""
    moment = _moment(error.value)
    if moment is not None:
        return fill(
            reader._("That cannot be the time: {time}. Nothing was changed; please say another one."),
            time=reader.when(moment),
        )
    return fill(
        reader._(
            "The time <i>{value}</i> was not understood. Nothing was changed; "
            "for example: tomorrow 15:00, or 2026-11-27 15:00."
        ),
        value=esc(shorten(error.value, VALUE_LIMIT)),
    )


_NOT_AWAY = {
    "order": N_("The last day comes before the first: <i>{days}</i>. Nothing was changed."),
    "past": N_("Those days are over: <i>{days}</i>. Nothing was changed."),
    "long": N_(
        "Nobody is away for more than a year: <i>{days}</i>. Nothing was changed; "
        "an administrator can hand the work over for good."
    ),
    "overlap": N_(
        "Away on some of those days already: <i>{days}</i>. Nothing was changed; /away shows them."
    ),
}


def _away_invalid(reader: Reader, error: errors.AwayInvalid) -> Html:
    return fill(reader._(_NOT_AWAY[error.why]), days=esc(shorten(error.value, VALUE_LIMIT)))


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _content_fixed(reader: Reader, error: errors.ContentFixed) -> Html:
    return fill(
        reader._(
            "What was sent or received keeps its content. Nothing was changed; a comment can be added: {how}"
        ),
        how=code(esc(f"/comment {error.ref} …")),
    )


def _subject_closed(reader: Reader, error: errors.SubjectClosed) -> Html:
    return fill(
        reader._("This deal is closed (/{ref}). Nothing was changed; a manager can reopen it."),
        ref=esc(str(error.ref)),
    )


def _state_forbids(reader: Reader, error: errors.StateForbids) -> Html:
    return fill(
        reader._("That does not fit any more: /{ref} has changed meanwhile. Nothing was done."),
        ref=esc(str(error.ref)),
    )


def _mailbox_taken(reader: Reader, error: errors.MailboxTaken) -> Html:
    """Two people connect the same mailbox: the second one learns it, and what can be done."""
    if error.is_own:
        return fill(reader._("You have connected this mailbox already: /{ref}"), ref=esc(str(error.ref)))
    return esc(
        reader._(
            "Somebody here has connected this mailbox already. Nothing was saved; its owner can share it, "
            "or an administrator can say whose it is."
        )
    )


def _cannot_undo(reader: Reader, error: errors.CannotUndo) -> Html:
    objects = [f"/{one}" for one in error.blocking if Ref.parse(one) is not None]
    if not objects:
        return esc(reader._("This step cannot be undone. Nothing was changed."))
    return fill(
        reader._("Later changes build on it: {objects}. Nothing was undone."),
        objects=esc(", ".join(objects)),
    )


def _nothing_to_undo(reader: Reader, _error: errors.NothingToUndo) -> Html:
    return esc(reader._("There is nothing to undo."))


def _partner_ambiguous(reader: Reader, _error: errors.PartnerAmbiguous) -> Html:
    return esc(reader._("Several companies take part. Nothing was created yet; please choose the client."))


def _missing(reader: Reader, error: errors.Missing) -> Html:
    return fill(
        reader._("One thing is missing: {field}. Nothing was changed."), field=_field(reader, error.field)
    )


def _tax_number_taken(reader: Reader, error: errors.TaxNumberTaken) -> Html:
    return fill(
        reader._("This tax number belongs to /{ref} already. Nothing was changed."),
        ref=esc(f"c{error.contact_id}"),
    )


def _conflict(reader: Reader, _error: errors.Conflict) -> Html:
    return esc(reader._("That does not fit the present state of things. Nothing was changed."))


def _invitation_invalid(reader: Reader, _error: errors.InvitationInvalid) -> Html:
    return esc(reader._("This invitation was used or has expired. An administrator can send a new one."))


def _usage_wrong(reader: Reader, error: UsageWrong) -> Html:
    if not error.usage:
        return esc(
            reader._("Something is missing there. Nothing was changed; /help shows how it is written.")
        )
    return fill(
        reader._("Something is missing there. Nothing was changed. It is written so: {usage}"),
        usage=code(esc(reader._(error.usage))),
    )


def _file_unreachable(reader: Reader, error: FileUnreachable) -> Html:
    return fill(
        reader._(
            "Telegram does not hand out the file <i>{name}</i>. Nothing was saved; please try once more."
        ),
        name=esc(shorten(error.name, VALUE_LIMIT)),
    )


def _unknown_verb(reader: Reader, _error: UnknownVerb) -> Html:
    return esc(reader._("There is no such command. Nothing was changed; /help shows what there is."))


def _unknown_screen(reader: Reader, _error: UnknownScreen) -> Html:
    return esc(reader._("This button is out of use. Nothing was changed; /help shows what there is."))


def _core_error(reader: Reader, _error: errors.CoreError) -> Html:
    return esc(reader._("That could not be done. Nothing was changed."))


TABLE: dict[type[Exception], Callable[[Reader, Any], Html]] = {
    errors.NotFound: _not_found,
    errors.NotAllowed: _not_allowed,
    errors.OptionOff: _option_off,
    errors.Invalid: _invalid,
    errors.TimeInvalid: _time_invalid,
    errors.AwayInvalid: _away_invalid,
    errors.RepeatInvalid: repeat_invalid,
    errors.ContentFixed: _content_fixed,
    errors.SubjectClosed: _subject_closed,
    errors.MailboxTaken: _mailbox_taken,
    errors.StateForbids: _state_forbids,
    errors.CannotUndo: _cannot_undo,
    errors.NothingToUndo: _nothing_to_undo,
    errors.PartnerAmbiguous: _partner_ambiguous,
    errors.Missing: _missing,
    errors.TaxNumberTaken: _tax_number_taken,
    errors.Conflict: _conflict,
    errors.InvitationInvalid: _invitation_invalid,
    errors.CoreError: _core_error,
    **DEAL_ERRORS,
    FileUnreachable: _file_unreachable,
    UsageWrong: _usage_wrong,
    UnknownVerb: _unknown_verb,
    UnknownScreen: _unknown_screen,
}
"""Class of error and what is said; a class that is missing here is answered as its base."""

EXPECTED = (errors.CoreError, FileUnreachable, UsageWrong, UnknownVerb, UnknownScreen)
"""Errors that are answers: the update is finished, nothing is retried."""


def describe(error: Exception, reader: Reader) -> Html:
    """What is said of an error, by the nearest class in the table."""
    for one in type(error).__mro__:
        if one in TABLE:
            return TABLE[one](reader, error)
    return could_not_save(reader, "")


def could_not_save(reader: Reader, number: str) -> Html:
    """What is said when the product itself failed; the code is found in the log."""
    return fill(
        reader._(
            "That could not be saved, and nothing was changed. Please try once more; if it happens again, tell an administrator the code {code}."
        ),
        code=code(esc(number)),
    )
