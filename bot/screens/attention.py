"""Who is quieter than usual, and what has no next step: lists to work off with a tap each."""

from bot.html import Html, bold, esc, fill, join, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Row, Screen, ScreenTable, act, go, pager, rows
from bot.screens.interaction_line import interaction_line
from bot.screens.listing import back_row, back_to, number_row, numbered_lines, title
from core.enums import FunctionalOption
from core.errors import NotFound
from core.queries.silence import SilentRow, StepLess
from core.values import Ref, RefKind

screens = ScreenTable()

OTHER = FunctionalOption.OTHER_INTERACTIONS
TITLE_LIMIT = 60
LAST_LIMIT = 60
HUSH_CHIPS = (
    (N_("😴 A week"), "a week"),
    (N_("😴 2 weeks"), "2 weeks"),
    (N_("😴 4 weeks"), "4 weeks"),
)
"""Label, and the words that the button stands for."""

_SIGNS = {RefKind.DEAL: "💼", RefKind.CONTACT: "👤", RefKind.SUBJECT: "🧵"}


def _more_row(reader: Reader) -> Row:
    return (go(reader._("‹ More"), "more"),)


@screens.screen("silence", option=OTHER)
async def show_silence(reader: Reader, address: Address) -> Screen:
    """``silence:1``: contacts and deals that are quieter than usual, the most urgent first."""
    page = await reader.services.attention_views.silent(reader.caller, address.number())
    here = f"silence:{page.number}"
    row, choices = number_row([go(one.title, f"silent:{one.ref}:{here}") for one in page.rows])
    heading = title("🔕", reader._("Quieter than usual"), page.total, more=page.more)
    entries = numbered_lines([_silent_entry(reader, one) for one in page.rows])
    empty = esc(reader._("Everybody was in touch as usual."))
    keyboard = (row, pager("silence", page.number, page.pages), _more_row(reader))
    return Screen(lines(heading, *(entries or [empty])), tuple(one for one in keyboard if one), choices)


def _silent_entry(reader: Reader, one: SilentRow) -> Html:
    last = one.last.title if one.last is not None else ""
    return join(
        " · ",
        _name(reader, one),
        esc(_quiet_words(reader, one)),
        esc(shorten(last, LAST_LIMIT)) if last else None,
        esc(f"/{one.ref}"),
    )


def _name(reader: Reader, one: SilentRow) -> Html:
    name = fill("{sign} {title}", sign=esc(_SIGNS[one.ref.kind]), title=esc(shorten(one.title, TITLE_LIMIT)))
    worth = (
        reader.money(one.amount, one.currency)
        if one.amount is not None and one.currency is not None
        else None
    )
    return join(" · ", name, worth)


def _quiet_words(reader: Reader, one: SilentRow) -> str:
    days = reader.ngettext("quiet for {count} working day", "quiet for {count} working days", one.silent)
    usual = reader._("usually {count}") if one.is_own else reader._("usual here: {count}")
    return f"{days.format(count=one.silent)}, {usual.format(count=one.usual)}"


@screens.screen("silent", option=OTHER)
async def show_silent(reader: Reader, address: Address) -> Screen:
    """``silent:c4``: one of them with the last words said, and what to do."""
    ref = Ref.parse(address.words[0] if address.words else "")
    if ref is None or ref.kind not in {RefKind.CONTACT, RefKind.DEAL}:
        raise NotFound(Ref(RefKind.CONTACT, 0))
    one = await reader.services.attention_views.silent_one(reader.caller, ref)
    back = back_to(address, 1)
    last = interaction_line(reader, one.last) if one.last is not None else None
    text = lines(bold(join(" · ", _name(reader, one), esc(f"/{ref}"))), esc(_quiet_words(reader, one)), last)
    buttons: list[Button | None] = [
        *_step_buttons(reader, one.last.id if one.last is not None else None),
        *(act(reader._(label), "hush", ref, words) for label, words in HUSH_CHIPS),
        act(reader._("🚫 Not interesting"), "hush", ref, "always"),
    ]
    return Screen(text, (*rows(buttons), back_row(reader, back)))


def _step_buttons(reader: Reader, interaction_id: int | None) -> list[Button]:
    """Call, or plan something, about the last interaction."""
    if interaction_id is None:
        return []
    return [
        go(reader._("📞 Call now"), f"callnow:{interaction_id}"),
        go(reader._("🗓 Next step"), f"next:{interaction_id}"),
    ]


@screens.screen("nonext", option=OTHER)
async def show_without_next_step(reader: Reader, address: Address) -> Screen:
    """``nonext:deals:1``, ``nonext:chains:1``: what of the reader's has no plan."""
    has_deals = not reader.lacks(FunctionalOption.DEALS)
    deals = has_deals and address.words[:1] != ("chains",)
    page = await reader.services.attention_views.without_next_step(
        reader.caller, address.number(1), deals=deals
    )
    name = "deals" if deals else "chains"
    other = "chains" if deals else "deals"
    label = reader._("🧵 Chains") if deals else reader._("💼 Deals")
    tabs: Row = (go(label, f"nonext:{other}:1"),) if has_deals else ()
    heading = reader._("Deals without a next step") if deals else reader._("Chains without a next step")
    row, choices = number_row([go(one.title, _step_address(one)) for one in page.rows])
    text = lines(
        title("🪧", heading, page.total, more=page.more),
        *(numbered_lines([_step_entry(reader, one) for one in page.rows]) or [_nothing(reader)]),
        *((esc(reader._("A number plans the next step.")),) if page.rows else ()),
    )
    keyboard = (row, pager(f"nonext:{name}", page.number, page.pages), tabs, _more_row(reader))
    return Screen(text, tuple(one for one in keyboard if one), choices)


def _nothing(reader: Reader) -> Html:
    return esc(reader._("Everything has a next step."))


def _step_address(one: StepLess) -> str:
    """Where its next step is planned; the card of what has no interaction yet."""
    return f"next:{one.last_id}" if one.last_id is not None else str(one.ref)


def _step_entry(reader: Reader, one: StepLess) -> Html:
    return join(
        " · ",
        fill("{sign} {title}", sign=esc(_SIGNS[one.ref.kind]), title=esc(shorten(one.title, TITLE_LIMIT))),
        reader.when(one.last_at) if one.last_at is not None else None,
        esc(f"/{one.ref}"),
    )
