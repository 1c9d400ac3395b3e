"""Every Bot API method that the simulator carries out."""

from simulator.methods import (
    callbacks,
    chats,
    commands,
    media,
    messages,
    profile,
    receiving,
    sharing,
    topics,
)
from simulator.methods.registry import Endpoint, MethodTable

_MODULES = (receiving, messages, media, sharing, callbacks, commands, chats, topics, profile)


def all_endpoints() -> dict[str, Endpoint]:
    """Endpoints by method name in lower case; Telegram does not care about case."""
    table = MethodTable()
    table.include(module.table for module in _MODULES)
    return table.endpoints
