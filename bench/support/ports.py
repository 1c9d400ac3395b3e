"""Ports that are chosen before a program that has to be told its port listens there."""

import socket


def reserve_port() -> int:
    """A port of this machine that nobody is given by chance within the next minute.

    A connection to it has just been closed and lingers; only who asks for this very port, with SO_REUSEADDR as
    servers do, may have it.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            accepted, _ = listener.accept()
            accepted.close()
    return port
