"""Rules of this house that no tool checks: what the code may not contain, read from its syntax trees."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("app", "bot", "core", "mail", "scheduler", "simulator", "migrations", "locales")
OWN_CODE = re.compile(r"(app|bot|core|mail|scheduler)(\.|$)")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60
"""Lines; 40 is the aim, docstring apart."""

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "tools"}

CLOCKS = {"core/clock.py", "core/services/work.py", "core/services/outbox.py", "scheduler/timetable.py"}
"""The clock itself, and the leases and the timetable's alarm, which are about processes and not about people's time."""

PATCHERS = {"monkeypatch", "mocker", "Mock", "MagicMock", "AsyncMock", "patch"}

FORBIDDEN_TEXT = re.compile(
    "|".join(
        (
            r"/wor" + r"k/(?!flows)",
            r"/tmp/bri" + "ef",
            r"/root/",
            r"/home/[a-z]+/",
            r"files\.pythonhosted" + r"\.org",
            r"pypi" + r"\.org/simple",
            r"--(extra-)?index" + r"-url[ =]",
            r"registry\.npm" + r"js",
        )
    )
)


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: there is no list of the project's files")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), tree_of(path)


def wall_clock_reads(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"now", "utcnow", "today"}
            and isinstance(node.value, ast.Name)
            and node.value.id in {"datetime", "date"}
        ):
            yield node.lineno


def patched_own_code(tree: ast.Module) -> Iterator[int]:
    """Lines where a test replaces parts of our own code, by string or by attribute of an imported module."""
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if OWN_CODE.match(node.module or "" if isinstance(node, ast.ImportFrom) else alias.name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not _patches(node.func) or not node.args:
            continue
        target = node.args[0]
        if (
            isinstance(target, ast.Constant)
            and isinstance(target.value, str)
            and OWN_CODE.match(target.value)
        ):
            yield node.lineno
        root = target
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name) and root.id in imported:
            yield node.lineno


def _patches(function: ast.expr) -> bool:
    names = []
    while isinstance(function, ast.Attribute):
        names.append(function.attr)
        function = function.value
    if isinstance(function, ast.Name):
        names.append(function.id)
    return bool(PATCHERS & set(names)) and names[0] not in {"setenv", "delenv", "chdir", "syspath_prepend"}


def test_time_is_read_from_the_one_clock() -> None:
    found = [
        f"{name}:{line}"
        for name, tree in modules("app", "bot", "core", "mail", "scheduler")
        if name not in CLOCKS
        for line in wall_clock_reads(tree)
    ]
    assert found == []


def test_our_own_code_is_never_patched_in_tests() -> None:
    found = [f"{name}:{line}" for name, tree in modules("tests") for line in patched_own_code(tree)]
    assert found == []


def test_the_patch_finder_finds_patches() -> None:
    tree = ast.parse(
        "from core import clock\nimport os\n"
        "monkeypatch.setattr(clock, 'now', None)\n"
        "mocker.patch('bot.app.BotApp')\n"
        "monkeypatch.setattr(os, 'name', 'x')\n"
        "monkeypatch.setenv('BOT_TOKEN', '1:a')\n"
    )
    assert list(patched_own_code(tree)) == [3, 4]


def test_no_module_is_longer_than_can_be_overseen() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for folder in PACKAGES
        for path in (ROOT / folder).rglob("*.py")
        if "versions" not in path.parts
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    ]
    assert long == []


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in modules(*PACKAGES)
        if "versions/" not in name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_modules_are_named_for_what_they_hold() -> None:
    found = [
        str(path.relative_to(ROOT))
        for folder in (*PACKAGES, "tests", "bench")
        for path in (ROOT / folder).rglob("*.py")
        if path.stem in EMPTY_NAMES
    ]
    assert found == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}: {match[0]}"
            for match in FORBIDDEN_TEXT.finditer(text)
            if path != Path(__file__)
        ]
    assert found == []


def test_nothing_is_printed_by_the_product() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in modules("app", "bot", "core", "mail", "scheduler", "simulator")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert found == []
