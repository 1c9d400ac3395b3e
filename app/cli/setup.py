"""`zveno setup`: the organisation as one file."""

from pathlib import Path

import click

from app.bootstrap import Core
from app.cli.calling import call_core, fail, write_line
from app.setup_file import SetupText, SetupUnread, explain, parse_setup, write_setup
from core.enums import Language
from core.errors import SetupInvalid
from core.rules.setup_file import SetupFile
from core.services.starter_sets import starter_set


@click.group()
def setup() -> None:
    """Departments, lists, stages, kinds of deals, currencies and options as one YAML file."""


@setup.command("export")
@click.option(
    "--starter",
    type=click.Choice([one.value for one in Language]),
    help="The set that an organisation starts with in that language, instead of this one's.",
)
def export_setup(starter: str | None) -> None:
    """Print how the organisation is set up."""
    if starter is not None:
        click.echo(write_setup(starter_set(Language(starter))), nl=False)
        return

    async def work(core: Core) -> None:
        click.echo(write_setup(await core.services.setup.export()), nl=False)

    call_core(work)


@setup.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
def import_setup(file: Path, *, dry_run: bool) -> None:
    """Make the organisation be as FILE says: wholly, or not at all.

    A section that the file does not have is left alone. What a section does not have any more is removed, or
    archived where it is in use. `was: Old name` renames. One line a change: section, name, what became of it.
    """
    wanted, text = _read(file)

    async def work(core: Core) -> None:
        try:
            changes = await core.services.setup.load(None, wanted, dry_run=dry_run)
        except SetupInvalid as error:
            fail("\n".join(explain(str(file), error.problems, text)))
        for one in changes:
            write_line(one.section, one.name, one.what)

    call_core(work)


def _read(file: Path) -> tuple[SetupFile, SetupText]:
    """The file; or the end, with one line for everything that is wrong."""
    try:
        with click.open_file(str(file), encoding="utf-8") as stream:
            return parse_setup(stream.read())
    except UnicodeDecodeError:
        fail(f"{file}: is not UTF-8 text")
    except SetupUnread as error:
        fail("\n".join(explain(str(file), error.problems, error.text)))
