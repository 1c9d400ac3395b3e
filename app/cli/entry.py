"""All commands under one name; the module of a command is imported when it is called.

Aiogram alone takes longer to import than most commands to run.
"""

from importlib import import_module

import click

_COMMANDS = {
    "run": "app.cli.running:run",
    "demo": "app.cli.demo:demo",
    "wait-idle": "app.cli.idle:wait_idle_command",
    "migrate": "app.cli.running:migrate",
    "doctor": "app.cli.doctor:doctor",
    "user": "app.cli.people:user",
    "department": "app.cli.people:department",
    "option": "app.cli.people:option",
    "mailbox": "app.cli.mailbox:mailbox",
    "export": "app.cli.export:export",
    "setup": "app.cli.setup:setup",
}


class LazyCommands(click.Group):
    """Commands by name, each in a module of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        place = _COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(
    cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="zveno", prog_name="zveno")
def main() -> None:
    """Zveno captures calls, meetings, letters and SMS, links them into chains and turns chains into deals."""
