"""The organisation as an administrator leads it: functional options, invitations, departments."""

from collections.abc import Mapping

from bot.html import Html, bold, esc, fill, join, lines
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, pager, rows
from bot.screens.listing import cut
from bot.texts.errors import OPTIONS
from bot.texts.roles import ROLES
from core.enums import FunctionalOption, Role
from core.queries.people import DepartmentView
from core.values import DepartmentId, UserId

screens = ScreenTable()

ADMINISTRATORS = (Role.ADMINISTRATOR,)


@screens.screen("admin", roles=ADMINISTRATORS)
async def show_organisation(reader: Reader, _address: Address) -> Screen:
    """The switches of the functional options, and the way to people and departments."""
    options = [
        fill("{sign} {name}", sign=esc("▫️" if reader.lacks(one) else "✅"), name=esc(reader._(OPTIONS[one])))
        for one in FunctionalOption
    ]
    text = lines(
        bold(esc(reader._("🏢 Organisation"))),
        *options,
        Html(""),
        esc(reader._("What is switched off disappears from menus and lists; its data stays.")),
    )
    switches = rows([_switch(reader, option) for option in FunctionalOption], width=1)
    has_mail = not reader.lacks(FunctionalOption.MAIL_CLIENT)
    deals = (go(reader._("💼 How we sell"), "sales"), go(reader._("💬 Rooms of deals"), "rooms"))
    sales = () if reader.lacks(FunctionalOption.DEALS) else (deals,)
    mailboxes = (go(reader._("📮 Mailboxes"), "all_mailboxes"),) if has_mail else ()
    people = (
        (go(reader._("👥 Users"), "users"), go(reader._("🏢 Departments"), "departments")),
        (
            go(reader._("✉️ Invite"), "invite"),
            *mailboxes,
        ),
        *sales,
        (go(reader._("‹ More"), "more"),),
    )
    return Screen(text, (*switches, *people))


def _switch(reader: Reader, option: FunctionalOption) -> Button:
    name = reader._(OPTIONS[option])
    if reader.lacks(option):
        return act(reader._("Switch on: {name}").format(name=name), "option", option, "on")
    return act(reader._("Switch off: {name}").format(name=name), "option", option, "off")


@screens.screen("invite", roles=ADMINISTRATORS)
async def show_invite(reader: Reader, _address: Address) -> Screen:
    """Whom an invitation is for."""
    text = lines(
        bold(esc(reader._("✉️ Invite"))),
        esc(reader._("The link works once and for seven days. Whom is it for?")),
    )
    roles = [act(reader._(name), "invite", role) for role, name in ROLES.items()]
    return Screen(text, (*rows(roles, width=1), (go(reader._("‹ Organisation"), "admin"),)))


@screens.screen("departments", roles=ADMINISTRATORS)
async def show_departments(reader: Reader, address: Address) -> Screen:
    """All departments with those who lead them."""
    departments = await reader.services.departments.list_departments()
    names = {one.id: one.name for one in await reader.services.people.list_users(reader.caller)}
    parents = {one.id: one.name for one in departments}
    shown, page, pages = cut(departments, address.number())
    text = lines(
        fill(
            "<b>{title}</b>",
            title=fill(
                reader.ngettext("🏢 Departments: {count}", "🏢 Departments: {count}", len(departments)),
                count=len(departments),
            ),
        ),
        *(_department_line(one, parents, names) for one in shown),
        fill(reader._("A new one: <i>{command}</i>"), command=esc(reader._("/department Name"))),
    )
    return Screen(text, (pager("departments", page, pages), (go(reader._("‹ Organisation"), "admin"),)))


def _department_line(
    department: DepartmentView, parents: Mapping[DepartmentId, str], names: Mapping[UserId, str]
) -> Html:
    above = parents.get(department.parent_id) if department.parent_id is not None else None
    managers = ", ".join(names[one] for one in department.managers if one in names)
    return join(
        " · ", esc(department.name), esc(above) if above else None, esc(managers) if managers else None
    )
