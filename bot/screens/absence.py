"""Days off: those of a user, one absence, who stands in, and what became of the work meanwhile (domain.md U5)."""

from bot.html import Html, bold, code, esc, fill, join, lines
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Row, Screen, ScreenTable, act, go, numbered, pager, rows
from bot.screens.interaction_line import interaction_line
from bot.screens.listing import back_row, cut, number_row, numbered_lines, title
from core.queries.absences import AbsenceView, Welcome
from core.queries.people import UserView
from core.values import UserId

screens = ScreenTable()

CHIPS = (
    (N_("Today"), "today"),
    (N_("Tomorrow"), "tomorrow"),
    (N_("This week"), "this week"),
    (N_("Next week"), "next week"),
)
"""Label, and the words of days that the button stands for."""

PROPOSED = 3
"""Colleagues who are offered at once to stand in."""

COLLEAGUES = 8


@screens.screen("days_off")
async def show_days_off(reader: Reader, address: Address) -> Screen:
    """``days_off:3``: the absences of a user, and chips for another."""
    user_id = UserId(address.number(default=reader.user.id))
    absences = await reader.services.absences.list_absences(reader.caller, user_id)
    user = await reader.services.people.get_user(user_id)
    may_set = await reader.services.absences.may_set(reader.caller, user_id)
    opened, choices = number_row([go(days_of(reader, one), f"away:{one.id}") for one in absences])
    chips = [act(reader._(label), "away", f"u{user_id}", words) for label, words in CHIPS]
    chips.append(act(reader._("⌨️ Type it"), "ask", "away", f"u{user_id}"))
    ask = fill(
        reader._("Which days? Tap, or write {command}"), command=code(esc(reader._("/away 1-14 December u2")))
    )
    text = lines(
        title("🌴", reader._("Days off"), len(absences)),
        esc(user.name),
        *numbered_lines([absence_line(reader, one) for one in absences]),
        *([Html(""), ask] if may_set else []),
    )
    is_own = user_id == reader.user.id
    back = go(reader._("‹ Settings"), "settings") if is_own else go(f"‹ {user.name}", f"u{user.id}")
    keyboard = (opened, *(rows(chips) if may_set else ()), (back,))
    return Screen(text, tuple(row for row in keyboard if row), choices)


def days_of(reader: Reader, one: AbsenceView) -> Html:
    """The days of an absence: one, or the first and the last."""
    if one.first_day == one.last_day:
        return reader.day(one.first_day)
    return fill("{first} – {last}", first=reader.day(one.first_day), last=reader.day(one.last_day))


def absence_line(reader: Reader, one: AbsenceView) -> Html:
    """The days of an absence and who stands in."""
    return join(" · ", days_of(reader, one), _stands_in(reader, one))


def _stands_in(reader: Reader, one: AbsenceView) -> Html:
    if one.substitute_id is None:
        return esc(reader._("nobody stands in"))
    return fill(
        reader._("{name} /{ref} stands in"), name=esc(one.substitute or ""), ref=esc(f"u{one.substitute_id}")
    )


@screens.screen("away")
async def show_absence(reader: Reader, address: Address) -> Screen:
    """``away:7``: one absence; who may change it chooses who stands in."""
    one = await reader.services.absences.get(address.number())
    is_over = one.ended_at is not None
    may_set = not is_over and await reader.services.absences.may_set(reader.caller, UserId(one.user_id))
    text = lines(
        fill(
            "🌴 <b>{name}</b> · {days}",
            name=esc(one.user),
            days=days_of(reader, one),
        ),
        _stands_in(reader, one),
        esc(reader._("It is over.")) if is_over else _meaning(reader, one),
    )
    keyboard: tuple[Row, ...] = ()
    if may_set:
        proposed = await _proposed(reader, one) if one.substitute_id is None else []
        ends = reader._("✖️ I am back") if one.user_id == reader.user.id else reader._("✖️ Back already")
        keyboard = (
            *rows([_choose(one, colleague) for colleague in proposed[:PROPOSED]], width=PROPOSED),
            (go(reader._("👤 Who stands in…"), f"stand_in:{one.id}"),),
            (
                act(
                    reader._("✖️ Call off") if one.first_day > reader.today else ends,
                    "away_off",
                    one.id,
                ),
            ),
        )
    return Screen(text, (*keyboard, back_row(reader, f"days_off:{one.user_id}")))


