"""`zveno mailbox rules` and `share`: what is left out, what is done with letters, and who else sees them."""

import json
from typing import Any

import click

from app.bootstrap import Core
from app.cli.calling import MAILBOX, USER, WRONG_USE, call_core, fail, write_json, write_line
from core.enums import MailClass
from core.errors import StateForbids
from core.rules.mail_rules import all_of, shape_actions
from core.services.mail_rules import RuleDraft, RuleView
from core.values import InteractionId, MailboxId, Ref, RefKind, UserId

ORGANISATION = "all"
"""In place of a mailbox: the rules that hold for every one."""


class _RulesOf(click.ParamType[int]):
    """A mailbox id, or ``all`` for the rules of the organisation (then 0)."""

    name = "mailbox"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        return 0 if value in {ORGANISATION, 0} else MAILBOX.convert(value, param, ctx)


@click.group()
@click.argument("mailbox_id", type=_RulesOf(), metavar="ID|all")
@click.pass_context
def rules(ctx: click.Context, mailbox_id: int) -> None:
    """Rules of a mailbox, or with "all" those that hold for every mailbox; the first that holds decides."""
    ctx.obj = MailboxId(mailbox_id) if mailbox_id else None


def _conditions(command: Any) -> Any:
    """The ways to say for which letters a rule holds; of several all must be met."""
    for option in reversed(
        (
            click.option(
                "--when", metavar="JSON", help='Nested: {"any": [{"domain": …}, {"not": {"known": true}}]}.'
            ),
            click.option(
                "--domain", metavar="D", help="Everybody outside it is exchanged with is of this domain."
            ),
            click.option(
                "--with", "address", metavar="A", help="Likewise, of this address; * stands for anything."
            ),
            click.option("--sender", metavar="A"),
            click.option("--recipient", metavar="A"),
            click.option("--topic", metavar="WORDS", help="Words that the topic holds."),
            click.option("--text", metavar="WORDS", help="Words that the text holds."),
            click.option("--folder", metavar="F", help="The folder (a label, where the server has labels)."),
            click.option("--class", "mail_class", type=click.Choice([one.value for one in MailClass])),
            click.option("--list", "list_", is_flag=True, help="Lists and newsletters."),
            click.option("--automatic", is_flag=True, help="Whatever no person wrote."),
            click.option("--attachment", is_flag=True, help="With files."),
            click.option("--unknown", is_flag=True, help="With nobody who is a contact."),
            click.option("--internal", is_flag=True, help="Among ourselves."),
        )
    ):
        command = option(command)
    return command


def _read_condition(given: dict[str, Any]) -> dict[str, Any]:
    tests: list[dict[str, Any]] = []
    if given["when"] is not None:
        try:
            tests.append(json.loads(given["when"]))
        except ValueError:
            fail("--when is no JSON", WRONG_USE)
    words = ("domain", "address", "sender", "recipient", "topic", "text", "folder")
    tests += [{key: given[key]} for key in words if given[key] is not None]
    if given["mail_class"] is not None:
        tests.append({"class": given["mail_class"]})
    flags = (
        ("list_", "list"),
        ("automatic", "automatic"),
        ("attachment", "attachment"),
        ("internal", "internal"),
    )
    tests += [{key: True} for option, key in flags if given[option]]
    if given["unknown"]:
        tests.append({"known": False})
    if not tests:
        raise click.UsageError("say for which letters, for example --domain example.org")
    return all_of(tests)


@rules.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_rules(mailbox_id: MailboxId | None, *, as_json: bool) -> None:
    """One line a rule: id, place, whose, name, when, what."""

    async def work(core: Core) -> None:
        for one in await core.services.mail_rules.list_rules(None, mailbox_id):
            actions = shape_actions(one.actions)
            if as_json:
                write_json(_shape(one, actions))
                continue
            told = " ".join(key if value is True else f"{key}={value}" for key, value in actions.items())
            whose = ORGANISATION if one.mailbox_id is None else "own"
            write_line(
                one.id, one.position, whose, one.name, one.told, told, "BROKEN" if one.is_broken else None
            )

    call_core(work)


def _shape(one: RuleView, actions: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": one.id,
        "mailbox": one.mailbox_id,
        "position": one.position,
        "name": one.name,
        "when": one.condition,
        "actions": actions,
        "broken": one.is_broken,
    }


@rules.command()
@click.argument("name")
@_conditions
@click.option("--exclude", is_flag=True, help="Do not capture such letters.")
@click.option("--tag", "tags", multiple=True, metavar="T", help="Put a word on them, as a folder of letters.")
@click.option("--responsible", type=USER, metavar="U", help="Who answers for them.")
@click.option("--subject", metavar="S", help="What they are about, unless they continue something.")
@click.option("--reviewed", is_flag=True, help="They start reviewed.")
@click.option("--share", is_flag=True, help="The team and those who lead the owner see them.")
@click.option("--position", type=click.IntRange(1), metavar="N", help="Else behind the others.")
@click.option("--force", is_flag=True, help="Even if every letter that is there would be excluded.")
@click.pass_obj
def add(mailbox_id: MailboxId | None, /, **given: Any) -> None:
    """Add a rule and print its id; letters that come from now on obey it."""
    draft = RuleDraft(given["name"], _read_condition(given), _read_actions(given), given["position"])

    async def work(core: Core) -> None:
        try:
            rule_id = await core.services.mail_rules.add(
                None, mailbox_id, draft, even_everything=given["force"]
            )
        except StateForbids as error:
            if error.state != "excludes_everything":
                raise
            fail("this rule would exclude every letter that is there; --force if that is meant")
        click.echo(rule_id)

    call_core(work)


