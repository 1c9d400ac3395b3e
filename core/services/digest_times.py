"""When digests are looked at next: made with a user, kept up with their hours and zone (domain.md U5)."""

from core.models import Digest, User
from core.repositories import digests
from core.repositories.days_off import load_hours
from core.rules.digests import DEFAULTS, DigestTime, next_look
from core.services.work import Work
from core.values import Ref, RefKind


def time_of(row: Digest) -> DigestTime:
    """The settings of a row."""
    return DigestTime(row.kind, row.is_on, row.hour, row.weekday)


async def begin_in(work: Work, user: User) -> None:
    """Give a user the digests that they do not have yet, as everybody has them at first."""
    await work.session.flush()
    present = {row.kind for row in await digests.list_of_user(work.session, user.id)}
    hours = await load_hours(work.session, user.id)
    work.session.add_all(
        Digest(
            user_id=user.id,
            kind=one.kind,
            is_on=one.is_on,
            hour=one.hour,
            weekday=one.weekday,
            look_at=next_look(one, work.now, hours),
        )
        for one in DEFAULTS.values()
        if one.kind not in present
    )


async def follow_in(work: Work, user: User) -> None:
    """Let a user's digests follow their zone and working hours: they keep their wall time."""
    await work.session.flush()
    hours = await load_hours(work.session, user.id)
    for row in await digests.list_of_user(work.session, user.id):
        look_at = next_look(time_of(row), work.now, hours)
        work.change(row, of=Ref(RefKind.USER, user.id), look_at=look_at)
