"""Through whose mailbox a letter came, for what follows from its content."""

from dataclasses import dataclass

from core.enums import Direction


@dataclass(frozen=True, slots=True)
class SeenIn:
    """The sighting of a letter that an invitation came by.

    Attributes:
        keeper_id: Who keeps the mailbox.
        direction: How the sighting shows the letter (domain.md M2): one's own invitations are outgoing.
        private: Whether the mailbox is private (domain.md U2).
        predates_mailbox: Whether the letter is older than the mailbox's adding (domain.md R2).
    """

    keeper_id: int
    direction: Direction
    private: bool
    predates_mailbox: bool
