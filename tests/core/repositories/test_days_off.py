"""When people work, as it is kept (domain.md U5), on both databases."""

from datetime import date

from core.database import Database
from core.models import Absence
from core.repositories.days_off import load_hours, load_hours_of
from core.rules.days_off import DaysOff
from core.rules.working_time import Hours
from tests.conftest import NOON
from tests.factories.people import make_user


async def test_u5_hours_holidays_and_own_days_off_come_together(database: Database) -> None:
    first, last = date(2026, 11, 23), date(2026, 11, 29)
    async with database.transaction() as session:
        anna = await make_user(session, "Anna", country="RU", timezone="Europe/Moscow", day_starts=8)
        boris = await make_user(session, "Boris", country="GB", public_holidays=False)
        session.add(Absence(user_id=anna.id, first_day=first, last_day=last, created_at=NOON))
    async with database.reading() as session:
        assert await load_hours(session, anna.id) == Hours(
            "Europe/Moscow", 8, 18, DaysOff("RU", ((first, last),))
        )
        assert await load_hours_of(session, [anna.id, boris.id]) == {
            anna.id: Hours("Europe/Moscow", 8, 18, DaysOff("RU", ((first, last),))),
            boris.id: Hours("UTC", 9, 18, DaysOff(None, ())),
        }
        assert await load_hours_of(session, []) == {}
