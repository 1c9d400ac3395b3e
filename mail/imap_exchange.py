"""One command on its way to an IMAP server and back, and how long it may take.

Two clocks run at once. Silence: after `patience` without a byte in either direction the server counts as gone.
Slowness: a server that dribbles is never silent, so the whole exchange may take four times the patience, and a
second more for every 8 KiB that moved: an honest slow line gets a large letter through, one byte a second does not
hold a call for ever. What may move is bounded too (mail/imap_reader.py), so every call ends.
"""

import asyncio
from dataclasses import dataclass, field

from mail.imap_reader import Segments

WHOLE_IN_PATIENCES = 4
SLOWEST_BYTES_PER_SECOND = 8 * 1024


@dataclass(slots=True)
class Exchange:
    """A command: what was untagged meanwhile, whether the server wants more, how it ended.

    Attributes:
        tag: What the server's last word about it begins with.
        continued: Done when the server says "go on".
        ended: Status and text of the tagged response.
        untagged: Responses that came meanwhile, in order.
        keeps: Whether they are kept; while idling nobody reads them.
        challenge: What the server said last with its "go on".
    """

    tag: bytes
    continued: asyncio.Future[None]
    ended: asyncio.Future[tuple[str, bytes]]
    untagged: list[Segments] = field(default_factory=list)
    keeps: bool = True
    challenge: bytes = b""

    def settle(self, response: Segments) -> bool:
        """Take a response that is not untagged; whether it belongs to this command."""
        line = response[0]
        if line.startswith(b"+"):
            self.challenge = line[1:].strip()
            if not self.continued.done():
                self.continued.set_result(None)
            return True
        tag, _, rest = line.partition(b" ")
        if tag != self.tag or self.ended.done():
            return False
        status, _, text = rest.partition(b" ")
        self.ended.set_result((status.decode("ascii", "replace").upper(), text))
        return True


@dataclass(slots=True)
class Pace:
    """How far an exchange has come, against how long it may take.

    Args:
        patience: Seconds of silence that are borne.
        began_at: The loop's time.
    """

    patience: float
    began_at: float
    heard_at: float = field(init=False)
    sent: int = 0

    def __post_init__(self) -> None:
        self.heard_at = self.began_at

    def note_sent(self, size: int, now: float) -> None:
        """Bytes went out: the server takes them, so it is there."""
        self.sent += size
        self.heard_at = now

    def left(self, received: int, now: float) -> float:
        """Seconds that may still pass without another byte; none or less: it took too long."""
        whole = WHOLE_IN_PATIENCES * self.patience + (received + self.sent) / SLOWEST_BYTES_PER_SECOND
        return min(self.heard_at + self.patience, self.began_at + whole) - now
