"""The demo's clock: stands in the past while the week is told, then runs with the product's."""

from datetime import datetime

from core.clock import Clock


class SceneClock:
    """A clock that can be set, until it is let go."""

    def __init__(self, present: Clock) -> None:
        self._present = present
        self._at: datetime | None = None

    def now(self) -> datetime:
        """The moment being told, or the present."""
        return self._at if self._at is not None else self._present.now()

    def present(self) -> datetime:
        """The present, whatever is being told."""
        return self._present.now()

    def stand_at(self, moment: datetime) -> None:
        """Tell of a moment."""
        self._at = moment

    def let_go(self) -> None:
        """Back to the present."""
        self._at = None
