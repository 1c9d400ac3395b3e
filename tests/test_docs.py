"""The documents say what there is: commands, settings, files and records that they name exist, and none is left out."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import main
from app.settings import Settings
from bot import features
from bot.verbs import Verbs

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
GUIDES = ("user-guide.en.md", "user-guide.ru.md")
FOLDERS = frozenset(
    [
        "app",
        "bot",
        "core",
        "mail",
        "scheduler",
        "simulator",
        "migrations",
        "locales",
        "tests",
        "docs",
        "models",
        "rules",
        "services",
        "queries",
    ]
)
"""What a path begins with; the glossary leaves `core/` out."""

_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"[a-z0-9_]+(?:/[a-z0-9_.-]+)+/?|[a-z0-9_/]+\.(?:py|md)")
_RECORD = re.compile(r"\b0\d{3}\b")
_COMMAND = re.compile(r"(?<![\w/.])/([a-z_]+)\b")


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def documents() -> Iterator[Path]:
    yield from sorted(DOCS.rglob("*.md"))


def typed_verbs() -> set[str]:
    tables = features.VERB_TABLES
    variants = {variant.name for table in tables for variant in table.variants}
    return variants | {verb.name for verb in Verbs(tables) if verb.usage or verb.menu}


def commands(group: click.Group, lead: str = "") -> Iterator[str]:
    """Every command as it is typed; `main` loads its own only when they are asked for."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield f"{lead}{name}"
        if isinstance(command, click.Group):
            yield from commands(command, f"{lead}{name} ")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_typed_command_is_in_the_guide(guide: str) -> None:
    written = set(_COMMAND.findall(read(guide)))
    assert typed_verbs() - written - {"start", "more"} == set()


@pytest.mark.parametrize("guide", GUIDES)
def test_the_guide_names_no_command_that_is_not_there(guide: str) -> None:
    references = {"i", "s", "d", "c", "u", "m"}
    written = {one for one in _COMMAND.findall(read(guide)) if one not in references}
    assert written - typed_verbs() == set()


def shown_default(value: object) -> str:
    """A default as the table of settings shows it; empty for what is not given or is shown otherwise."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ":".join(str(part) for part in value)
    return str(value) if isinstance(value, str | int | Path) else ""


def test_every_setting_is_explained_with_its_default() -> None:
    lines = read("operations.md").splitlines()
    rows = {line.split("|")[1].strip(): line for line in lines if line.startswith("| ")}
    unused = "".join(lines[lines.index(next(one for one in lines if "not used yet" in one)) :][:3])
    missing = [
        name for name in map(str.upper, Settings.model_fields) if name not in rows and name not in unused
    ]
    differing = [
        name
        for name, field in Settings.model_fields.items()
        if name.upper() in rows and shown_default(field.default) not in rows[name.upper()]
    ]
    assert (missing, differing) == ([], [])


def test_every_command_of_the_operator_is_in_operations() -> None:
    text = read("operations.md")
    assert isinstance(main, click.Group)
    known = list(commands(main))
    assert "mailbox quarantine show" in known
    words = {word for name in known for word in name.split()}
    assert {word for word in words if not re.search(rf"(?<![\w-]){word}(?![\w-])", text)} == set()


def test_files_that_the_documents_name_exist() -> None:
    missing = []
    for document in documents():
        for code in _CODE.findall(document.read_text(encoding="utf-8")):
            for path in _PATH.findall(code):
                known = path == code and path.split("/")[0] in FOLDERS
                if known and not any((base / path).exists() for base in (ROOT, ROOT / "core", DOCS)):
                    missing.append(f"{document.name}: {path}")
    assert missing == []


def test_records_are_numbered_and_those_referred_to_exist() -> None:
    numbers = [path.name[:4] for path in sorted((DOCS / "decisions").glob("*.md"))]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    for path in sorted((DOCS / "decisions").glob("*.md")):
        assert path.read_text(encoding="utf-8").startswith(f"# {path.name[:4]}: ")
    named = {
        number
        for path in (*documents(), *(ROOT / "core").rglob("*.py"), *(ROOT / "bot").rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "decisions/" in line or path.parent.name == "decisions"
        for number in _RECORD.findall(line)
    }
    assert named - set(numbers) == set()
