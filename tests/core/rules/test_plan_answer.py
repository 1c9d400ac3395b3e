"""What is said of a plan: what became of it and what comes next (domain.md I3, S7), in English and Russian."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import InteractionType
from core.rules.plan_answer import Outcome, read_answer
from core.rules.time_words import Frame
from core.rules.user_day import to_local
from core.values import When

MOSCOW = "Europe/Moscow"
FRAME = Frame(datetime(2026, 11, 24, 12, 0, tzinfo=UTC), MOSCOW, 9)
"""Tuesday 24 November 2026, 15:00 in Moscow."""


def local(when: When | None) -> str:
    if when is None:
        return ""
    return str(when.due_on or to_local(when.at, MOSCOW).strftime("%Y-%m-%dT%H:%M"))


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("held", Outcome.HELD),
        ("состоялась", Outcome.HELD),
        ("takes 20 pallets", Outcome.HELD),
        ("no-show", Outcome.NO_SHOW),
        ("He did not come", Outcome.NO_SHOW),
        ("John didn\u2019t show up", Outcome.NO_SHOW),
        ("не пришёл", Outcome.NO_SHOW),
        ("Не явились", Outcome.NO_SHOW),
        ("not reached", Outcome.NOT_REACHED),
        ("no answer", Outcome.NOT_REACHED),
        ("не дозвонилась", Outcome.NOT_REACHED),
        ("не берёт трубку", Outcome.NOT_REACHED),
        ("Cancelled.", Outcome.CANCELLED),
        ("the meeting was cancelled", Outcome.CANCELLED),
        ("отменилась", Outcome.CANCELLED),
        ("клиент отменил встречу", Outcome.CANCELLED),
        ("moved to Friday 15:00", Outcome.MOVED),
        ("перенесли на пятницу", Outcome.MOVED),
        ("the order was cancelled", Outcome.HELD),
        ("оплата не пришла", Outcome.HELD),
        ("held, the contract was cancelled", Outcome.HELD),
        ("did not pick up the order", Outcome.HELD),
        ("", Outcome.HELD),
    ],
)
def test_i3_the_first_words_say_what_became_of_a_plan(said: str, outcome: Outcome) -> None:
    assert read_answer(said, FRAME, ["John Smith, Acme"]).outcome is outcome


@pytest.mark.parametrize(
    ("said", "moved_to", "kept"),
    [
        ("moved to Friday 15:00", "2026-11-27T15:00", ""),
        ("перенесли на пятницу", "2026-11-27", ""),
        ("перенесли встречу на завтра в 11", "2026-11-25T11:00", ""),
        ("postponed until in a week at 10", "2026-12-01T10:00", ""),
        ("moved to Friday, wants the catalogue", "2026-11-27", "moved to Friday, wants the catalogue"),
        ("moved", "", "moved"),
        ("moved to the 32nd", "", "moved to the 32nd"),
    ],
)
def test_a_moved_plan_says_when_and_keeps_what_else_was_said(said: str, moved_to: str, kept: str) -> None:
    answer = read_answer(said, FRAME)
    assert (answer.outcome, local(answer.moved_to), answer.text) == (Outcome.MOVED, moved_to, kept)


@pytest.mark.parametrize(
    ("said", "kind", "when", "text"),
    [
        ("held, takes 20 pallets, call on Friday", InteractionType.CALL, "2026-11-27", ""),
        ("состоялась, берут 20 паллет, позвонить в пятницу", InteractionType.CALL, "2026-11-27", ""),
        ("held. Call John on Friday about it", InteractionType.CALL, "2026-11-27", "John about it"),
        ("просил перезвонить завтра в 10", InteractionType.CALL, "2026-11-25T10:00", ""),
        ("held and we meet on Thursday at 11", InteractionType.MEETING, "2026-11-26T11:00", ""),
        ("всё хорошо, договорились встретиться в четверг", InteractionType.MEETING, "2026-11-26", ""),
        ("busy, call in 2 hours", InteractionType.CALL, "2026-11-24T17:00", ""),
        ("held, in a week call back", InteractionType.CALL, "2026-12-01", ""),
        (
            "held, send the catalogue by Wednesday",
            InteractionType.PLANNED,
            "2026-11-25",
            "send the catalogue",
        ),
        ("взял паузу; выслать КП 1 декабря", InteractionType.PLANNED, "2026-12-01", "выслать КП"),
        ("held; write to her tomorrow: prices", InteractionType.EMAIL, "2026-11-25", "her"),
    ],
)
def test_s7_a_later_clause_says_the_next_step(said: str, kind: InteractionType, when: str, text: str) -> None:
    step = read_answer(said, FRAME).follow_up
    assert step is not None
    assert (step.type, local(step.when), step.text) == (kind, when, text)


@pytest.mark.parametrize(
    "said",
    ["held, takes 20 pallets", "held, call the 32nd", "held, called on Friday", "he will think until Friday"],
)
def test_nothing_is_planned_that_was_not_said(said: str) -> None:
    assert read_answer(said, FRAME).follow_up is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("созвонились, берёт", InteractionType.CALL),
        ("called him, takes it", InteractionType.CALL),
        ("met them at the office", InteractionType.MEETING),
        ("takes it", None),
    ],
)
def test_i3_the_words_may_tell_what_kind_it_was(said: str, kind: InteractionType | None) -> None:
    assert read_answer(said, FRAME).type is kind


@given(said=st.text(max_size=300))
def test_any_words_are_an_answer_and_none_is_lost(said: str) -> None:
    answer = read_answer(said, FRAME)
    assert answer.text in {said.strip(), ""}
    if not answer.text:
        assert answer.outcome is not Outcome.HELD or not said.strip()
