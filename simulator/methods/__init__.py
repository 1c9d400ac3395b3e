"""Every Bot API method that the simulator carries out."""

from simulator.methods import callbacks, commands, messages, receiving
from simulator.methods.registry import Endpoint, MethodTable


def all_endpoints() -> dict[str, Endpoint]:
    """Endpoints by method name in lower case; Telegram does not care about case."""
    table = MethodTable()
    table.include([receiving.table, messages.table, callbacks.table, commands.table])
    return table.endpoints
