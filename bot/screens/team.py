"""The team: for who leads it how everybody stands, each one's days and lists, and what is handed over (U1, U2)."""

from datetime import timedelta

from bot.formats import zone_name
from bot.html import Html, bold, esc, fill, join, lines
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.agenda import WEEK, render_agenda
from bot.screens.base import Address, Button, Row, Screen, ScreenTable, go, pager, rows
from bot.screens.day_lines import day_of, day_word
from bot.screens.interaction_line import interaction_line
from bot.screens.listing import back_row, count_word, number_row, numbered_lines, title
from bot.screens.people import user_list
from bot.zones import local_time
from core.enums import FunctionalOption, Role
from core.queries.team import PersonStanding, TeamList
from core.rules.user_day import user_day
from core.values import UserId

screens = ScreenTable()

MANAGERS = (Role.MANAGER,)
GIVE = "give"
"""The word of a list's address that makes its numbers hand over rather than open."""

TITLES = {
    TeamList.TODAY: ("📅", N_("Today")),
    TeamList.OVERDUE: ("⏳", N_("Overdue")),
    TeamList.REVIEW: ("📥", N_("To review")),
    TeamList.UNANSWERED: ("✉️", N_("Unanswered")),
}


@screens.screen("team")
async def show_team(reader: Reader, address: Address) -> Screen:
    """``team:2``: a manager's people and how they stand; for others everybody by name (domain.md U2)."""
    if reader.user.role is not Role.MANAGER:
        users = await reader.services.people.list_colleagues()
        name = reader.ngettext("👥 Team: {count} person", "👥 Team: {count} people", len(users))
        return user_list(reader, address, users, fill(name, count=len(users)), "more")
    page = await reader.services.team_views.people(reader.caller, address.number())
    name = reader.ngettext("👥 Team: {count} person", "👥 Team: {count} people", page.total)
    opened, choices = number_row([go(one.user.name, f"person:{one.user.id}") for one in page.rows])
    text = lines(
        bold(fill(name, count=page.total)),
        *numbered_lines([_standing_line(reader, one) for one in page.rows]),
    )
    keyboard = (opened, pager("team", page.number, page.pages), (go(reader._("‹ More"), "more"),))
    return Screen(text, tuple(row for row in keyboard if row), choices)


def _standing_line(reader: Reader, one: PersonStanding) -> Html:
    return join(
        " · ",
        fill("{away}<b>{name}</b>", away=esc("🌴 " if one.is_away else ""), name=esc(one.user.name)),
        *(_count(reader, form, count) for form, count in _counts(one) if count),
    )


def _counts(one: PersonStanding) -> tuple[tuple[str, int], ...]:
    return (
        (N_("{count} today"), one.today),
        (N_("⏳ {count} overdue"), one.overdue),
        (N_("{count} to review"), one.to_review),
        (N_("{count} unanswered"), one.unanswered),
    )


def _count(reader: Reader, form: str, count: int) -> Html:
    return fill(reader._(form), count=esc(count_word(count)))


@screens.screen("person", roles=MANAGERS)
async def show_person(reader: Reader, address: Address) -> Screen:
    """``person:3``: how one of the team stands; each number opens its list."""
    one = await reader.services.team_views.standing(reader.caller, UserId(address.number()))
    user = one.user
    text = lines(
        fill("👤 <b>{name}</b> · /{ref}", name=esc(user.name), ref=esc(f"u{user.id}")),
        fill(
            reader._("{zone}, it is {time} there"),
            zone=esc(zone_name(user.timezone, reader.tr)),
            time=esc(local_time(user.timezone, reader.now)),
        ),
        esc(reader._("🌴 Away today")) if one.is_away else None,
        join(" · ", *(_count(reader, form, count) for form, count in _counts(one))),
    )
    lists = [_list_button(reader, user.id, what, count) for what, count in _listed(reader, one)]
    ways: list[Button | None] = [
        go(reader._("📅 Day"), f"person_day:1:{user.id}"),
        go(reader._("🗓 Week"), f"person_week:1:{user.id}"),
        go(reader._("📦 All overdue to…"), f"assign:u{user.id}") if one.overdue else None,
        go(reader._("🌴 Days off"), f"days_off:{user.id}"),
    ]
    return Screen(text, (*rows(lists), *rows(ways), (go(reader._("‹ Team"), "team"),)))


