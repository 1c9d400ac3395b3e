"""Absence: reminders go to who stands in, and come back (domain.md U5, U2)."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import InteractionState, InteractionType, ReminderState, UserState
from core.errors import AwayInvalid, NotAllowed, NotFound
from core.models import Absence, Interaction, OutboxItem, Reminder, User
from core.repositories.absences import is_absent, load_roster
from core.services.absences import Absences
from core.services.reminders import Reminders
from core.values import Caller, InteractionDraft, InteractionId, Ref, RefKind, When
from tests.conftest import NOON, FixedClock
from tests.factories.core import Core

TODAY = date(2026, 11, 24)
FRIDAY = date(2026, 11, 27)


@dataclass
class Team:
    """An organisation with its absences and reminders."""

    core: Core
    clock: FixedClock
    absences: Absences
    reminders: Reminders

    @property
    def anna(self) -> Caller:
        return self.core.org.anna

    @property
    def boris(self) -> Caller:
        return self.core.org.boris

    @property
    def manager(self) -> Caller:
        return self.core.org.manager

    async def plan(self, at: datetime, caller: Caller | None = None) -> InteractionId:
        """A call planned by Anna; reminded of a quarter of an hour ahead."""
        draft = InteractionDraft(
            type=InteractionType.CALL, topic="Samples", state=InteractionState.PLANNED, when=When(at)
        )
        return await self.core.capture.record(caller or self.anna, draft)

    async def told(self) -> list[tuple[int | None, str, str]]:
        """Whom the product told of what, of its own accord, so far."""
        async with self.core.org.database.reading() as session:
            items = await session.scalars(select(OutboxItem).order_by(OutboxItem.id))
            return [(one.user_id, one.payload["show"], one.payload["note"]) for one in items]

    async def reminded(self) -> list[int | None]:
        """Who was reminded, in order."""
        return [who for who, _, note in await self.told() if note.startswith("reminder")]

    async def at(self, moment: datetime) -> None:
        """Let time go on and what is due be done."""
        self.clock.at = moment
        await self.absences.welcome_back()
        await self.reminders.send_due()


@pytest.fixture
def team(core: Core, clock: FixedClock) -> Team:
    works = core.org.works
    return Team(core, clock, Absences(works), Reminders(works))


async def away(team: Team, first: date = TODAY, last: date = FRIDAY, substitute: Caller | None = None) -> int:
    substitute_id = substitute.user_id if substitute is not None else None
    return await team.absences.set_away(team.anna, team.anna.user_id, first, last, substitute_id)


async def deactivate(database: Database, caller: Caller) -> None:
    async with database.transaction() as session:
        (await session.get_one(User, caller.user_id)).state = UserState.DEACTIVATED


class TestReminders:
    async def test_u5_go_to_who_stands_in_told_in_whose_place(self, team: Team) -> None:
        plan = await team.plan(NOON + timedelta(hours=3))
        await away(team, substitute=team.boris)
        await team.at(NOON + timedelta(hours=3))
        async with team.core.org.database.reading() as session:
            item = (await session.scalars(select(OutboxItem).order_by(OutboxItem.id.desc()).limit(1))).one()
        assert item.user_id == team.boris.user_id
        assert (item.payload["show"], item.payload["instead_of"]) == (f"reminder:{plan}", "Anna")

    async def test_u2_by_that_it_is_on_their_list_and_theirs_to_carry_out(self, team: Team) -> None:
        plan = await team.plan(NOON + timedelta(hours=3))
        with pytest.raises(NotFound):
            await team.core.views.interaction_card(team.boris, plan)
        await away(team, substitute=team.boris)
        await team.at(NOON + timedelta(hours=3))
        assert set(await team.core.owners(plan)) == {team.anna.user_id, team.boris.user_id}
        await team.core.plans.carry_out(team.boris, plan, text="takes 20 pallets")
        assert (await team.core.interaction(plan)).state is InteractionState.DONE

    async def test_without_a_substitute_they_wait_for_the_return(self, team: Team) -> None:
        await team.plan(NOON + timedelta(hours=3))
        await away(team)
        await team.at(NOON + timedelta(hours=3))
        assert await team.reminded() == []
        await team.at(datetime(2026, 11, 28, 8, 59, tzinfo=UTC))
        assert await team.reminded() == []
        await team.at(datetime(2026, 11, 28, 9, 0, tzinfo=UTC))
        assert await team.reminded() == [team.anna.user_id]

    async def test_what_is_due_after_the_return_comes_to_the_user(self, team: Team) -> None:
        await team.plan(datetime(2026, 11, 30, 12, tzinfo=UTC))
        await away(team, substitute=team.boris)
        await team.at(datetime(2026, 11, 30, 12, tzinfo=UTC))
        assert await team.reminded() == [team.anna.user_id]

    async def test_a_private_letter_is_told_to_nobody_else(self, team: Team) -> None:
        plan = await team.plan(NOON + timedelta(hours=3))
        async with team.core.org.database.transaction() as session:
            (await session.get_one(Interaction, plan)).private = True
        await away(team, substitute=team.boris)
        await team.at(NOON + timedelta(hours=3))
        assert await team.reminded() == []
        await team.at(datetime(2026, 11, 28, 9, tzinfo=UTC))
        assert await team.reminded() == [team.anna.user_id]

    async def test_a_circle_ends_at_the_manager(self, team: Team) -> None:
        await team.plan(NOON + timedelta(hours=3))
        await away(team, substitute=team.boris)
        await team.absences.set_away(team.boris, team.boris.user_id, TODAY, FRIDAY, team.anna.user_id)
        await team.at(NOON + timedelta(hours=3))
        assert await team.reminded() == [team.manager.user_id]

    async def test_where_the_substitute_has_left_the_manager_is_told(self, team: Team) -> None:
        await team.plan(NOON + timedelta(hours=3))
        await away(team, substitute=team.boris)
        await deactivate(team.core.org.database, team.boris)
        await team.at(NOON + timedelta(hours=3))
        assert await team.reminded() == [team.manager.user_id]

    async def test_each_is_told_once_whoever_it_went_to(self, team: Team) -> None:
        for hours in range(1, 6):
            await team.plan(NOON + timedelta(hours=hours))
        await away(team, substitute=team.boris)
        for minutes in range(0, 400, 20):
            await team.at(NOON + timedelta(minutes=minutes))
        assert await team.reminded() == [team.boris.user_id] * 5
        async with team.core.org.database.reading() as session:
            states = (await session.scalars(select(Reminder.state))).all()
        assert set(states) == {ReminderState.SENT}


class TestEdgesOfDays:
    @pytest.mark.parametrize("zone", ["Etc/GMT+12", "America/New_York", "UTC", "Pacific/Kiritimati"])
    async def test_u5_the_days_are_those_of_the_absent_ones_own_calendar(self, team: Team, zone: str) -> None:
        database = team.core.org.database
        async with database.transaction() as session:
            (await session.get_one(User, team.anna.user_id)).timezone = zone
        absence_id = await team.absences.set_away(
            team.manager, team.anna.user_id, FRIDAY, FRIDAY, team.boris.user_id
        )
        hour = timedelta(hours=1)
        async with database.reading() as session:
            absence = await session.get_one(Absence, absence_id)
            assert await is_absent(session, team.anna.user_id, absence.last_day)
            routed = {
                moment: (await load_roster(session, moment)).route(team.anna.user_id)
                for moment in (datetime(2026, 11, 26, tzinfo=UTC) + hour * number for number in range(72))
            }
        there = [moment for moment, told in routed.items() if told == team.boris.user_id]
        assert len(there) == 24
        assert there[-1] - there[0] == 23 * hour
        assert set(routed.values()) == {team.anna.user_id, team.boris.user_id}

    async def test_nobody_is_away_costs_nothing_to_know(self, team: Team) -> None:
        async with team.core.org.database.reading() as session:
            roster = await load_roster(session, NOON)
        assert not roster.away


class TestReturn:
    async def test_u5_what_is_open_comes_back_with_a_summary(self, team: Team) -> None:
        done, dropped, still = [await team.plan(NOON + timedelta(hours=hours)) for hours in (1, 2, 3)]
        absence_id = await away(team, substitute=team.boris)
        await team.at(NOON + timedelta(hours=4))
        await team.core.plans.carry_out(team.boris, done)
        await team.core.plans.drop(team.boris, dropped)
        await team.at(datetime(2026, 11, 28, 9, tzinfo=UTC))
        assert (team.anna.user_id, f"welcome:{absence_id}", "away_over") in await team.told()
        welcome = await team.absences.welcome(team.anna, absence_id)
        assert (welcome.done, welcome.dropped) == ((("Boris", 1),), 1)
        assert [one.id for one in welcome.open] == [still]
        assert set(await team.core.owners(still)) == {team.anna.user_id}
        assert set(await team.core.owners(done)) == {team.anna.user_id, team.boris.user_id}

    async def test_what_was_on_their_list_before_stays_there(self, team: Team) -> None:
        plan = await team.plan(NOON + timedelta(hours=1))
        await away(team, substitute=team.manager)
        await team.core.assignment.assign(team.anna, Ref(RefKind.INTERACTION, plan), team.boris.user_id)
        await team.core.assignment.assign(team.boris, Ref(RefKind.INTERACTION, plan), team.anna.user_id)
        await team.at(NOON + timedelta(hours=1))
        await team.core.assignment.assign(team.manager, Ref(RefKind.INTERACTION, plan), team.manager.user_id)
        await team.at(datetime(2026, 11, 28, 9, tzinfo=UTC))
        assert team.manager.user_id in await team.core.owners(plan)

    async def test_a_quiet_absence_is_over_without_a_word(self, team: Team) -> None:
        await away(team, substitute=team.boris)
        before = await team.told()
        await team.at(datetime(2026, 11, 30, 9, tzinfo=UTC))
        assert await team.told() == before
        assert await team.absences.list_absences(team.anna, team.anna.user_id) == ()

    async def test_coming_back_early_brings_everything_back(self, team: Team) -> None:
        plan = await team.plan(NOON + timedelta(hours=1))
        absence_id = await away(team, substitute=team.boris)
        await team.at(NOON + timedelta(hours=1))
        await team.absences.call_off(team.anna, absence_id)
        assert set(await team.core.owners(plan)) == {team.anna.user_id}
        await team.plan(NOON + timedelta(hours=3))
        await team.at(NOON + timedelta(hours=3))
        assert await team.reminded() == [team.boris.user_id, team.anna.user_id]

    async def test_an_absence_on_the_heels_of_another_is_welcomed_once_both_are_over(
        self, team: Team
    ) -> None:
        await team.plan(NOON + timedelta(hours=1))
        await away(team, substitute=team.boris)
        saturday = FRIDAY + timedelta(days=1)
        await away(team, saturday, saturday, team.boris)
        await team.at(NOON + timedelta(hours=1))
        await team.at(datetime(2026, 11, 28, 10, tzinfo=UTC))
        assert "away_over" not in [note for _, _, note in await team.told()]
        await team.at(datetime(2026, 11, 29, 9, tzinfo=UTC))
        assert "away_over" in [note for _, _, note in await team.told()]


class TestRights:
    async def test_u1_a_manager_sets_it_for_their_people_and_nobody_elses(self, team: Team) -> None:
        absence_id = await team.absences.set_away(
            team.manager, team.anna.user_id, TODAY, FRIDAY, team.boris.user_id
        )
        told = await team.told()
        assert (team.anna.user_id, f"away:{absence_id}", "away_set_for_you") in told
        assert (team.boris.user_id, f"away:{absence_id}", "standing_in") in told
        with pytest.raises(NotAllowed):
            await team.absences.call_off(team.core.org.outsider, absence_id)
        with pytest.raises(NotAllowed):
            await team.absences.set_away(team.boris, team.anna.user_id, FRIDAY, FRIDAY)

    async def test_the_same_days_again_change_who_stands_in(self, team: Team) -> None:
        first = await away(team, substitute=team.boris)
        assert await away(team, substitute=team.manager) == first
        [one] = await team.absences.list_absences(team.boris, team.anna.user_id)
        assert one.substitute == "Maria"

    async def test_days_that_overlap_are_refused(self, team: Team) -> None:
        await away(team)
        with pytest.raises(AwayInvalid) as refused:
            await away(team, FRIDAY, FRIDAY + timedelta(days=3))
        assert refused.value.why == "overlap"

    async def test_before_it_begins_it_is_called_off_and_undone(self, team: Team) -> None:
        absence_id = await away(team, FRIDAY, FRIDAY, team.boris)
        await team.absences.call_off(team.anna, absence_id)
        assert await team.absences.list_absences(team.anna, team.anna.user_id) == ()
        await team.core.undo.undo_last(team.anna)
        assert len(await team.absences.list_absences(team.anna, team.anna.user_id)) == 1


async def test_two_processes_welcome_once(team: Team) -> None:
    await team.plan(NOON + timedelta(hours=1))
    absence_id = await away(team, substitute=team.boris)
    await team.at(NOON + timedelta(hours=1))
    team.clock.at = datetime(2026, 11, 28, 9, tzinfo=UTC)
    other = Absences(team.core.org.works)
    ended = await asyncio.gather(team.absences.welcome_back(), other.welcome_back())
    assert sum(ended) == 1
    told = [one for one in await team.told() if one[1] == f"welcome:{absence_id}"]
    assert told == [(team.anna.user_id, f"welcome:{absence_id}", "away_over")]


async def test_a_plan_handed_over_meanwhile_stays_where_it_is(team: Team) -> None:
    plan = await team.plan(NOON + timedelta(hours=1))
    await away(team, substitute=team.boris)
    await team.at(NOON + timedelta(hours=1))
    await team.core.assignment.assign(team.manager, Ref(RefKind.INTERACTION, plan), team.boris.user_id)
    await team.at(datetime(2026, 11, 28, 9, tzinfo=UTC))
    assert set(await team.core.owners(plan)) == {team.boris.user_id}
