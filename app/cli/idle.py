"""`zveno wait-idle`: wait until nothing is on its way."""

import click

from app.cli.calling import call_core, fail
from app.idle import wait_idle


@click.command("wait-idle")
@click.option("--timeout", type=click.FloatRange(min=0), default=30.0, show_default=True, metavar="S")
def wait_idle_command(timeout: float) -> None:
    """Exit 0 once no update, outbox row or due job is open and every mailbox is read to its end."""
    found = call_core(lambda core: wait_idle(core, timeout))
    if found.open:
        fail("still open: " + "; ".join(found.open))
