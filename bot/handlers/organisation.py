"""Leading the organisation: /admin, /option, /department, /team, invitations, roles and departments of users."""

from bot.html import esc, fill, lines
from bot.i18n import N_
from bot.texts.roles import ROLES
from bot.turn import Reply, Say, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption, Language, Role
from core.errors import Invalid
from core.services.people import UserChange
from core.values import DepartmentId, UserId

verbs = VerbTable()

ADMINISTRATORS = (Role.ADMINISTRATOR,)


@verbs.verb(
    "admin", roles=ADMINISTRATORS, usage=N_("/admin"), menu=N_("Options, users, departments"), menu_order=55
)
async def show_organisation(_turn: Turn, _arguments: Arguments) -> Reply:
    """The organisation's screen."""
    return Show("admin")


@verbs.verb("option", roles=ADMINISTRATORS, usage=N_("/option deals off"))
async def switch_option(turn: Turn, arguments: Arguments) -> None:
    """Switch a functional option on or off (domain.md O1)."""
    name = arguments.word().lower()
    try:
        option = FunctionalOption(name)
    except ValueError as error:
        raise Invalid("option", name) from error
    await turn.services.options.set(turn.caller, option, is_on=arguments.switch())


@verbs.verb("invite", roles=ADMINISTRATORS, usage=N_("/invite rep"))
async def invite(turn: Turn, arguments: Arguments) -> Reply:
    """Make a one-time link; it is shown once, only its hash is kept (domain.md U1).

    It stands in a message of its own, to be forwarded: nothing takes its place, and a tap opens it.
    """
    role = _read_role(arguments.word())
    token = await turn.services.people.invite(turn.caller, role, arguments.rest or None)
    link = f"https://t.me/{turn.bot_name}?start={token}"
    text = lines(
        fill(
            turn._("Invitation for a {role}; it works once, for seven days:"), role=esc(turn._(ROLES[role]))
        ),
        esc(link),
    )
    return Say(text, new=True)


@verbs.verb("user_role", roles=ADMINISTRATORS)
async def set_role(turn: Turn, arguments: Arguments) -> Reply:
    """Give a user another role."""
    user_id = UserId(arguments.integer())
    change = UserChange(role=_read_role(arguments.word()))
    await turn.services.people.set_user(turn.caller, user_id, change)
    return Show(f"u{user_id}", note="edited")


@verbs.verb("user_department", roles=ADMINISTRATORS)
async def set_department(turn: Turn, arguments: Arguments) -> Reply:
    """Put a user into another department."""
    user_id = UserId(arguments.integer())
    change = UserChange(department_id=DepartmentId(arguments.integer()))
    await turn.services.people.set_user(turn.caller, user_id, change)
    return Show(f"u{user_id}", note="edited")


@verbs.verb("user_language", roles=ADMINISTRATORS)
async def set_language(turn: Turn, arguments: Arguments) -> Reply:
    """Set a user's language for them."""
    user_id, language = UserId(arguments.integer()), arguments.word()
    if language not in set(Language):
        raise Invalid("language", language)
    await turn.services.people.set_user(turn.caller, user_id, UserChange(language=Language(language)))
    return Show(f"u{user_id}", note="edited")


@verbs.verb("department", roles=ADMINISTRATORS, usage=N_("/department Name"))
async def add_department(turn: Turn, arguments: Arguments) -> Reply:
    """Add a department."""
    await turn.services.departments.add(turn.caller, arguments.text())
    return Show("departments", note="edited")


@verbs.verb("team", usage=N_("/team"), menu=N_("Team"), menu_order=85)
async def show_team(_turn: Turn, _arguments: Arguments) -> Reply:
    """The people one works with."""
    return Show("team")


def _read_role(word: str) -> Role:
    try:
        return Role(word.lower())
    except ValueError as error:
        raise Invalid("role", word) from error
