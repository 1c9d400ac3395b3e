"""`zveno doctor`: one line a check."""

import sys
from dataclasses import asdict

import click

from app.bootstrap import build_core
from app.cli.calling import FAILED, guarded, read_settings, write_json, write_line
from app.doctor import examine
from app.logs import set_up_logs


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def doctor(*, as_json: bool) -> None:
    """Check settings, database, Telegram, each mailbox and the disk; exit 1 if any fails."""
    settings = read_settings()
    set_up_logs("ERROR", settings.log_format)

    async def work() -> bool:
        core = build_core(settings)
        healthy = True
        try:
            async for finding in examine(core):
                healthy = healthy and finding.passed
                if as_json:
                    write_json(asdict(finding))
                else:
                    write_line("ok" if finding.passed else "FAILED", finding.name, finding.detail)
        finally:
            await core.database.dispose()
        return healthy

    if not guarded(work):
        sys.exit(FAILED)