def _meaning(reader: Reader, one: AbsenceView) -> Html:
    if one.substitute_id is None:
        return esc(reader._("Reminders wait until the day after the last one; nobody else gets them."))
    return esc(
        reader._(
            "Reminders go there meanwhile, and the plans they are about; what is still open comes back afterwards."
        )
    )


async def _proposed(reader: Reader, one: AbsenceView) -> list[UserView]:
    """Colleagues who may stand in, those of the same department first."""
    user = await reader.services.people.get_user(UserId(one.user_id))
    others = [other for other in await reader.services.people.list_colleagues() if other.id != user.id]
    return sorted(others, key=lambda other: (other.department_id != user.department_id, other.id))


def _choose(one: AbsenceView, colleague: UserView) -> Button:
    return act(colleague.name, "stand_in", one.id, f"u{colleague.id}")


@screens.screen("stand_in")
async def show_stand_ins(reader: Reader, address: Address) -> Screen:
    """``stand_in:7:2``: who is to stand in."""
    one = await reader.services.absences.get(address.number())
    shown, page, pages = cut(await _proposed(reader, one), address.number(1), COLLEAGUES)
    keyboard, choices = numbered([_choose(one, colleague) for colleague in shown])
    text = fill(
        reader._("Who stands in for <b>{name}</b>, {days}?"),
        name=esc(one.user),
        days=days_of(reader, one),
    )
    nobody = (act(reader._("Nobody: it waits"), "stand_in", one.id, "none"),)
    return Screen(
        text,
        (*keyboard, pager(f"stand_in:{one.id}", page, pages), nobody, back_row(reader, f"away:{one.id}")),
        choices,
    )


@screens.screen("welcome")
async def show_welcome(reader: Reader, address: Address) -> Screen:
    """``welcome:7``: what was done meanwhile and by whom, and what is open; each opens its card."""
    welcome = await reader.services.absences.welcome(reader.caller, address.number())
    here = f"welcome:{welcome.absence.id}"
    opened, choices = number_row([go(row.title, f"i:{row.id}:{here}") for row in welcome.open])
    text = lines(
        fill(
            "🌴 <b>{title}</b> · {days}",
            title=esc(reader._("While you were away")),
            days=days_of(reader, welcome.absence),
        ),
        *_what_was_done(reader, welcome),
        _what_is_open(reader, welcome),
        *numbered_lines([interaction_line(reader, row) for row in welcome.open]),
    )
    to_today = (go(reader._("📅 Today"), "today"),)
    return Screen(text, (opened, to_today) if opened else (to_today,), choices)


def _what_was_done(reader: Reader, welcome: Welcome) -> list[Html]:
    done = [
        fill(
            reader.ngettext("✔️ {count} done by {name}", "✔️ {count} done by {name}", count),
            count=count,
            name=esc(name),
        )
        for name, count in welcome.done
    ]
    if welcome.dropped:
        dropped = reader.ngettext("✖️ {count} cancelled", "✖️ {count} cancelled", welcome.dropped)
        done.append(fill(dropped, count=welcome.dropped))
    return done


def _what_is_open(reader: Reader, welcome: Welcome) -> Html:
    if not welcome.open:
        return esc(reader._("Nothing is left open."))
    if welcome.more:
        return bold(esc(reader._("Still open, the oldest first; the rest is on the agenda:")))
    count = len(welcome.open)
    return bold(fill(reader.ngettext("{count} still open:", "{count} still open:", count), count=count))