def _list_button(reader: Reader, user_id: UserId, what: TeamList, count: int) -> Button:
    sign, name = TITLES[what]
    return go(f"{sign} {reader._(name)} {count_word(count)}", f"team_list:{user_id}:{what}")


def _listed(reader: Reader, one: PersonStanding) -> list[tuple[TeamList, int]]:
    counts = {
        TeamList.TODAY: one.today,
        TeamList.OVERDUE: one.overdue,
        TeamList.REVIEW: one.to_review,
        TeamList.UNANSWERED: one.unanswered,
    }
    if reader.lacks(FunctionalOption.REVIEW_FLAGS):
        del counts[TeamList.REVIEW]
    return list(counts.items())


@screens.screen("team_list", roles=MANAGERS)
async def show_list(reader: Reader, address: Address) -> Screen:
    """``team_list:3:overdue:1``: a list of one of the team; with ``:give`` its numbers hand over."""
    words = address.words
    what = _list_of(words[1] if len(words) > 1 else "")
    user_id = UserId(address.number())
    user = await reader.services.people.get_user(user_id)
    page = await reader.services.team_views.list_of(reader.caller, user_id, what, address.number(2))
    here = f"team_list:{user_id}:{what}:{page.number}"
    gives = GIVE in words[2:]
    opened, choices = number_row(
        [go(row.title, f"assign:i{row.id}" if gives else f"i:{row.id}:{here}") for row in page.rows]
    )
    sign, name = TITLES[what]
    text = lines(
        title(sign, f"{user.name}: {reader._(name)}", page.total, more=page.more),
        *numbered_lines([interaction_line(reader, row) for row in page.rows]),
        _under_list(reader, gives=gives, is_empty=not page.rows),
    )
    switch = (
        go(reader._("👁 Open instead"), here) if gives else go(reader._("👤 Hand over one…"), f"{here}:{GIVE}")
    )
    everything = go(reader._("📦 All overdue to…"), f"assign:u{user_id}")
    ways: Row = (switch, everything) if what is TeamList.OVERDUE else (switch,)
    keyboard = (
        opened,
        pager(f"team_list:{user_id}:{what}", page.number, page.pages, GIVE if gives else ""),
        ways if page.rows else (),
        (go(f"‹ {user.name}", f"person:{user_id}"),),
    )
    return Screen(text, tuple(row for row in keyboard if row), choices)


def _list_of(word: str) -> TeamList:
    return TeamList(word) if word in set(TeamList) else TeamList.OVERDUE


def _under_list(reader: Reader, *, gives: bool, is_empty: bool) -> Html | None:
    if is_empty:
        return esc(reader._("Nothing here."))
    return esc(reader._("Which one is to be handed over?")) if gives else None


@screens.screen("person_day", roles=MANAGERS, option=FunctionalOption.OTHER_INTERACTIONS)
async def show_person_day(reader: Reader, address: Address) -> Screen:
    """``person_day:1:3:20261125``: a day of one of the team."""
    return await _show_days(reader, address, 1)


@screens.screen("person_week", roles=MANAGERS, option=FunctionalOption.OTHER_INTERACTIONS)
async def show_person_week(reader: Reader, address: Address) -> Screen:
    """``person_week:1:3:20261130``: seven days of one of the team."""
    return await _show_days(reader, address, WEEK)


async def _show_days(reader: Reader, address: Address, length: int) -> Screen:
    """Days by that person's calendar, their hours by the reader's clock."""
    user_id = UserId(address.number(1))
    words = address.words
    user = await reader.services.people.get_user(user_id)
    today = user_day(reader.now, user.timezone)
    first = day_of(reader, words[2]) if len(words) > 2 else today
    agenda = await reader.services.team_views.agenda(reader.caller, user_id, length=length, first=first)
    here = f"{address.name}:{address.number()}:{user_id}:{first:%Y%m%d}"
    screen = render_agenda(reader, agenda, here, f"{user.name}: {day_word(reader, first)}")
    step = timedelta(days=length)
    beside = tuple(
        go(label, f"{address.name}:1:{user_id}:{day:%Y%m%d}")
        for label, day in (("◀", first - step), ("▶", first + step))
    )
    back = back_row(reader, f"person:{user_id}")
    return Screen(screen.text, tuple(row for row in (*screen.keyboard, beside, back) if row), screen.choices)
