"""`zveno run`, `migrate`: the product and its database."""

import click

from app.bootstrap import build_core
from app.cli.calling import guarded, read_settings
from app.logs import set_up_logs
from app.parts import PARTS
from migrations import runner


def _split_parts(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    if value is None:
        return PARTS
    parts = tuple(part.strip() for part in value.split(",") if part.strip())
    unknown = [part for part in parts if part not in PARTS]
    if unknown or not parts:
        raise click.BadParameter(f"{', '.join(unknown) or 'nothing'}; there are {', '.join(PARTS)}")
    return parts


@click.command()
@click.option("--only", callback=_split_parts, metavar="PARTS", help=f"Some of {','.join(PARTS)}.")
def run(only: tuple[str, ...]) -> None:
    """Run the product until SIGTERM or Ctrl+C; a second one leaves at once."""
    settings = read_settings()
    set_up_logs(settings.log_level, settings.log_format)
    from app.run import run as run_product  # noqa: PLC0415 - the chat's libraries are slow to import

    guarded(lambda: run_product(settings, only))


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    settings = read_settings()
    set_up_logs("WARNING", settings.log_format)

    async def upgrade() -> None:
        core = build_core(settings)
        try:
            await runner.upgrade(core.database)
        finally:
            await core.database.dispose()

    guarded(upgrade)
