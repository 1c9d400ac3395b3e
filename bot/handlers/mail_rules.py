"""Letters that are left out, what is no business, rules, shares and the pool (domain.md U2, U3)."""

from bot.excluding import unless_everything
from bot.i18n import N_
from bot.turn import Reply, Show, Toast, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption, MailRouting, Role
from core.errors import Invalid, StateForbids
from core.values import InteractionId, MailboxId, RefKind, UserId

verbs = VerbTable()

MAIL = FunctionalOption.MAIL_CLIENT


@verbs.verb("not_business", option=MAIL, usage=N_("/not_business i12"))
async def dismiss(turn: Turn, arguments: Arguments) -> None:
    """Take a letter off one's list for good, and offer a rule for its sender."""
    await turn.services.dismissals.dismiss(turn.caller, arguments.interaction())


@verbs.verb("rules", option=MAIL, usage=N_("/rules m3"))
async def show_rules(turn: Turn, arguments: Arguments) -> Reply:
    """The rules of a mailbox; without one those of the organisation, for administrators."""
    if not arguments and turn.caller.role is Role.ADMINISTRATOR:
        return Show("rules")
    return Show(f"rules:{arguments.ref(RefKind.MAILBOX).id}")


@verbs.verb("exclude", option=MAIL, usage=N_("/exclude m3 example.org"))
async def exclude(_turn: Turn, arguments: Arguments) -> Reply:
    """Show what leaving out an address or a domain would mean."""
    mailbox_id = arguments.ref(RefKind.MAILBOX).id
    return Show(f"exclude:{mailbox_id}:{arguments.text()}")


@verbs.verb("exclude_now", option=MAIL, usage=N_("/exclude_now m3 example.org"))
async def exclude_now(turn: Turn, arguments: Arguments) -> Reply | None:
    """Leave out an address or a domain; ``i12 address`` and ``i12 domain`` mean those of a letter's sender."""
    mailbox_id = MailboxId(arguments.ref(RefKind.MAILBOX).id)
    letter = arguments.optional_ref(RefKind.INTERACTION)
    whom = arguments.text()
    if letter is not None:
        sender = await turn.services.dismissals.find_sender(turn.caller, InteractionId(letter.id))
        if sender.address is None:
            raise Invalid("address", "")
        whom = sender.address.rpartition("@")[2] if whom == "domain" else sender.address
    return await unless_everything(
        turn, turn.services.mail_rules.add_exclusion(turn.caller, mailbox_id, whom)
    )


@verbs.verb("remove_rule", option=MAIL, usage=N_("/remove_rule 5"))
async def remove_rule(turn: Turn, arguments: Arguments) -> None:
    """Remove a rule; what it did stays."""
    await turn.services.mail_rules.remove(turn.caller, arguments.integer())


@verbs.verb("move_rule", option=MAIL, usage=N_("/move_rule 5 1"))
async def move_rule(turn: Turn, arguments: Arguments) -> None:
    """Give a rule another place: the first that holds decides."""
    rule_id = arguments.integer()
    await turn.services.mail_rules.move(turn.caller, rule_id, arguments.integer())


@verbs.verb("apply_rules", option=MAIL, usage=N_("/apply_rules m3"))
async def apply_rules(turn: Turn, arguments: Arguments) -> Reply:
    """Apply a mailbox's rules to the letters that are there; ``m3 5`` means rule 5 alone."""
    mailbox_id = MailboxId(arguments.ref(RefKind.MAILBOX).id)
    rule_id = arguments.integer() if arguments else None
    done = await turn.services.rule_application.apply(turn.caller, mailbox_id, rule_id=rule_id)
    return Toast(
        turn._("Letters looked at: {looked}. Changed: {changed}. Left out: {excluded}.").format(
            looked=done.looked_at, changed=done.changed, excluded=done.excluded
        ),
        alert=True,
    )


@verbs.verb("share", option=MAIL, usage=N_("/share i12 u2"))
async def share(turn: Turn, arguments: Arguments) -> None:
    """Share a thread or a mailbox: with a colleague, or with the team and those who lead the owner."""
    ref = arguments.ref(RefKind.INTERACTION, RefKind.MAILBOX)
    reader = _reader(arguments)
    if ref.kind is RefKind.MAILBOX:
        await turn.services.sharing.share_mailbox(turn.caller, MailboxId(ref.id), reader)
    else:
        await turn.services.sharing.share_thread(turn.caller, InteractionId(ref.id), reader)


@verbs.verb("unshare", option=MAIL, usage=N_("/unshare i12"))
async def unshare(turn: Turn, arguments: Arguments) -> None:
    """Make a thread or a mailbox private again."""
    ref = arguments.ref(RefKind.INTERACTION, RefKind.MAILBOX)
    reader = _reader(arguments)
    if ref.kind is RefKind.MAILBOX:
        await turn.services.sharing.take_back(turn.caller, MailboxId(ref.id), user_id=reader)
    else:
        await turn.services.sharing.take_back(
            turn.caller, interaction_id=InteractionId(ref.id), user_id=reader
        )


def _reader(arguments: Arguments) -> UserId | None:
    ref = arguments.optional_ref(RefKind.USER)
    return UserId(ref.id) if ref is not None else None


@verbs.verb("take", option=MAIL, usage=N_("/take i12"))
async def take(turn: Turn, arguments: Arguments) -> Reply | None:
    """Take a letter from the common pool; the first one has it."""
    interaction_id = arguments.interaction()
    try:
        await turn.services.pool.take(turn.caller, interaction_id)
    except StateForbids:
        return Toast(turn._("Somebody else has taken it already."), alert=True)
    return None


@verbs.verb("routing", option=MAIL, usage=N_("/routing m3 round_robin"))
async def set_routing(turn: Turn, arguments: Arguments) -> None:
    """Say to whom the letters of a department's mailbox go: keeper, round_robin, contact, pool."""
    mailbox_id = MailboxId(arguments.ref(RefKind.MAILBOX).id)
    word = arguments.word()
    if word not in set(MailRouting):
        raise Invalid("routing", word)
    await turn.services.pool.set_routing(turn.caller, mailbox_id, MailRouting(word))
