"""The people of deals: roles of contacts, the team (domain.md D1, U2)."""

from bot.asking import ask
from bot.errors import UsageWrong
from bot.i18n import N_
from bot.screens.role_chips import role_named
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption
from core.values import ContactId, DealId, RefKind, UserId

verbs = VerbTable()

DEALS = FunctionalOption.DEALS


@verbs.verb("role", option=DEALS, usage=N_("/role d3 c4 decides"))
async def set_role(turn: Turn, arguments: Arguments) -> Reply | None:
    """Say which part a contact has in a deal; without a word the likely ones are offered."""
    deal_id, contact_id = DealId(arguments.ref(RefKind.DEAL).id), ContactId(arguments.ref(RefKind.CONTACT).id)
    if not arguments:
        return Show(f"deal_role:{deal_id}:{contact_id}")
    await turn.services.deals.set_role(turn.caller, deal_id, contact_id, arguments.text())
    return None


@verbs.verb("role_as", option=DEALS)
async def set_offered_role(turn: Turn, arguments: Arguments) -> None:
    """Give one of the roles that are offered: of the organisation's list, or usual in the reader's language."""
    deal_id, contact_id = DealId(arguments.ref(RefKind.DEAL).id), ContactId(arguments.ref(RefKind.CONTACT).id)
    role = await role_named(turn, contact_id, arguments.word())
    await turn.services.deals.set_role(turn.caller, deal_id, contact_id, role)


@verbs.verb("role_words", option=DEALS)
async def ask_role(turn: Turn, arguments: Arguments) -> Reply:
    """Ask for a role in own words."""
    deal, contact = arguments.ref(RefKind.DEAL), arguments.ref(RefKind.CONTACT)
    return ask(turn, "role", f"{deal} {contact}", turn._("Which part do they have in the deal?"))


@verbs.variant("team", RefKind.DEAL, option=DEALS, usage=N_("/team d3 u2"))
async def join_team(turn: Turn, arguments: Arguments) -> Reply | None:
    """Let a user join the team of a deal; without one colleagues are offered."""
    deal_id = DealId(arguments.ref(RefKind.DEAL).id)
    if not arguments:
        return Show(f"deal_team:{deal_id}")
    user = arguments.ref(RefKind.USER)
    if arguments:
        raise UsageWrong
    await turn.services.deals.add_to_team(turn.caller, deal_id, UserId(user.id))
    return None


@verbs.verb("leave_team", option=DEALS, usage=N_("/leave_team d3 u2"))
async def leave_team(turn: Turn, arguments: Arguments) -> None:
    """Let a user leave the team of a deal."""
    deal_id, user = DealId(arguments.ref(RefKind.DEAL).id), arguments.ref(RefKind.USER)
    await turn.services.deals.leave_team(turn.caller, deal_id, UserId(user.id))
