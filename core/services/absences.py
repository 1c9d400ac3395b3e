"""Being away: the days, who stands in, and the welcome back (domain.md U5)."""

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import Role, UserState
from core.errors import AwayInvalid, NotAllowed, NotFound
from core.models import Absence, User
from core.queries import absences as views
from core.queries.absences import AbsenceView, Welcome
from core.repositories import absences, users
from core.repositories.access import viewer_of
from core.rules.absences import back_at, check_days, check_substitute
from core.rules.user_day import user_day
from core.services.standing_in import bring_back
from core.services.work import Work, Works
from core.values import Caller, Ref, RefKind, UserId

WELCOMES_AT_ONCE = 50
"""Most returns in one transaction."""


class Absences:
    """Days off, set by a user for themselves, or by who leads them."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def set_away(
        self, caller: Caller, user_id: UserId, first: date, last: date, substitute_id: UserId | None = None
    ) -> int:
        """Be away from the first day to the last, both included, by the user's own calendar.

        The same days said again change who stands in.

        Args:
            caller: Who says so: the user, a manager of theirs, an administrator.
            user_id: Who is away.
            first: The first day.
            last: The last one.
            substitute_id: Who is reminded in their place; None: nobody, what comes due waits for the return.

        Returns:
            The absence's id.

        Raises:
            NotAllowed: The caller does not lead the user.
            NotFound: There is no such active user or substitute.
            AwayInvalid: The days cannot be, or the user is away on some of them already.
            Invalid: The user would stand in for themselves.
        """
        async with self._works.begin(caller, "set_away") as work:
            user = await _get_led(work, caller, user_id)
            check_days(first, last, user_day(work.now, user.timezone))
            check_substitute(user.id, substitute_id)
            absence = await _find_same(work.session, user.id, first, last)
            if absence is None:
                absence = Absence(user_id=user.id, first_day=first, last_day=last, created_at=work.now)
                await work.add(absence, of=Ref(RefKind.USER, user.id))
                await work.session.flush()
            await _set_substitute(work, absence, substitute_id)
            if user.id != caller.user_id:
                work.notify(user.id, f"away:{absence.id}", note="away_set_for_you")
            work.confirm(f"away:{absence.id}", note="away_set")
            return absence.id

    async def set_substitute(self, caller: Caller, absence_id: int, substitute_id: UserId | None) -> None:
        """Say who stands in; None: nobody. What was told to a former one stays on their list.

        Raises as `set_away`, and NotFound: There is no such absence, or it is over.
        """
        async with self._works.begin(caller, "set_away") as work:
            absence = await _get_open(work, caller, absence_id)
            check_substitute(absence.user_id, substitute_id)
            await _set_substitute(work, absence, substitute_id)
            work.confirm(f"away:{absence.id}", note="away_set")

    async def call_off(self, caller: Caller, absence_id: int) -> None:
        """Take an absence back before it begins; while it runs, be back from today on.

        Raises as `set_substitute`.
        """
        async with self._works.begin(caller, "end_away") as work:
            absence = await _get_open(work, caller, absence_id)
            user = await work.session.get_one(User, absence.user_id)
            today = user_day(work.now, user.timezone)
            if absence.first_day > today:
                await work.remove(absence, of=Ref(RefKind.USER, user.id))
                work.confirm(f"days_off:{user.id}", note="away_called_off")
                return
            last = max(absence.first_day, min(absence.last_day, today - timedelta(days=1)))
            work.change(absence, of=Ref(RefKind.USER, user.id), last_day=last)
            await _end(work, absence)
            if user.id == caller.user_id:
                work.confirm(f"welcome:{absence.id}", note="away_over")
            else:
                work.notify(user.id, f"welcome:{absence.id}", note="away_over")
                work.confirm(f"days_off:{user.id}", note="away_called_off")

    async def welcome_back(self) -> int:
        """Welcome those whose absence is over, at the hour their day begins; how many.

        Whoever is away again by then is welcomed after that. Where nothing happened meanwhile nothing is said.
        """
        async with self._works.begin(None, "end_away") as work:
            over = 0
            for absence, user in await absences.list_run_out(work.session, work.now, WELCOMES_AT_ONCE):
                today = user_day(work.now, user.timezone)
                is_back = work.now >= back_at(absence.last_day, user.day_starts, user.timezone)
                if not is_back or await absences.is_absent(work.session, user.id, today):
                    continue
                over += 1
                told = await _end(work, absence)
                view = await views.find_absence(work.session, absence.id)
                if user.state is not UserState.ACTIVE or view is None:
                    continue
                if told or (await views.load_welcome(work.session, view, work.now)).open:
                    key = f"welcome:{absence.id}"
                    work.notify(user.id, f"welcome:{absence.id}", note="away_over", key=key)
            return over

    async def list_absences(self, caller: Caller, user_id: UserId) -> tuple[AbsenceView, ...]:
        """A user's absences that run or are to come; everybody may know who is away.

        Raises:
            NotFound: There is no such user.
        """
        async with self._works.database.reading() as session:
            if caller.user_id != user_id and await session.get(User, user_id) is None:
                raise NotFound(Ref(RefKind.USER, user_id))
            return await views.list_absences(session, user_id)

    async def may_set(self, caller: Caller, user_id: UserId) -> bool:
        """Whether the caller may say when a user is away: themselves, their managers, administrators."""
        async with self._works.database.reading() as session:
            return await may_set(session, caller, user_id)

    async def get(self, absence_id: int) -> AbsenceView:
        """One absence; everybody may know who is away.

        Raises:
            NotFound: There is none.
        """
        async with self._works.database.reading() as session:
            view = await views.find_absence(session, absence_id)
        if view is None:
            raise NotFound(f"absence {absence_id}")
        return view

    async def welcome(self, caller: Caller, absence_id: int) -> Welcome:
        """What became of the caller's work while they were away.

        Raises:
            NotFound: There is no such absence, or it is another's.
        """
        async with self._works.database.reading() as session:
            view = await views.find_absence(session, absence_id)
            if view is None or view.user_id != caller.user_id:
                raise NotFound(f"absence {absence_id}")
            return await views.load_welcome(session, view, self._works.clock.now())


async def may_set(session: AsyncSession, caller: Caller, user_id: int) -> bool:
    """Whether the caller may say when a user is away: themselves, their managers, administrators."""
    if caller.user_id == user_id or caller.role is Role.ADMINISTRATOR:
        return True
    return user_id in (await viewer_of(session, caller)).people


async def _get_led(work: Work, caller: Caller, user_id: int) -> User:
    user = await work.session.get(User, user_id, with_for_update=True)
    if user is None or user.state is not UserState.ACTIVE:
        raise NotFound(Ref(RefKind.USER, user_id))
    if not await may_set(work.session, caller, user.id):
        raise NotAllowed("set_away")
    return user


async def _get_open(work: Work, caller: Caller, absence_id: int) -> Absence:
    absence = await absences.get_absence(work.session, absence_id)
    if absence.ended_at is not None:
        raise NotFound(f"absence {absence_id}")
    await _get_led(work, caller, absence.user_id)
    return absence


async def _find_same(session: AsyncSession, user_id: int, first: date, last: date) -> Absence | None:
    for one in await absences.list_open_of(session, user_id):
        if (one.first_day, one.last_day) == (first, last):
            return one
        if one.first_day <= last and first <= one.last_day:
            raise AwayInvalid(f"{one.first_day.isoformat()} - {one.last_day.isoformat()}", "overlap")
    return None


async def _set_substitute(work: Work, absence: Absence, substitute_id: int | None) -> None:
    if substitute_id is not None and not await users.list_active_users(work.session, [substitute_id]):
        raise NotFound(Ref(RefKind.USER, substitute_id))
    changed = work.change(absence, of=Ref(RefKind.USER, absence.user_id), substitute_id=substitute_id)
    if changed and substitute_id not in {None, work.user_id}:
        work.notify(int(substitute_id or 0), f"away:{absence.id}", note="standing_in")


async def _end(work: Work, absence: Absence) -> int:
    """Bring back what was told to others; how much that was."""
    told = await bring_back(work, absence)
    work.change(absence, of=Ref(RefKind.USER, absence.user_id), ended_at=work.now)
    return told
