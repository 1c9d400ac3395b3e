"""Rules of a mailbox, and what one would leave out (domain.md M4, U3)."""

from typing import TYPE_CHECKING

from bot.html import Html, bold, code, esc, fill, join, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import (
    CALLBACK_LIMIT,
    ROWS,
    Address,
    Button,
    Row,
    Screen,
    ScreenTable,
    act,
    go,
    pager,
    rows,
)
from bot.screens.listing import back_to, cut, number_row, numbered_lines, title
from bot.screens.mailbox_places import below, mailbox_at
from bot.screens.rule_lines import preview_lines, told_actions
from core.enums import FunctionalOption, MailRouting
from core.errors import NotFound
from core.queries.mailboxes import MailboxReport
from core.rules.mail_rules import exclusion_of
from core.values import InteractionId, MailboxId, Ref, RefKind

if TYPE_CHECKING:
    from core.services.mail_rules import RuleView

screens = ScreenTable()

MAIL = FunctionalOption.MAIL_CLIENT
NAME_LIMIT = 60
TOLD_LIMIT = 200

ROUTINGS = {
    MailRouting.KEEPER: N_("New letters go to whoever looks after the mailbox."),
    MailRouting.ROUND_ROBIN: N_("New letters go round the colleagues in turn."),
    MailRouting.CONTACT: N_("New letters go to whoever answers for the contact."),
    MailRouting.POOL: N_("New letters wait in a common pool until somebody takes them."),
}
ROUTING_LABELS = {
    MailRouting.KEEPER: N_("👤 To one"),
    MailRouting.ROUND_ROBIN: N_("🔄 In turn"),
    MailRouting.CONTACT: N_("🤝 By contact"),
    MailRouting.POOL: N_("📥 Common pool"),
}


@screens.screen("rules", option=MAIL)
async def show_rules(reader: Reader, address: Address) -> Screen:
    """``rules:3:2``: the second page of a mailbox's rules; ``rules``: those of the organisation."""
    mailbox_id = MailboxId(address.number(0, default=0)) or None
    found = await reader.services.mail_rules.list_rules(reader.caller, mailbox_id)
    shown, page, pages = cut(found, address.number(1))
    rest = back_to(address, 2)
    row, choices = number_row(
        [go(one.name, below(f"rule:{mailbox_id or 0}:{one.id}:{page}", rest)) for one in shown]
    )
    mailbox = await _find(reader, mailbox_id) if mailbox_id else None
    text = lines(
        title("📏", reader._("Rules"), len(found)),
        _mailbox_line(mailbox) if mailbox else esc(reader._("They hold for every mailbox.")),
        esc(reader._(ROUTINGS[mailbox.routing])) if mailbox and mailbox.department_id else None,
        *(numbered_lines([_entry(reader, one) for one in shown]) or [esc(reader._("No rules yet."))]),
        Html(""),
        fill(
            reader._("Leave out a sender or a domain: {command}"),
            command=code(esc(f"/exclude m{mailbox_id} example.org")),
        )
        if mailbox_id
        else None,
    )
    back = (
        go(reader._("‹ Mailbox"), mailbox_at(mailbox_id, rest))
        if mailbox_id
        else go(reader._("‹ Organisation"), "admin")
    )
    keyboard = (
        row,
        pager(f"rules:{mailbox_id or 0}", page, pages, rest),
        *rows(_routings(reader, mailbox)),
        *rows(
            [
                act(reader._("➕ New rule"), "rule", f"m{mailbox_id}") if mailbox else None,
                go(reader._("▶️ Apply to what is there…"), below(f"apply:{mailbox_id}:{page}", rest))
                if mailbox and found
                else None,
            ]
        ),
        (back,),
    )
    return Screen(text, tuple(one for one in keyboard if one), choices)


async def _find(reader: Reader, mailbox_id: MailboxId) -> MailboxReport:
    (mailbox,) = await reader.services.mailboxes.report(reader.caller, mailbox_id)
    return mailbox


