"""When somebody is reminded (domain.md I5, U5): tables, and properties over zones and both nights of summer time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import InteractionType, ReminderKind
from core.rules.days_off import DaysOff
from core.rules.reminder_words import read_bound, read_minutes
from core.rules.reminders import DAY, PlanTime, Quiet, due_at, is_late, moments_before, wished_at
from core.rules.time_phrase import Frame
from core.rules.user_day import to_local
from core.rules.working_time import Hours, is_working_day

ZONES = (
    "Etc/GMT+12",
    "America/St_Johns",
    "America/New_York",
    "UTC",
    "Europe/Berlin",
    "Europe/Moscow",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Etc/GMT-14",
)
MOSCOW = Quiet(Hours("Europe/Moscow", 9, 18, DaysOff("RU")), 21, 8)
MEETING, CALL, PLANNED = InteractionType.MEETING, InteractionType.CALL, InteractionType.PLANNED
BEFORE, AFTER, AT = ReminderKind.BEFORE, ReminderKind.AFTER, ReminderKind.AT


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Moscow")).astimezone(UTC)


def stretch(start: datetime, days: int) -> st.SearchStrategy[datetime]:
    """Instants of so many days, to the second."""
    return st.integers(0, days * DAY * 60).map(lambda seconds: start + timedelta(seconds=seconds))


# The nights on which the clocks of Europe, America and Lord Howe change, and two whole years.
instants = st.one_of(
    stretch(datetime(2026, 3, 27, tzinfo=UTC), 4),
    stretch(datetime(2026, 10, 23, tzinfo=UTC), 10),
    stretch(datetime(2026, 1, 1, tzinfo=UTC), 740),
)
hours = st.integers(0, 23)
quiets = st.builds(
    lambda zone, starts, ends, opens, country: Quiet(
        Hours(zone, opens, min(opens + 8, 24), DaysOff(country)), starts, ends
    ),
    st.sampled_from(ZONES),
    hours,
    hours,
    hours,
    st.sampled_from([None, "RU", "GB"]),
)


@pytest.mark.parametrize(
    ("wish", "comes"),
    [
        ("2026-11-24T12:00", "2026-11-24T12:00"),  # a Tuesday
        ("2026-11-24T23:30", "2026-11-25T08:00"),
        ("2026-11-25T05:00", "2026-11-25T08:00"),
        ("2026-11-27T22:00", "2026-11-30T09:00"),  # Friday night: Monday morning
        ("2026-11-28T12:00", "2026-11-30T09:00"),
        ("2027-01-01T12:00", "2027-01-11T09:00"),  # the holidays of a Russian January
    ],
)
def test_u5_what_falls_into_quiet_time_comes_when_it_is_over(wish: str, comes: str) -> None:
    assert MOSCOW.next_allowed(moscow(wish)) == moscow(comes)


@pytest.mark.parametrize(
    ("kind", "plan", "comes"),
    [
        (BEFORE, PlanTime(MEETING, moscow("2026-11-28T23:00")), "2026-11-28T22:45"),
        (BEFORE, PlanTime(CALL, moscow("2026-11-28T07:00")), "2026-11-28T06:45"),
        (BEFORE, PlanTime(PLANNED, moscow("2026-11-25T08:10")), "2026-11-25T08:00"),
        (BEFORE, PlanTime(PLANNED, moscow("2026-11-25T07:30")), "2026-11-25T07:15"),
        (
            AFTER,
            PlanTime(MEETING, moscow("2026-11-24T20:00"), moscow("2026-11-24T20:50")),
            "2026-11-25T08:00",
        ),
    ],
)
def test_u5_a_fixed_appointment_is_reminded_of_in_quiet_time_and_no_plan_after_it(
    kind: ReminderKind, plan: PlanTime, comes: str
) -> None:
    wish = wished_at(kind, 15, plan, MOSCOW.hours)
    assert due_at(wish, kind, plan, MOSCOW) == moscow(comes)


def test_u5_a_moment_that_was_named_is_kept() -> None:
    night = moscow("2026-11-28T03:00")
    assert due_at(night, AT, PlanTime(PLANNED, night), MOSCOW) == night


@pytest.mark.parametrize(
    ("day", "minutes", "comes"),
    [
        (date(2026, 11, 25), 15, "2026-11-25T09:00"),
        (date(2026, 11, 25), DAY, "2026-11-24T09:00"),
        (date(2026, 11, 28), 15, "2026-11-30T09:00"),
    ],
)
def test_i5_a_day_alone_is_reminded_of_in_the_morning_of_a_working_day(
    day: date, minutes: int, comes: str
) -> None:
    plan = PlanTime(PLANNED, moscow(f"{day}T09:00"), due_on=day)
    assert due_at(wished_at(BEFORE, minutes, plan, MOSCOW.hours), BEFORE, plan, MOSCOW) == moscow(comes)


def test_a_day_before_keeps_the_time_of_day_over_a_change_of_summer_time() -> None:
    plan = PlanTime(MEETING, datetime(2026, 3, 29, 10, tzinfo=UTC))
    hours_of_berlin = Hours("Europe/Berlin", 9, 18)
    assert wished_at(BEFORE, DAY, plan, hours_of_berlin) == datetime(2026, 3, 28, 11, tzinfo=UTC)
    assert wished_at(BEFORE, 24 * 60 + 1, plan, hours_of_berlin) == datetime(2026, 3, 28, 9, 59, tzinfo=UTC)


def test_of_reminders_whose_time_is_past_the_shortest_comes_when_the_plan_begins() -> None:
    now = moscow("2026-11-24T12:00")
    plan = PlanTime(MEETING, now + timedelta(minutes=40))
    assert moments_before((60, 15), plan, MOSCOW.hours, now) == [(15, plan.at - timedelta(minutes=15))]
    soon = PlanTime(MEETING, now + timedelta(minutes=5))
    assert moments_before((60, 15), soon, MOSCOW.hours, now) == [(15, soon.at)]
    assert moments_before((60, 15), PlanTime(MEETING, now), MOSCOW.hours, now) == []
    assert moments_before((), soon, MOSCOW.hours, now) == []


def test_late_is_what_comes_more_than_five_minutes_after_its_time() -> None:
    now = moscow("2026-11-24T12:00")
    assert not is_late(now - timedelta(minutes=5), now)
    assert is_late(now - timedelta(minutes=5, seconds=1), now)


@given(instants, quiets)
def test_u5_what_comes_is_never_in_quiet_time_never_early_and_stays_where_it_is(
    wish: datetime, quiet: Quiet
) -> None:
    comes = quiet.next_allowed(wish)
    local = to_local(comes, quiet.hours.timezone)
    assert comes >= wish
    assert is_working_day(local.date(), quiet.hours.days_off)
    assert not quiet.covers(local.hour) or _is_moved_by_summer_time(comes, quiet)
    assert quiet.next_allowed(comes) == comes or _is_moved_by_summer_time(comes, quiet)


def _is_moved_by_summer_time(comes: datetime, quiet: Quiet) -> bool:
    """Whether the hour at which it was to be quiet no more does not exist on that day's clock."""
    before = to_local(comes - timedelta(hours=2), quiet.hours.timezone)
    return before.utcoffset() != to_local(comes + timedelta(hours=2), quiet.hours.timezone).utcoffset()


