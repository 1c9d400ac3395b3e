"""Users: an administrator's list, and the card of one."""

from collections.abc import Sequence

from bot.formats import zone_name
from bot.html import Html, bold, esc, fill, join, lines
from bot.reader import Reader
from bot.screens.absence import absence_line
from bot.screens.base import Address, Row, Screen, ScreenTable, act, go, pager, rows
from bot.screens.listing import cut
from bot.texts.roles import LANGUAGES, ROLES
from bot.zones import local_time
from core.enums import Role, UserState
from core.errors import NotFound
from core.queries.people import UserView
from core.values import Ref, RefKind, UserId

screens = ScreenTable()

ADMINISTRATORS = (Role.ADMINISTRATOR,)


@screens.screen("users", roles=ADMINISTRATORS)
async def show_users(reader: Reader, address: Address) -> Screen:
    """All users, those who left too; each opens their card."""
    users = await reader.services.people.list_users(reader.caller)
    title = reader.ngettext("👥 {count} user", "👥 {count} users", len(users))
    return user_list(reader, address, users, fill(title, count=len(users)), "admin")


def user_list(reader: Reader, address: Address, users: Sequence[UserView], title: Html, back: str) -> Screen:
    """Users by name, each opens their card."""
    shown, page, pages = cut(users, address.number())
    buttons = [go(_label(reader, one), f"u{one.id}") for one in shown]
    label = reader._("‹ Organisation") if back == "admin" else reader._("‹ More")
    keyboard = (*rows(buttons, width=1), pager(address.name, page, pages), (go(label, back),))
    return Screen(bold(title), keyboard)


def _label(reader: Reader, user: UserView) -> str:
    parts = [user.name, reader._(ROLES[user.role])]
    if user.department is not None:
        parts.append(user.department)
    if user.state is UserState.DEACTIVATED:
        parts.append(reader._("left"))
    return " · ".join(parts)


@screens.screen("u")
async def show_user(reader: Reader, address: Address) -> Screen:
    """The card of a user; administrators change role and department on it."""
    user = await reader.services.people.get_user(_user_id(address))
    absences = await reader.services.absences.list_absences(reader.caller, user.id)
    text = lines(
        fill("👤 <b>{name}</b> · /{ref}", name=esc(user.name), ref=esc(f"u{user.id}")),
        join(
            " · ",
            esc(reader._(ROLES[user.role])),
            esc(user.department) if user.department else None,
            esc(reader._("left")) if user.state is UserState.DEACTIVATED else None,
        ),
        fill(
            reader._("{zone}, it is {time} there"),
            zone=esc(zone_name(user.timezone, reader.tr)),
            time=esc(local_time(user.timezone, reader.now)),
        ),
        None if user.reachable else esc(reader._("Has blocked the bot: nothing reaches them.")),
        *(fill("🌴 {absence}", absence=absence_line(reader, one)) for one in absences[:1]),
    )
    is_led = user.state is UserState.ACTIVE and await reader.services.absences.may_set(reader.caller, user.id)
    days_off = (go(reader._("🌴 Days off"), f"days_off:{user.id}"),) if is_led else ()
    return Screen(text, tuple(row for row in (days_off, *_card_keyboard(reader, user)) if row))


def _card_keyboard(reader: Reader, user: UserView) -> tuple[Row, ...]:
    if reader.user.role is not Role.ADMINISTRATOR:
        return ((go(reader._("‹ Team"), "team"),),)
    return (
        (
            go(reader._("🎓 Role"), f"user_role:{user.id}"),
            go(reader._("🏢 Department"), f"user_department:{user.id}"),
        ),
        tuple(
            act(f"🌐 {name}", "user_language", user.id, language)
            for language, name in LANGUAGES.items()
            if language is not user.language
        ),
        (go(reader._("‹ Users"), "users"),),
    )


@screens.screen("user_role", roles=ADMINISTRATORS)
async def show_role_choice(reader: Reader, address: Address) -> Screen:
    """Another role for a user."""
    user = await reader.services.people.get_user(_user_id(address))
    buttons = [
        act(reader._(name), "user_role", user.id, role)
        for role, name in ROLES.items()
        if role is not user.role
    ]
    text = fill(reader._("Which role for <b>{name}</b>?"), name=esc(user.name))
    return Screen(text, (*rows(buttons, width=1), _back_to(user)))


@screens.screen("user_department", roles=ADMINISTRATORS)
async def show_department_choice(reader: Reader, address: Address) -> Screen:
    """Another department for a user."""
    user = await reader.services.people.get_user(_user_id(address))
    departments = [
        one for one in await reader.services.departments.list_departments() if one.id != user.department_id
    ]
    shown, page, pages = cut(departments, address.number(1))
    buttons = [act(one.name, "user_department", user.id, one.id) for one in shown]
    text = fill(reader._("Which department for <b>{name}</b>?"), name=esc(user.name))
    pages_row = pager(f"user_department:{user.id}", page, pages)
    return Screen(text, (*rows(buttons, width=1), pages_row, _back_to(user)))


def _back_to(user: UserView) -> Row:
    return (go(f"‹ {user.name}", f"u{user.id}"),)


def _user_id(address: Address) -> UserId:
    number = address.number(0, default=0)
    if number == 0:
        raise NotFound(Ref(RefKind.USER, 0))
    return UserId(number)
