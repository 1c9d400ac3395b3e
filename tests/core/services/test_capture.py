from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from core.enums import (
    Channel,
    Direction,
    InteractionState,
    InteractionType,
    LinkReason,
    ReminderState,
    Source,
    SubjectKind,
)
from core.errors import NotFound, TimeInvalid
from core.models import AuditChange, AuditStep, Reminder
from core.rules.times import when_of_day
from core.values import InteractionDraft, InteractionId, When
from tests.conftest import NOON
from tests.factories.calls import person
from tests.factories.core import Core

HOUR = timedelta(hours=1)
DONE, PLANNED = InteractionState.DONE, InteractionState.PLANNED


@pytest.mark.parametrize(
    ("type_", "direction", "channel", "state"),
    [
        (InteractionType.CALL, Direction.OUT, None, DONE),
        (InteractionType.MEETING, None, None, DONE),
        (InteractionType.EMAIL, Direction.OUT, None, DONE),
        (InteractionType.SMS, Direction.OUT, Channel.SMS, DONE),
        (InteractionType.PLANNED, None, None, PLANNED),
    ],
)
async def test_i1_each_type_has_what_belongs_to_it_and_nothing_else(
    core: Core,
    type_: InteractionType,
    direction: Direction | None,
    channel: Channel | None,
    state: InteractionState,
) -> None:
    found = await core.interaction(await core.capture.record(core.org.anna, InteractionDraft(type=type_)))
    assert (found.type, found.direction, found.channel, found.state) == (type_, direction, channel, state)


async def test_i2_author_is_responsible_by_default_and_both_times_are_kept(core: Core) -> None:
    earlier = When(NOON - HOUR)
    one = await core.capture.record(
        core.org.anna, InteractionDraft(type=InteractionType.CALL, when=earlier, tags=("#Price", "price"))
    )
    found = await core.interaction(one)
    assert found.author_id == found.responsible_id == core.org.anna.user_id
    assert (found.happened_at, found.recorded_at) == (NOON - HOUR, NOON)
    assert found.source is Source.CHAT
    card = await core.views.interaction_card(core.org.anna, one)
    assert card.tags == ("price",)


async def test_i2_another_responsible_gets_it_on_their_worklist_unreviewed(core: Core) -> None:
    draft = InteractionDraft(type=InteractionType.CALL, responsible_id=core.org.boris.user_id)
    one = await core.capture.record(core.org.anna, draft)
    owners = await core.owners(one)
    assert set(owners) == {core.org.boris.user_id}
    assert not owners[core.org.boris.user_id].reviewed


async def test_i4_times_by_default(core: Core) -> None:
    meeting = await core.interaction(
        await core.capture.record(
            core.org.anna, InteractionDraft(type=InteractionType.MEETING, state=PLANNED)
        )
    )
    assert (meeting.happened_at, meeting.ends_at) == (NOON + HOUR / 2, NOON + HOUR)
    held = await core.interaction(
        await core.capture.record(core.org.anna, InteractionDraft(type=InteractionType.MEETING))
    )
    assert held.ends_at == NOON


async def test_i4_a_meeting_that_ends_before_it_starts_is_refused_and_nothing_is_written(core: Core) -> None:
    draft = InteractionDraft(type=InteractionType.MEETING, when=When(NOON, ends_at=NOON - HOUR))
    with pytest.raises(TimeInvalid):
        await core.capture.record(core.org.anna, draft)
    async with core.org.database.reading() as session:
        assert not (await session.scalars(select(AuditStep).where(AuditStep.action == "capture"))).all()


async def test_done_in_the_future_is_refused(core: Core) -> None:
    draft = InteractionDraft(type=InteractionType.CALL, when=When(NOON + timedelta(days=2)))
    with pytest.raises(TimeInvalid):
        await core.capture.record(core.org.anna, draft)


