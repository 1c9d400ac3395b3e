"""The places where acceptance tests let the process die: each stands once, and where its name says."""

import ast
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import failpoints

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "bot", "core", "mail", "scheduler", "simulator")

PLACES = {
    "update_fetched": ("bot/updates.py", "Poller.run", "self._fetch", "self._take"),
    "update_stored": ("bot/app.py", "BotApp._take", "self._services.inbox.store", "self._lanes.put"),
    "effect_written": ("core/services/work.py", "Works.begin", "work.finish", "self.kick"),
    "effect_committed": ("core/services/work.py", "Works.begin", "work.finish", "self.kick"),
    "outbox_claimed": (
        "app/outbox_pump.py",
        "OutboxPump._attempt",
        "self._pace.wait",
        "self._courier.deliver",
    ),
    "telegram_accepted": ("app/outbox_pump.py", "OutboxPump._attempt", "self._courier.deliver", None),
    "outbox_marked": ("app/outbox_pump.py", "OutboxPump._mark_sent", "self._outbox.mark_sent", None),
    "topic_opened": (
        "bot/room_courier.py",
        "RoomCourier._open",
        "self._bot.create_forum_topic",
        "topics.opened",
    ),
    "mail_fetched": ("mail/intake.py", "Intake._take_batches", "LetterStream", "_next_wanted"),
    "blob_saved": ("mail/intake.py", "Intake._keep", "asyncio.to_thread", "ReceivedLetter"),
    "letters_received": ("core/services/letters.py", "Letters.receive", "letter_sightings.receive", None),
    "letters_written": ("core/services/letters.py", "Letters.capture", "place.write_fates", None),
    "letters_committed": ("core/services/letters.py", "Letters.capture", "place.write_fates", None),
    "reminder_claimed": ("core/services/reminders.py", "Reminders.send_due", "reminders.mark", None),
    "digest_claimed": ("core/services/digests.py", "Digests.send_due", "_tell_due", None),
}
"""File, function, what is called last before the place, and what first after it."""

IN_TRANSACTION = {"effect_written", "letters_written", "reminder_claimed", "digest_claimed"}
"""These stand before a commit; the others in a database block would be misplaced."""


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{node.name}.{inner.name}", inner
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, node


def calls(node: ast.AST) -> list[tuple[int, str, ast.Call]]:
    found = [(one.lineno, ast.unparse(one.func), one) for one in ast.walk(node) if isinstance(one, ast.Call)]
    return sorted(found, key=lambda one: one[0])


def reached(node: ast.AST) -> list[tuple[int, str]]:
    return [
        (line, str(ast.literal_eval(call.args[0])))
        for line, name, call in calls(node)
        if name == "failpoints.reach"
    ]


def test_each_place_stands_once_and_where_its_name_says() -> None:
    found = {}
    for folder in PACKAGES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for function, node in functions(tree):
                for line, name in reached(node):
                    assert name not in found, f"{name} is reached at two places"
                    found[name] = (path.relative_to(ROOT).as_posix(), function)
                    _check_order(name, line, node)
    assert found == {name: place[:2] for name, place in PLACES.items()}
    assert tuple(PLACES) == failpoints.NAMES


def _check_order(name: str, line: int, function: ast.AST) -> None:
    _, _, before, after = PLACES[name]
    lines: dict[str, list[int]] = {}
    for at, called, _ in calls(function):
        lines.setdefault(called, []).append(at)
    assert min(lines[before]) < line, f"{name} must come after {before}"
    if after is not None:
        assert max(lines[after]) > line, f"{name} must come before {after}"


def test_what_stands_before_a_commit_stands_inside_its_transaction() -> None:
    inside = set()
    for file in {place[0] for place in PLACES.values()}:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.AsyncWith) and ".begin(" in ast.unparse(node.items[0]):
                inside |= {name for _, name in reached(node)}
            if isinstance(node, ast.AsyncWith) and ".transaction(" in ast.unparse(node.items[0]):
                inside |= {name for _, name in reached(node)}
    assert inside == IN_TRANSACTION


def test_unarmed_nothing_happens() -> None:
    failpoints.arm(None)
    for name in failpoints.NAMES:
        failpoints.reach(name)


@pytest.mark.parametrize(("spec", "dies_at"), [("update_stored", 1), ("update_stored:3", 3)])
def test_an_armed_process_dies_as_by_a_power_cut(spec: str, dies_at: int) -> None:
    program = (
        "import sys; from core import failpoints; failpoints.arm(sys.argv[1])\n"
        "try:\n"
        "    for number in range(1, 9):\n"
        "        print(number, flush=True); failpoints.reach('blob_saved'); failpoints.reach('update_stored')\n"
        "finally:\n"
        "    print('not reached', flush=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, spec], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == [str(number) for number in range(1, dies_at + 1)]


@pytest.mark.parametrize("spec", ["", "nowhere", "update_stored:0", "update_stored:x", "update_stored:-1"])
def test_an_unknown_place_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        failpoints.parse(spec)
