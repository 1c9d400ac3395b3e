"""How a plan repeats, in words of both languages."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import OffDayShift, RepeatBasis
from core.errors import Invalid
from core.rules.repeat_words import read_repeat
from core.rules.repeats import Repeat, month_day_rule
from core.rules.time_words import Frame

FRAME = Frame(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "Europe/Moscow", 9)
THURSDAY = date(2026, 11, 26)
WORKING = Repeat("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", off_days=OffDayShift.SKIP)
FIRST_WORKING = Repeat("FREQ=MONTHLY;BYMONTHDAY=1", off_days=OffDayShift.NEXT)
SIX_WEEKS = Repeat("FREQ=WEEKLY;INTERVAL=6", RepeatBasis.LAST_CONTACT, OffDayShift.NEXT)
TWO_WEEKS = Repeat("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH")
LAST_FRIDAY = Repeat("FREQ=MONTHLY;BYDAY=-1FR")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("every Monday", Repeat("FREQ=WEEKLY;BYDAY=MO")),
        ("on Mondays and Wednesdays", Repeat("FREQ=WEEKLY;BYDAY=MO,WE")),
        ("Every Mon, Wed and Fri.", Repeat("FREQ=WEEKLY;BYDAY=MO,WE,FR")),
        ("every week", Repeat("FREQ=WEEKLY;BYDAY=TH")),
        ("every 2 weeks", TWO_WEEKS),
        ("every other week", TWO_WEEKS),
        ("every 2 weeks on Monday", Repeat("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")),
        ("every working day", WORKING),
        ("first working day of the month", FIRST_WORKING),
        ("last working day", Repeat("FREQ=MONTHLY;BYMONTHDAY=-1", off_days=OffDayShift.PREVIOUS)),
        ("the last Friday of the month", LAST_FRIDAY),
        ("second Tuesday of each month", Repeat("FREQ=MONTHLY;BYDAY=2TU")),
        ("monthly", Repeat(month_day_rule(26))),
        ("monthly on the 5th", Repeat(month_day_rule(5))),
        ("every month on the 31st", Repeat(month_day_rule(31))),
        ("quarterly", Repeat(month_day_rule(26, 3))),
        ("every 6 weeks after the last contact", SIX_WEEKS),
        ("daily until 1 March", Repeat("FREQ=DAILY", until=date(2027, 3, 1))),
        ("every Monday, 10 times", Repeat("FREQ=WEEKLY;BYDAY=MO", count=10)),
        ("RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=3", Repeat("FREQ=WEEKLY;BYDAY=FR", count=3)),
        ("freq=daily;until=20270301T000000Z", Repeat("FREQ=DAILY", until=date(2027, 3, 1))),
        ("каждый понедельник", Repeat("FREQ=WEEKLY;BYDAY=MO")),
        ("по понедельникам и средам", Repeat("FREQ=WEEKLY;BYDAY=MO,WE")),
        ("раз в неделю", Repeat("FREQ=WEEKLY;BYDAY=TH")),
        ("каждые две недели", TWO_WEEKS),
        ("раз в 2 недели", TWO_WEEKS),
        ("по рабочим дням", WORKING),
        ("первый рабочий день месяца", FIRST_WORKING),
        ("каждую последнюю пятницу", LAST_FRIDAY),
        ("5 числа каждого месяца", Repeat(month_day_rule(5))),
        ("каждые 3 месяца", Repeat(month_day_rule(26, 3))),
        ("каждые 6 недель после последнего контакта", SIX_WEEKS),
        ("ежедневно до 1 марта", Repeat("FREQ=DAILY", until=date(2027, 3, 1))),
        ("каждый понедельник 10 раз", Repeat("FREQ=WEEKLY;BYDAY=MO", count=10)),
    ],
)
def test_words_of_repetition(said: str, meant: Repeat) -> None:
    assert read_repeat(said, THURSDAY, FRAME) == meant


@pytest.mark.parametrize(
    "said",
    [
        "",
        "nonsense",
        "every",
        "every 0 weeks",
        "monthly on the 32nd",
        "every Monday until the 32nd",
        "FREQ=HOURLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=x",
        "x" * 500,
    ],
)
def test_other_words_are_refused(said: str) -> None:
    with pytest.raises(Invalid):
        read_repeat(said, THURSDAY, FRAME)


@given(said=st.text(max_size=120) | st.text("every cfreq=;,dailyweknothsu123 последнюю", max_size=60))
def test_any_text_is_a_rule_or_refused(said: str) -> None:
    try:
        found = read_repeat(said, THURSDAY, FRAME)
    except Invalid:
        return
    assert found.rule.startswith("FREQ=")
