"""`zveno demo`."""

from pathlib import Path

import click

from app.cli.calling import guarded, read_settings
from app.logs import set_up_logs
from core.enums import Language

_INTRODUCTION = (
    "Zveno demo: this is not Telegram. The chat page, the mail server, the people and their week are invented,",
    "stay on this machine and are forgotten at the end. Starting ...",
)


@click.command()
@click.option("--port", type=click.IntRange(1, 65_535), help="Of the page; else 8090 or the next free one.")
@click.option("--empty", is_flag=True, help="An administrator and nothing else.")
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Keep the data."
)
@click.option("--language", type=click.Choice([one.value for one in Language]), metavar="L", help="ru or en.")
def demo(port: int | None, *, empty: bool, keep: Path | None, language: str | None) -> None:
    """Show the product with a local chat page, a local mail server and an invented team."""
    settings = read_settings()
    set_up_logs("DEBUG" if settings.log_level == "DEBUG" else "WARNING", settings.log_format)
    for line in _INTRODUCTION:
        click.echo(line)
    from app.demo.stage import DemoOptions, run_demo  # noqa: PLC0415 - slow to import; the first lines come first

    options = DemoOptions(port, empty, keep, Language(language) if language else None)
    guarded(lambda: run_demo(options, _announce))


def _announce(url: str) -> None:
    click.echo(f"\n  Open {url}/ in a browser.\n\nCtrl+C ends it.")
