"""A new rule for letters of a mailbox: which letters, what is done with them, what it would touch, then it is added.

    /rule m3 ─▶ which letters? ─▶ what is done? ─▶ [tag, colleague, subject] ─▶ preview ─▶ rule_now

Each step writes on one line (bot.rule_words) that can be typed as a whole; the dialog keeps it, since an address and
a reference do not fit a button together.
"""

from collections.abc import Mapping
from typing import Any

from bot.errors import UsageWrong
from bot.excluding import unless_everything
from bot.html import Html, bold, code, esc, fill, lines, shorten
from bot.i18n import N_
from bot.rule_words import ABOUT, EXCLUDE, GIVE, REVIEWED, SHARE, TAG, RuleWords, read_rule
from bot.screens.base import ROWS, Button, Row, act, numbered, rows
from bot.screens.found import found_label
from bot.screens.rule_lines import preview_lines, told_actions
from bot.turn import Reply, Say, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import FunctionalOption
from core.rules.mail_rules import check_actions
from core.services.mail_rules import RuleDraft
from core.values import DealId, DialogState, InteractionId, MailboxId, Ref, RefKind, SubjectId

verbs = VerbTable()

MAIL = FunctionalOption.MAIL_CLIENT
FLOW = "rule"
WHICH, WHAT = "which", "what"
USAGE = N_("/rule m3 example.org tag clients")
CANCEL = N_("✖️ Cancel")
TOLD_LIMIT = 200
CHIP_LIMIT = 40
"""Bytes of a domain that fit behind a button."""

_QUESTIONS = {
    TAG: N_("Which tag? One word."),
    GIVE: N_("Who is to answer for them? Tap, or write a reference like u2."),
    ABOUT: N_("What are they about? Words of its title or text, or a reference like d3."),
}


@verbs.verb("rule", option=MAIL, usage=USAGE)
async def make_rule(turn: Turn, arguments: Arguments) -> Reply:
    """Go on with a rule: ``/rule m3``, ``/rule m3 example.org``, ``/rule m3 example.org tag clients``."""
    mailbox = arguments.optional_ref(RefKind.MAILBOX)
    if mailbox is not None:
        mailbox_id = MailboxId(mailbox.id)
        return (
            await _go_on(turn, mailbox_id, arguments.text())
            if arguments
            else await _ask_which(turn, mailbox_id)
        )
    mailbox_id, line = _kept(turn)
    step = arguments.word()
    if step in _QUESTIONS and not arguments:
        return await _ask_value(turn, mailbox_id, line, step)
    word = arguments.text() if arguments else ""
    added = word if step == WHICH else f"{step} {word}"
    return await _go_on(turn, mailbox_id, f"{line} {added}")


@verbs.verb("rule_now", option=MAIL, usage=N_("/rule_now m3 example.org tag clients"))
async def add_rule(turn: Turn, arguments: Arguments) -> Reply | None:
    """Add a rule as it was written; without words the one that was just shown."""
    mailbox = arguments.optional_ref(RefKind.MAILBOX)
    mailbox_id, line = (MailboxId(mailbox.id), arguments.text()) if mailbox is not None else _kept(turn)
    rule = read_rule(line)
    turn.set_dialog(None)
    draft = RuleDraft(line, rule.condition, await _actions(turn, rule))
    return await unless_everything(turn, turn.services.mail_rules.add(turn.caller, mailbox_id, draft))


@verbs.flow(FLOW)
async def take_words(turn: Turn) -> Reply:
    """The words that were asked for."""
    mailbox_id, line = _kept(turn)
    step = turn.dialog.step if turn.dialog is not None else WHICH
    said = turn.said.strip()
    if step == ABOUT and Ref.parse(said) is None:
        return await _offer_subjects(turn, said)
    if step == TAG:
        said = said.split()[0].lstrip("#") if said.split() else ""
    return await _go_on(
        turn, mailbox_id, f"{line} {said}" if step in {WHICH, WHAT} else f"{line} {step} {said}"
    )


def _kept(turn: Turn) -> tuple[MailboxId, str]:
    """Mailbox and line of the dialog.

    Raises:
        UsageWrong: The dialog is over.
    """
    mailbox_id, line = turn.answers.get("mailbox"), turn.answers.get("line")
    if not isinstance(mailbox_id, int) or not isinstance(line, str):
        raise UsageWrong(USAGE)
    return MailboxId(mailbox_id), line


def _wait(turn: Turn, step: str, mailbox_id: MailboxId, line: str) -> None:
    turn.set_dialog(DialogState(FLOW, step, {"mailbox": mailbox_id, "line": line}))


def _cancel(turn: Turn, mailbox_id: MailboxId) -> Row:
    return (act(turn._(CANCEL), "cancel", f"rules:{mailbox_id}"),)


async def _ask_which(turn: Turn, mailbox_id: MailboxId) -> Reply:
    """For which letters; the domains that wrote last are chips."""
    latest = await turn.services.mail_rules.preview(turn.caller, mailbox_id, {"internal": False})
    domains = dict.fromkeys(other.rpartition("@")[2] for one in latest.examples for other in one.others)
    chips: list[Button | None] = [
        act(domain, "rule", WHICH, domain) for domain in domains if len(domain.encode()) <= CHIP_LIMIT
    ]
    chips += [
        act(turn._("📰 Newsletters and lists"), "rule", WHICH, "lists"),
        act(turn._("❔ Strangers"), "rule", WHICH, "unknown"),
    ]
    _wait(turn, WHICH, mailbox_id, "")
    text = lines(
        bold(esc(turn._("For which letters?"))),
        esc(
            turn._("An address, a domain, or words of the topic; all that is written must hold. For example:")
        ),
        code(esc(turn._('example.org topic="price list"'))),
    )
    return Say(text, (*rows(chips), _cancel(turn, mailbox_id)))