async def test_i5_a_plan_for_a_day_keeps_the_day_and_is_reminded_in_the_morning(core: Core) -> None:
    when = when_of_day(date(2026, 11, 25), PLANNED, "UTC", 9)
    one = await core.capture.record(
        core.org.anna, InteractionDraft(type=InteractionType.PLANNED, when=when, text="Call the plant")
    )
    found = await core.interaction(one)
    assert (found.due_on, found.wall_time, found.timezone) == (date(2026, 11, 25), "2026-11-25", "UTC")
    assert await _reminders(core, one) == [(datetime(2026, 11, 25, 9, tzinfo=UTC), ReminderState.WAITING)]


async def test_a_plan_with_a_time_is_reminded_a_quarter_of_an_hour_ahead(core: Core) -> None:
    one = await core.capture.record(
        core.org.anna, InteractionDraft(type=InteractionType.PLANNED, when=When(NOON + HOUR))
    )
    assert await _reminders(core, one) == [(NOON + timedelta(minutes=45), ReminderState.WAITING)]


async def _reminders(core: Core, interaction_id: int) -> list[tuple[datetime, ReminderState]]:
    async with core.org.database.reading() as session:
        rows = await session.scalars(select(Reminder).where(Reminder.interaction_id == interaction_id))
        return [(row.due_at, row.state) for row in rows]


async def test_s1_without_a_subject_it_starts_a_chain_that_it_heads(core: Core) -> None:
    one = await core.capture.record(core.org.anna, InteractionDraft(type=InteractionType.CALL))
    subject = await core.subject_of(one)
    assert (subject.kind, subject.head_id, subject.interactions) == (SubjectKind.CHAIN, one, 1)


async def test_s3_s7_what_continues_takes_the_present_subject_and_keeps_its_parent(core: Core) -> None:
    one = await core.capture.record(
        core.org.anna, InteractionDraft(type=InteractionType.CALL, topic="Pallets")
    )
    deal = await core.promotion.promote(core.org.anna, one, SubjectKind.DEAL)
    two = await core.capture.record(
        core.org.anna, InteractionDraft(type=InteractionType.MEETING), continues=one
    )
    await core.subjects.change(core.org.anna, two, None)
    found = await core.interaction(two)
    assert found.parent_id == one
    assert found.link_reason is LinkReason.OWN
    assert (await core.subject_of(one)).title == "Pallets"
    three = await core.capture.record(
        core.org.anna, InteractionDraft(type=InteractionType.CALL), continues=one
    )
    assert (await core.interaction(three)).subject_id == (await core.interaction(one)).subject_id
    assert deal.id


async def test_a_foreign_interaction_cannot_be_continued(core: Core) -> None:
    one = await core.capture.record(core.org.boris, InteractionDraft(type=InteractionType.CALL))
    with pytest.raises(NotFound):
        await core.capture.record(core.org.anna, InteractionDraft(type=InteractionType.CALL), continues=one)


async def test_the_audit_tells_who_recorded_what_without_its_contents(core: Core) -> None:
    draft = InteractionDraft(
        type=InteractionType.CALL, text="a secret", participants=(person("John", "john@acme.example"),)
    )
    one = await core.capture.record(core.org.anna, draft)
    async with core.org.database.reading() as session:
        changes = (await session.scalars(select(AuditChange).where(AuditChange.object == f"i{one}"))).all()
        step = await session.get_one(AuditStep, changes[0].step_id)
    assert (step.user_id, step.action, step.at) == (core.org.anna.user_id, "capture", NOON)
    assert len(changes) == 1
    assert "secret" not in repr(changes[0].after)


async def test_a_draft_with_4096_and_more_characters_is_kept_whole(core: Core) -> None:
    text = "длинный текст 😀 " * 1000
    one = await core.capture.record(core.org.anna, InteractionDraft(type=InteractionType.CALL, text=text))
    assert (await core.interaction(InteractionId(one))).text == text
