"""Digests: written when their hour has come, once a user and day, whatever restarts, clocks and replicas do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from core import failpoints
from core.enums import DigestKind, FunctionalOption
from core.errors import Invalid
from core.models import Digest
from core.repositories import digests
from core.repositories.days_off import load_hours, load_hours_of
from core.repositories.options import load_off, require_option
from core.rules.digests import DEFAULTS, DigestTime, due_day, next_look
from core.rules.working_time import Hours
from core.services.digest_times import time_of
from core.services.work import Work, Works
from core.values import Caller, Ref, RefKind

AT_ONCE = 50
"""Most digests in one transaction, so that the write lock is held shortly."""

SETTINGS = "digests"
"""The screen of a user's digests."""


class Digests:
    """Tells users of their day and week, and takes their wishes about it."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def send_due(self, limit: int = AT_ONCE) -> int:
        """Look at digests whose time has come, and write those that are to be told to the outbox.

        The day that is told of is noted in the same transaction. Whether there is anything to tell is seen when the
        message is rendered: nothing is sent where there is not. While `other_interactions` is off, nobody is
        told (domain.md O2). It is no change that a person made: no audit, and undo is not in its way.

        Returns:
            How many were looked at; `limit` means that there may be more.
        """
        database, now = self._works.database, self._works.clock.now()
        async with database.reading() as session:
            if not await digests.has_due(session, now):
                return 0
        async with self._works.begin(None, "digest") as work:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(work.session):
                return 0
            rows = await digests.claim_due(work.session, work.now, limit)
            await _tell_due(work, rows)
            failpoints.reach("digest_claimed")
            return len(rows)

    async def count_due(self) -> int:
        """How many wait to be looked at; none while the option is off."""
        async with self._works.database.reading() as session:
            if FunctionalOption.OTHER_INTERACTIONS in await load_off(session):
                return 0
            return await digests.count_due(session, self._works.clock.now())

    async def list_times(self, caller: Caller) -> tuple[Sequence[DigestTime], Hours]:
        """The caller's digests in the order of the kinds, and the hours that those without an hour follow."""
        async with self._works.database.reading() as session:
            rows = {row.kind: time_of(row) for row in await digests.list_of_user(session, caller.user_id)}
            hours = await load_hours(session, caller.user_id)
        return [rows.get(kind, replace(DEFAULTS[kind], is_on=False)) for kind in DigestKind], hours

    async def set_time(self, caller: Caller, wanted: DigestTime) -> None:
        """Switch one of the caller's digests on or off, and choose its hour and, for the week, its day.

        Raises:
            Invalid: That is no hour or no day of the week; only the week has a day.
            OptionOff: `other_interactions` is off.
        """
        if wanted.hour is not None and not 0 <= wanted.hour <= 23:
            raise Invalid("hour", str(wanted.hour))
        has_day = wanted.kind is DigestKind.WEEKLY
        if (wanted.weekday is not None) is not has_day or wanted.weekday not in {None, *range(7)}:
            raise Invalid("weekday", str(wanted.weekday))
        async with self._works.begin(caller, "set_digest") as work:
            await require_option(work.session, FunctionalOption.OTHER_INTERACTIONS)
            of = Ref(RefKind.USER, caller.user_id)
            hours = await load_hours(work.session, caller.user_id)
            fields = {
                "is_on": wanted.is_on,
                "hour": wanted.hour,
                "weekday": wanted.weekday,
                "look_at": next_look(wanted, work.now, hours),
            }
            row = await digests.find(work.session, caller.user_id, wanted.kind)
            if row is None:
                await work.add(Digest(user_id=caller.user_id, kind=wanted.kind, **fields), of=of)
            else:
                work.change(row, of=of, **fields)
            work.confirm(SETTINGS, note="digest_set")


async def _tell_due(work: Work, rows: Sequence[Digest]) -> None:
    """Set the next look of each, and tell those that are due of whom it is the first time that day."""
    users = sorted({row.user_id for row in rows})
    hours = await load_hours_of(work.session, users)
    reachable = await digests.list_reachable(work.session, users)
    due: dict[Digest, date] = {}
    for row in rows:
        setting, own = time_of(row), hours[row.user_id]
        row.look_at = next_look(setting, work.now, own)
        day = due_day(setting, work.now, own)
        if day is not None and row.user_id in reachable:
            due[row] = day
    days = [(row.user_id, row.kind, day) for row, day in due.items()]
    fresh = await digests.note_days(work.session, days)
    for row, day in due.items():
        if (row.user_id, row.kind, day) in fresh:
            _tell(work, row, day)


def _tell(work: Work, row: Digest, day: date) -> None:
    work.notify(
        row.user_id,
        f"{row.kind}:1:{day:%Y%m%d}:told",
        note="",
        key=f"digest:{row.kind}:{row.user_id}:{day.isoformat()}",
    )