async def _go_on(turn: Turn, mailbox_id: MailboxId, line: str) -> Reply:
    """From a line to what is missing in it, or to the rule as it would be."""
    line = " ".join(line.split())
    rule = read_rule(line)
    preview = await turn.services.mail_rules.preview(turn.caller, mailbox_id, rule.condition)
    _wait(turn, WHAT, mailbox_id, line)
    which = fill(turn._("For letters: {when}"), when=code(esc(shorten(rule.which, TOLD_LIMIT))))
    if not rule.does_something:
        told = preview_lines(turn, preview, excludes=False)
        return Say(
            lines(which, *told, Html(""), bold(esc(turn._("What is done with them?")))),
            _what(turn, mailbox_id),
        )
    actions = check_actions(await _actions(turn, rule))
    text = lines(
        bold(esc(turn._("📏 New rule"))),
        which,
        *told_actions(turn, actions),
        Html(""),
        *preview_lines(turn, preview, excludes=actions.exclude),
        esc(
            turn._("Letters that come from now on obey it; what is there stays until it is applied to that.")
        ),
    )
    add: list[Button | None] = [act(turn._("📏 Add the rule"), "rule_now")]
    further = [] if actions.exclude else _further(turn, rule)
    sure = () if actions.exclude and preview.is_everything else rows(add)
    return Say(text, (*sure, *rows(further), _cancel(turn, mailbox_id)))


def _what(turn: Turn, mailbox_id: MailboxId) -> tuple[Row, ...]:
    leave_out = act(turn._("🚫 Leave out"), "rule", EXCLUDE)
    return (*rows([*_further(turn, None), leave_out]), _cancel(turn, mailbox_id))


def _further(turn: Turn, rule: RuleWords | None) -> list[Button | None]:
    """What may be done besides, or at all."""
    there: Mapping[str, Any] = rule.actions if rule is not None else {}
    about = rule is not None and rule.about is not None
    return [
        act(turn._("🏷 Tag…"), "rule", TAG),
        None if "responsible_id" in there else act(turn._("👤 Give to…"), "rule", GIVE),
        None if about else act(turn._("🔗 Belong to…"), "rule", ABOUT),
        None if REVIEWED in there else act(turn._("✅ Reviewed"), "rule", REVIEWED),
        None if SHARE in there else act(turn._("👥 Share"), "rule", SHARE),
    ]


async def _ask_value(turn: Turn, mailbox_id: MailboxId, line: str, step: str) -> Reply:
    """The tag, the colleague or the subject."""
    _wait(turn, step, mailbox_id, line)
    chips: tuple[Row, ...] = ()
    if step == GIVE:
        colleagues = (await turn.services.people.list_colleagues())[: 2 * ROWS]
        chips = rows([act(f"👤 {one.name}", "rule", GIVE, Ref(RefKind.USER, one.id)) for one in colleagues])
    if step == ABOUT and not turn.lacks(FunctionalOption.DEALS):
        deals = (await turn.services.views.deals(turn.caller, 1)).rows[:ROWS]
        chips = rows(
            [act(f"💼 {one.title}", "rule", ABOUT, Ref(RefKind.DEAL, one.id)) for one in deals], width=1
        )
    return Say(esc(turn._(_QUESTIONS[step])), (*chips, _cancel(turn, mailbox_id)))


async def _offer_subjects(turn: Turn, said: str) -> Reply:
    """What the words find; the question stays open."""
    found = await turn.services.search.find(
        turn.caller, said, limit=ROWS, kinds=frozenset({RefKind.SUBJECT, RefKind.INTERACTION})
    )
    mailbox_id, line = _kept(turn)
    _wait(turn, ABOUT, mailbox_id, line)
    if not found.rows:
        nothing = turn._("Nothing was found for <i>{words}</i>. Other words, or /cancel.")
        return Say(fill(nothing, words=esc(shorten(said, CHIP_LIMIT))))
    keyboard, choices = numbered([act(found_label(turn, one), "rule", ABOUT, one.ref) for one in found.rows])
    text = fill(turn._("Found for <i>{words}</i>:"), words=esc(shorten(said, CHIP_LIMIT)))
    return Say(text, (*keyboard, _cancel(turn, mailbox_id)), choices)


async def _actions(turn: Turn, rule: RuleWords) -> dict[str, Any]:
    """What is done, the subject found behind what was named.

    Raises:
        NotFound: What was named is not there for the reader.
    """
    if rule.about is None:
        return rule.actions
    views, about = turn.services.views, rule.about
    subject_id: int = about.id
    if about.kind is RefKind.DEAL:
        subject_id = (await views.deal_card(turn.caller, DealId(about.id))).subject.id
    elif about.kind is RefKind.INTERACTION:
        subject_id = (await views.interaction_card(turn.caller, InteractionId(about.id))).subject.id
    else:
        await views.subject_card(turn.caller, SubjectId(about.id))
    return {**rule.actions, "subject_id": subject_id}