def _mailbox_line(mailbox: MailboxReport) -> Html:
    return fill("📮 {address} · /m{id}", address=esc(shorten(mailbox.address, NAME_LIMIT)), id=mailbox.id)


def _routings(reader: Reader, mailbox: MailboxReport | None) -> list[Button | None]:
    if mailbox is None or mailbox.department_id is None:
        return []
    return [
        act(reader._(label), "routing", f"m{mailbox.id}", routing.value)
        for routing, label in ROUTING_LABELS.items()
        if routing is not mailbox.routing
    ]


def _entry(reader: Reader, rule: "RuleView") -> Html:
    return join(
        " · ",
        esc(shorten(rule.name, NAME_LIMIT)),
        esc(reader._("left out")) if rule.actions.exclude else None,
        esc(" ".join(f"#{tag}" for tag in rule.actions.tags)) if rule.actions.tags else None,
        esc(reader._("⚠️ broken")) if rule.is_broken else None,
    )


@screens.screen("rule", option=MAIL)
async def show_rule(reader: Reader, address: Address) -> Screen:
    """``rule:3:5``: rule 5 of a mailbox; ``rule:0:5``: of the organisation."""
    mailbox_id = MailboxId(address.number(0, default=0)) or None
    rule_id = address.number(1, default=0)
    found = await reader.services.mail_rules.list_rules(reader.caller, mailbox_id)
    rule = next((one for one in found if one.id == rule_id), None)
    if rule is None:
        raise NotFound(Ref(RefKind.MAILBOX, mailbox_id or 0))
    text = lines(
        bold(fill("📏 {name}", name=esc(shorten(rule.name, NAME_LIMIT)))),
        fill(reader._("For letters: {when}"), when=code(esc(shorten(rule.told, TOLD_LIMIT)))),
        *told_actions(reader, rule.actions),
        esc(reader._("⚠️ It names something that is gone, and is skipped.")) if rule.is_broken else None,
        esc(reader._("It holds for every mailbox.")) if rule.mailbox_id is None else None,
        *(await _touched(reader, mailbox_id, rule)),
    )
    own = rule.mailbox_id == mailbox_id
    buttons: list[Button | None] = []
    if own:
        if rule.position > 1:
            buttons.append(act(reader._("⬆️ Earlier"), "move_rule", rule.id, rule.position - 1))
        buttons.append(act(reader._("🗑 Remove"), "remove_rule", rule.id))
    if mailbox_id is not None and not rule.is_broken:
        buttons.append(act(reader._("▶️ Apply to what is there"), "apply_rules", f"m{mailbox_id}", rule.id))
    back = go(reader._("‹ Rules"), below(f"rules:{mailbox_id or 0}:{address.number(2)}", back_to(address, 3)))
    return Screen(text, (*rows(buttons), (back,)))


async def _touched(reader: Reader, mailbox_id: MailboxId | None, rule: "RuleView") -> list[Html]:
    """Which of the letters that are there applying it would touch; nothing where no mailbox is meant."""
    if mailbox_id is None or rule.is_broken:
        return []
    preview = await reader.services.mail_rules.preview(reader.caller, mailbox_id, rule.condition)
    return [Html(""), *preview_lines(reader, preview, excludes=rule.actions.exclude)]