@given(instants, instants, quiets)
def test_u5_waiting_keeps_the_order(one: datetime, other: datetime, quiet: Quiet) -> None:
    first, second = sorted((one, other))
    assert quiet.next_allowed(first) <= quiet.next_allowed(second)


@given(instants, st.sampled_from(list(InteractionType)), st.integers(0, 10 * DAY), quiets)
def test_u5_a_reminder_ahead_of_a_plan_with_a_time_never_comes_after_it(
    at: datetime, type_: InteractionType, minutes: int, quiet: Quiet
) -> None:
    plan = PlanTime(type_, at)
    wish = wished_at(BEFORE, minutes, plan, quiet.hours)
    comes = due_at(wish, BEFORE, plan, quiet)
    assert wish <= plan.at + timedelta(hours=1)  # A day before, over a change of summer time.
    assert wish <= comes
    assert comes <= max(plan.at, wish)
    assert comes == wish or not plan.is_appointment


@given(instants, st.lists(st.integers(0, 10 * DAY), max_size=8), instants, quiets)
def test_each_moment_ahead_is_to_come_and_is_told_once(
    at: datetime, minutes: list[int], now: datetime, quiet: Quiet
) -> None:
    found = moments_before(minutes, PlanTime(MEETING, at), quiet.hours, now)
    moments = [moment for _, moment in found]
    assert all(moment > now for moment in moments)
    assert len(set(moments)) == len(moments)
    assert bool(found) == bool(minutes and at > now) or any(moment > at for moment in moments)


FRAME = Frame(datetime(2026, 11, 24, 12, tzinfo=UTC), "Europe/Moscow", 9)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("15 min before", (BEFORE, 15)),
        ("an hour before the meeting", (BEFORE, 60)),
        ("1 h after", (AFTER, 60)),
        ("2 days before", (BEFORE, 2 * DAY)),
        ("at its time", (BEFORE, 0)),
        ("за 15 минут", (BEFORE, 15)),
        ("за час до встречи", (BEFORE, 60)),
        ("за полчаса", (BEFORE, 30)),
        ("за неделю", (BEFORE, 7 * DAY)),
        ("через час после", (AFTER, 60)),
        ("спустя 2 часа после встречи", (AFTER, 120)),
        ("in 1 hour", None),
        ("через час", None),
        ("before", None),
        ("за завтра", None),
        ("after lunch", None),
        ("a day after tomorrow and the rest of it", None),
    ],
)
def test_what_a_reminder_is_bound_to_is_read(text: str, bound: tuple[ReminderKind, int] | None) -> None:
    assert read_bound(text, FRAME) == bound


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("60,15", (60, 15)),
        ("1 day, 2 hours", (DAY, 120)),
        ("час, 10 минут", (60, 10)),
        ("soon", None),
        ("15,", None),
    ],
)
def test_how_long_ahead_is_read(text: str, minutes: tuple[int, ...] | None) -> None:
    assert read_minutes(text, FRAME) == minutes


@given(st.text(max_size=60))
def test_no_words_break_the_reading(text: str) -> None:
    bound = read_bound(text, FRAME)
    assert bound is None or bound[1] >= 0
    read_minutes(text, FRAME)
