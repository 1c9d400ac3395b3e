"""Reminders of the real process: on the real clock, after downtime, with a clock that jumps (issue: exact, once)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.house import House, open_house, sqlite
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import ANNA, Person, join

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

BEGIN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


async def reminded(house: House, after: int) -> list[str]:
    """What reminded her since a message."""
    messages = await house.people.bot_messages(ANNA, after=after)
    return [one["text"] for one in messages if one["text"].startswith("⏰")]


def last_of(anna: Person) -> int:
    return int((anna.message or {})["message_id"])


async def test_a_plan_two_seconds_ahead_is_reminded_of_on_the_real_clock(
    tmp_path: Path, nursery: Nursery
) -> None:
    async with open_house(tmp_path, sqlite(tmp_path), [], nursery=nursery, ADMIN_IDS=str(ANNA)) as house:
        await house.start()
        anna = await join(house)
        due = (datetime.now(UTC) + timedelta(seconds=3)).replace(microsecond=0)
        await anna.write(f"/meeting {due.isoformat()} John: a demo", "Recorded")
        last = last_of(anna)
        assert (await anna.see("a demo", after=last)).startswith("⏰ Reminder")
        await house.wait_idle()
        (reminder,) = await house.export("reminders")
        assert reminder["state"] == "sent"
        assert datetime.fromisoformat(reminder["due_at"]) == due
        assert datetime.fromisoformat(reminder["sent_at"]) >= due
        assert len(await reminded(house, last)) == 1


async def test_after_an_hour_of_downtime_one_message_and_its_answer(tmp_path: Path, nursery: Nursery) -> None:
    async with open_house(
        tmp_path, sqlite(tmp_path), [], at=BEGIN, nursery=nursery, ADMIN_IDS=str(ANNA)
    ) as house:
        await house.start()
        anna = await join(house)
        for time in ("13:00", "13:10", "13:20"):
            await anna.write(f"/meeting today {time} John: a demo at {time}", "Recorded")
        last = last_of(anna)
        await house.wait_idle()
        assert house.running is not None
        assert house.calendar is not None
        await house.running.stop()
        house.calendar.set(BEGIN + timedelta(hours=2))
        await house.start()
        text = await anna.see("a demo at 13:20", after=last)
        assert text.startswith("⏰ While I was away: 3")
        await house.wait_idle()
        assert len(await reminded(house, last)) == 1
        assert {one["state"] for one in await house.export("reminders")} == {"sent"}
        await anna.write("/done i2 takes 20 pallets. Call on Friday", "/i2")
        done, *_ = [one for one in await house.export("interactions") if one["id"] == 2]
        assert done["state"] == "done"


async def test_a_clock_set_back_and_forth_reminds_once(tmp_path: Path, nursery: Nursery) -> None:
    async with open_house(
        tmp_path, sqlite(tmp_path), [], at=BEGIN, nursery=nursery, ADMIN_IDS=str(ANNA)
    ) as house:
        await house.start()
        anna = await join(house)
        await anna.write("/meeting today 13:00 John: a demo", "Recorded")
        last = last_of(anna)
        assert house.calendar is not None
        due = datetime(2026, 11, 24, 9, 45, tzinfo=UTC)
        house.calendar.set(due)
        await anna.see("⏰", after=last)
        for hours in (-1, 0, -1, 1):
            house.calendar.set(due + timedelta(hours=hours))
            await house.wait_idle()
        assert len(await reminded(house, last)) == 1