@screens.screen("apply", option=MAIL)
async def show_application(reader: Reader, address: Address) -> Screen:
    """``apply:3``: what each rule of a mailbox would decide among the letters that are there."""
    mailbox_id = MailboxId(address.number(0, default=0))
    found = await reader.services.mail_rules.list_rules(reader.caller, mailbox_id)
    forecast = await reader.services.rule_application.forecast(reader.caller, mailbox_id)
    touched = [one for one in found if forecast.counts.get(one.id)]
    text = lines(
        bold(esc(reader._("▶️ Apply the rules to what is there?"))),
        fill(reader._("Of the latest {looked} letters here:"), looked=forecast.looked_at),
        *(join(": ", _entry(reader, one), esc(str(forecast.counts[one.id]))) for one in touched[: 2 * ROWS]),
        None if touched else esc(reader._("No rule holds for any of them.")),
        esc(reader._("What is left out is deleted and can be restored; letters of deals stay.")),
    )
    sure = (act(reader._("▶️ Apply"), "apply_rules", f"m{mailbox_id}"),) if touched else ()
    back = go(reader._("‹ Rules"), below(f"rules:{mailbox_id}:{address.number(1)}", back_to(address, 2)))
    return Screen(text, tuple(row for row in (sure, (back,)) if row))


@screens.screen("exclude", option=MAIL)
async def show_exclusion(reader: Reader, address: Address) -> Screen:
    """``exclude:3:example.org``: what a rule would leave out; ``exclude:3:i12:domain``: of a letter's sender."""
    mailbox_id = MailboxId(address.number(0, default=0))
    words = address.words[1:]
    letter = Ref.parse(words[0]) if words else None
    if letter is not None and letter.kind is RefKind.INTERACTION:
        sender = await reader.services.dismissals.find_sender(reader.caller, InteractionId(letter.id))
        whom = sender.address or ""
        is_domain = words[1:] == ("domain",)
        whom = whom.rpartition("@")[2] if is_domain else whom
        data = f"exclude_now:m{mailbox_id}:{letter}:{'domain' if is_domain else 'address'}"
        back = go(reader._("‹ Back"), f"not_business:{letter.id}")
    else:
        whom = ":".join(words)
        data = f"exclude_now:m{mailbox_id}:{whom}"
        back = go(reader._("‹ Rules"), f"rules:{mailbox_id}")
    preview = await reader.services.mail_rules.preview(reader.caller, mailbox_id, exclusion_of(whom))
    fits = len(data.encode()) <= CALLBACK_LIMIT
    typed = code(esc(f"/exclude_now m{mailbox_id} {whom}"))
    text = lines(
        bold(fill(reader._("🚫 Leave out {whom}?"), whom=esc(shorten(whom, NAME_LIMIT)))),
        *preview_lines(reader, preview, excludes=True),
        esc(reader._("Letters that come from now on are not captured; what is there stays.")),
        None if fits else fill(reader._("To do so: {command}"), command=typed),
    )
    sure = (Button(reader._("🚫 Leave out"), data),) if fits and not preview.is_everything else ()
    keyboard: tuple[Row, ...] = (sure, (back,))
    return Screen(text, tuple(row for row in keyboard if row))


@screens.screen("not_business", option=MAIL)
async def show_dismissed(reader: Reader, address: Address) -> Screen:
    """``not_business:12``: a letter is off one's list; rules for its sender are offered."""
    interaction_id = InteractionId(address.number(0, default=0))
    sender = await reader.services.dismissals.find_sender(reader.caller, interaction_id)
    text = lines(
        fill(reader._("🚫 Not business · /i{id}"), id=interaction_id),
        esc(reader._("It is off your list and does not come back, nor does what answers it.")),
        esc(reader._("/undo takes it back.")),
    )
    inbox = () if reader.lacks(FunctionalOption.REVIEW_FLAGS) else (go(reader._("📥 Inbox"), "inbox:1"),)
    if sender.address is None or sender.mailbox_id is None:
        return Screen(text, tuple(one for one in (inbox,) if one))
    lead = f"exclude:{sender.mailbox_id}:i{interaction_id}"
    domain = sender.address.rpartition("@")[2]
    return Screen(
        text,
        (
            (
                go(
                    reader._("🚫 Leave out {whom}").format(whom=shorten(sender.address, 30)),
                    f"{lead}:address",
                ),
            ),
            (go(reader._("🚫 Leave out all of {whom}").format(whom=shorten(domain, 24)), f"{lead}:domain"),),
            *((inbox,) if inbox else ()),
        ),
    )
