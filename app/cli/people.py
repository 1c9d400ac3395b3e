"""`zveno user`, `department`, `option`: the organisation."""

import click

from app.bootstrap import Core
from app.cli.calling import USER, WRONG_USE, call_core, fail, write_line
from app.telegram_door import TelegramAway, open_telegram
from core.enums import FunctionalOption, Language, Role
from core.services.people import UserChange
from core.values import DepartmentId, UserId

ROLES = click.Choice([role.value for role in Role])
LANGUAGES = click.Choice([language.value for language in Language])


async def find_department(core: Core, wanted: str) -> DepartmentId:
    """A department by id or by its name, whatever the case."""
    departments = await core.services.departments.list_departments()
    found = [
        one.id for one in departments if str(one.id) == wanted or one.name.casefold() == wanted.casefold()
    ]
    if len(found) != 1:
        fail(f"{'several departments are' if found else 'no department is'} called {wanted!r}", WRONG_USE)
    return found[0]


@click.group()
def user() -> None:
    """People who work with the product."""


@user.command("list")
def list_users() -> None:
    """One line a user: id, name, role, department, state, Telegram id, language, time zone."""

    async def work(core: Core) -> None:
        for one in await core.services.people.list_users(None):
            write_line(
                one.id,
                one.name,
                one.role,
                one.department,
                one.state,
                one.telegram_id,
                one.language,
                one.timezone,
            )

    call_core(work)


@user.command()
@click.option("--role", type=ROLES, required=True)
@click.option("--name", help="How the user will be called; else as in Telegram.")
@click.option("--department", metavar="D", help="Id or name.")
def invite(role: str, name: str | None, department: str | None) -> None:
    """Print a link that makes whoever opens it first a user, once, within a week."""

    async def work(core: Core) -> None:
        door = open_telegram(core.settings)
        if door is None:
            fail("BOT_TOKEN: must be set, the link leads to the bot", WRONG_USE)
        department_id = await find_department(core, department) if department else None
        try:
            username = await door.find_username()
        except TelegramAway as error:
            fail(f"no invitation was made: Telegram gives {error}")
        token = await core.services.people.invite(None, Role(role), name, department_id)
        click.echo(f"https://t.me/{username}?start={token}")

    call_core(work)


@user.command("set")
@click.argument("user_id", type=USER, metavar="ID")
@click.option("--role", type=ROLES)
@click.option("--timezone", metavar="ZONE", help="An IANA name, for example Europe/Moscow.")
@click.option("--language", type=LANGUAGES)
@click.option("--department", metavar="D", help="Id or name.")
@click.option("--name")
def set_user(
    user_id: int,
    role: str | None,
    timezone: str | None,
    language: str | None,
    department: str | None,
    name: str | None,
) -> None:
    """Change what is given of a user."""
    if (role, timezone, language, department, name) == (None,) * 5:
        raise click.UsageError("nothing to set")

    async def work(core: Core) -> None:
        change = UserChange(
            role=Role(role) if role else None,
            timezone=timezone,
            language=Language(language) if language else None,
            department_id=await find_department(core, department) if department else None,
            name=name,
        )
        await core.services.people.set_user(None, UserId(user_id), change)

    call_core(work)


@user.command()
@click.argument("user_id", type=USER, metavar="ID")
@click.option(
    "--hand-over-to", "receivers", required=True, metavar="ID[,ID]", help="Who takes over, in turn."
)
def deactivate(user_id: int, receivers: str) -> None:
    """Let a user go; open deals, plans, unreviewed items and contacts go to others."""
    ids = [UserId(USER.convert(one.strip(), None, None)) for one in receivers.split(",") if one.strip()]
    if not ids:
        raise click.UsageError("--hand-over-to names nobody")
    call_core(lambda core: core.services.handover.deactivate(None, UserId(user_id), ids))


@click.group()
def department() -> None:
    """Parts of the organisation."""


@department.command("add")
@click.argument("name")
@click.option("--parent", metavar="D", help="Id or name of the department above.")
@click.option("--manager", type=USER, metavar="ID", help="The user who leads it.")
def add_department(name: str, parent: str | None, manager: int | None) -> None:
    """Add a department and print its id."""

    async def work(core: Core) -> None:
        parent_id = await find_department(core, parent) if parent else None
        department_id = await core.services.departments.add(None, name, parent_id)
        if manager is not None:
            await core.services.departments.set_manager(None, department_id, UserId(manager))
        click.echo(department_id)

    call_core(work)


@department.command("list")
def list_departments() -> None:
    """One line a department: id, name, id of the one above, ids of its managers."""

    async def work(core: Core) -> None:
        for one in await core.services.departments.list_departments():
            write_line(one.id, one.name, one.parent_id, ",".join(str(manager) for manager in one.managers))

    call_core(work)


@department.command("set")
@click.argument("wanted", metavar="D")
@click.option("--name")
@click.option("--parent", metavar="D", help="Id or name of the department above; `none` for the top.")
@click.option("--manager", type=USER, metavar="ID", help="The user who leads it.")
def set_department(wanted: str, name: str | None, parent: str | None, manager: int | None) -> None:
    """Change what is given of a department."""
    if (name, parent, manager) == (None,) * 3:
        raise click.UsageError("nothing to set")

    async def work(core: Core) -> None:
        departments = core.services.departments
        department_id = await find_department(core, wanted)
        if name is not None:
            await departments.rename(None, department_id, name)
        if parent is not None:
            above = None if parent == "none" else await find_department(core, parent)
            await departments.set_parent(None, department_id, above)
        if manager is not None:
            await departments.set_manager(None, department_id, UserId(manager))

    call_core(work)


@click.command()
@click.argument("name", type=click.Choice(["list", *(option.value for option in FunctionalOption)]))
@click.argument("position", type=click.Choice(["on", "off"]), required=False)
def option(name: str, position: str | None) -> None:
    """Switch parts of the system: `option list`, `option deals off`."""
    if (name == "list") != (position is None):
        raise click.UsageError("say `option list` or `option NAME on|off`")

    async def work(core: Core) -> None:
        if position is not None:
            await core.services.options.set(None, FunctionalOption(name), is_on=position == "on")
            return
        for one, is_on in (await core.services.options.all()).items():
            write_line(one, "on" if is_on else "off")

    call_core(work)
