"""Who is told in the place of somebody who is away (domain.md U5)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import AwayInvalid, Invalid
from core.rules.absences import Away, Roster, back_at, check_days, check_substitute
from core.rules.user_day import to_local

ANNA, BORIS, CAROL, MARIA, CHIEF = 1, 2, 3, 8, 9
LATER = datetime(2026, 12, 15, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def away(substitute_id: int | None) -> Away:
    return Away(1, LATER, substitute_id, (MARIA, CHIEF))


@pytest.mark.parametrize(
    ("absent", "gone", "told"),
    [
        ({}, (), ANNA),
        ({ANNA: None}, (), None),
        ({ANNA: BORIS}, (), BORIS),
        ({ANNA: BORIS, BORIS: CAROL}, (), CAROL),
        # In a circle, or where the substitute's own place is empty, the nearest leader.
        ({ANNA: BORIS, BORIS: ANNA}, (), MARIA),
        ({ANNA: BORIS, BORIS: CAROL, CAROL: BORIS}, (), MARIA),
        ({ANNA: BORIS, BORIS: None}, (), MARIA),
        ({ANNA: BORIS}, (BORIS,), MARIA),
        ({ANNA: BORIS, MARIA: None}, (BORIS,), CHIEF),
        # Nobody is left: it waits.
        ({ANNA: BORIS}, (BORIS, MARIA, CHIEF), None),
    ],
)
def test_u5_whoever_stands_in_is_told(
    absent: dict[int, int | None], gone: tuple[int, ...], told: int | None
) -> None:
    roster = Roster({one: away(substitute) for one, substitute in absent.items()}, frozenset(gone))
    assert roster.route(ANNA) == told


@given(
    st.dictionaries(st.integers(1, 8), st.none() | st.integers(1, 8)),
    st.frozensets(st.integers(1, 9)),
    st.integers(1, 9),
)
def test_u5_never_somebody_who_is_away_or_gone(
    absent: dict[int, int | None], gone: frozenset[int], user_id: int
) -> None:
    told = Roster({one: away(substitute) for one, substitute in absent.items()}, gone).route(user_id)
    if user_id not in absent:
        assert told == user_id
    else:
        assert told is None or (told not in absent and told not in gone)


@given(
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.integers(0, 23),
    st.sampled_from(["Etc/GMT+12", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Kiritimati"]),
)
def test_u5_one_is_back_on_the_day_after_the_last(last: date, hour: int, zone: str) -> None:
    local = to_local(back_at(last, hour, zone), zone)
    assert local.date() == last + timedelta(days=1)
    assert local.hour in {hour, hour + 1}  # An hour that DST leaves out moves forward.


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (TODAY, TODAY - timedelta(days=1), "order"),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), "past"),
        (TODAY, TODAY + timedelta(days=366), "long"),
    ],
)
def test_days_that_cannot_be_are_refused(first: date, last: date, why: str) -> None:
    with pytest.raises(AwayInvalid) as refused:
        check_days(first, last, TODAY)
    assert refused.value.why == why


def test_days_that_have_begun_can_be() -> None:
    check_days(TODAY - timedelta(days=3), TODAY, TODAY)
    check_days(TODAY, TODAY + timedelta(days=365), TODAY)


def test_nobody_stands_in_for_themselves() -> None:
    check_substitute(ANNA, None)
    with pytest.raises(Invalid):
        check_substitute(ANNA, ANNA)