def _read_actions(given: dict[str, Any]) -> dict[str, Any]:
    actions: dict[str, Any] = {key: True for key in ("exclude", "reviewed", "share") if given[key]}
    if given["tags"]:
        actions["tags"] = list(given["tags"])
    if given["responsible"] is not None:
        actions["responsible_id"] = given["responsible"]
    if given["subject"] is not None:
        ref = Ref.parse(given["subject"])
        if ref is None or ref.kind is not RefKind.SUBJECT:
            raise click.BadParameter("a subject like s7", param_hint="--subject")
        actions["subject_id"] = ref.id
    return actions


@rules.command()
@click.argument("rule_id", type=int, metavar="RULE")
@click.pass_obj
def remove(_mailbox_id: MailboxId | None, rule_id: int) -> None:
    """Remove a rule; what it did stays."""
    call_core(lambda core: core.services.mail_rules.remove(None, rule_id))


@rules.command()
@click.argument("rule_id", type=int, metavar="RULE")
@click.argument("position", type=click.IntRange(1), metavar="N")
@click.pass_obj
def move(_mailbox_id: MailboxId | None, rule_id: int, position: int) -> None:
    """Give a rule another place among its own, from 1 on."""
    call_core(lambda core: core.services.mail_rules.move(None, rule_id, position))


@rules.command()
@_conditions
@click.pass_obj
def preview(mailbox_id: MailboxId | None, /, **given: Any) -> None:
    """For how many of the mailbox's latest letters a rule would hold, with some of them."""
    wanted = _need_mailbox(mailbox_id)
    condition = _read_condition(given)

    async def work(core: Core) -> None:
        found = await core.services.mail_rules.preview(None, wanted, condition)
        write_line("matching", found.matching)
        write_line("looked at", found.looked_at)
        for one in found.examples:
            write_line(
                f"i{one.interaction_id}", one.happened_at.isoformat(), ", ".join(one.others), one.topic
            )

    call_core(work)


@rules.command()
@click.option("--rule", "rule_id", type=int, metavar="RULE", help="This one alone.")
@click.pass_obj
def apply(mailbox_id: MailboxId | None, rule_id: int | None) -> None:
    """Apply the rules to the mailbox's latest letters as if they came now."""
    wanted = _need_mailbox(mailbox_id)

    async def work(core: Core) -> None:
        done = await core.services.rule_application.apply(None, wanted, rule_id=rule_id)
        write_line("looked at", done.looked_at)
        write_line("changed", done.changed)
        write_line("excluded", done.excluded)

    call_core(work)


def _need_mailbox(mailbox_id: MailboxId | None) -> MailboxId:
    if mailbox_id is None:
        raise click.UsageError("this needs one mailbox")
    return mailbox_id


@click.command()
@click.argument("mailbox_id", type=MAILBOX, metavar="ID")
@click.option("--all", "everything", is_flag=True, help="The whole mailbox, with what will come.")
@click.option("--thread", metavar="I", help="The thread of this letter, with what will come in it.")
@click.option(
    "--with",
    "user_id",
    type=USER,
    metavar="U",
    help="A colleague; else the team and those who lead the owner.",
)
@click.option("--off", is_flag=True, help="Take it back.")
def share(mailbox_id: int, *, everything: bool, thread: str | None, user_id: int | None, off: bool) -> None:
    """Share a private mailbox or a thread of it; prints how many letters. Without options: with whom it is shared.

    With --with alone the whole mailbox is meant, with --off alone everything is taken back.
    """
    if everything and thread is not None:
        raise click.UsageError("give either --all or --thread")
    wanted, reader = MailboxId(mailbox_id), UserId(user_id) if user_id is not None else None
    letter = _read_letter(thread)

    async def work(core: Core) -> None:
        sharing = core.services.sharing
        if off:
            click.echo(await sharing.take_back(None, wanted, interaction_id=letter, user_id=reader))
        elif letter is not None:
            click.echo(await sharing.share_thread(None, letter, reader, mailbox_id=wanted))
        elif everything or reader is not None:
            click.echo(await sharing.share_mailbox(None, wanted, reader))
        else:
            for one in await sharing.list_shares(None, wanted):
                write_line(f"u{one.user_id}" if one.user_id else "managers", one.name, one.letters)

    call_core(work)


def _read_letter(thread: str | None) -> InteractionId | None:
    if thread is None:
        return None
    ref = Ref.parse(thread)
    if ref is None or ref.kind is not RefKind.INTERACTION:
        raise click.BadParameter("a letter like i12", param_hint="--thread")
    return InteractionId(ref.id)
