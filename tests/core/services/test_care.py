from datetime import timedelta

import pytest

from core.enums import CallResult, Direction, Importance, InteractionState, InteractionType, Source
from core.errors import ContentFixed, Invalid, NotFound, StateForbids
from core.values import InteractionDraft, InteractionId, Origin, When
from tests.conftest import NOON
from tests.factories.core import Core

HOUR = timedelta(hours=1)


async def record(
    core: Core, type_: InteractionType = InteractionType.CALL, **fields: object
) -> InteractionId:
    draft = InteractionDraft(type=type_, topic="Pallets", text="Wants a price", **fields)  # type: ignore[arg-type]
    return await core.capture.record(core.org.anna, draft)


@pytest.mark.parametrize("type_", [InteractionType.EMAIL, InteractionType.SMS])
@pytest.mark.parametrize(("field", "value"), [("text", "x"), ("topic", "x"), ("when", When(NOON))])
async def test_i7_the_content_of_a_message_is_fixed(
    core: Core, type_: InteractionType, field: str, value: object
) -> None:
    one = await record(core, type_)
    with pytest.raises(ContentFixed):
        await core.care.edit(core.org.anna, one, field, value)
    assert (await core.interaction(one)).text == "Wants a price"


async def test_i7_what_is_about_a_message_can_change(core: Core) -> None:
    one = await record(core, InteractionType.SMS, direction=Direction.IN)
    anna = core.org.anna
    await core.care.edit(anna, one, "importance", Importance.HIGH)
    await core.care.tag(anna, one, "#Urgent")
    await core.care.comment(anna, one, "Call back before noon")
    await core.review.mark_reviewed(anna, one)
    await core.subjects.change(anna, one, None)
    card = await core.views.interaction_card(anna, one)
    assert (card.importance, card.tags, card.comments[0].text, card.reviewed) == (
        Importance.HIGH,
        ("urgent",),
        "Call back before noon",
        True,
    )


async def test_i7_an_edited_chat_message_makes_a_version(core: Core) -> None:
    anna = core.org.anna
    origin = Origin(message=(77, 5))
    one = await core.capture.record(
        type(anna)(anna.user_id, anna.role, anna.language, anna.timezone, anna.country, origin),
        InteractionDraft(type=InteractionType.CALL, text="Wants 10"),
    )
    assert await core.care.edit_from_chat(anna, 77, 5, "Wants 20")
    assert not await core.care.edit_from_chat(anna, 77, 5, "Wants 20")
    assert not await core.care.edit_from_chat(anna, 77, 6, "Wants 30")
    found = await core.interaction(one)
    assert (found.text, found.version) == ("Wants 20", 2)


async def test_i4_result_and_duration_belong_to_calls_alone(core: Core) -> None:
    call, meeting = await record(core), await record(core, InteractionType.MEETING)
    await core.care.edit(core.org.anna, call, "result", CallResult.NOT_REACHED)
    await core.care.edit(core.org.anna, call, "duration", timedelta(minutes=3))
    assert (await core.interaction(call)).duration_s == 180
    for field, value in (("result", CallResult.REACHED), ("duration", HOUR)):
        with pytest.raises(Invalid):
            await core.care.edit(core.org.anna, meeting, field, value)


@pytest.mark.parametrize(
    ("field", "value"),
    [("importance", "huge"), ("nonsense", "x"), ("id", "7"), ("subject_id", "7"), ("duration", -HOUR)],
)
async def test_unknown_fields_and_values_are_refused(core: Core, field: str, value: object) -> None:
    one = await record(core)
    with pytest.raises(Invalid):
        await core.care.edit(core.org.anna, one, field, value)


async def test_a_new_time_keeps_the_length_and_moves_the_worklist(core: Core) -> None:
    one = await record(core, InteractionType.MEETING)
    await core.care.edit(core.org.anna, one, "when", When(NOON - 5 * HOUR))
    found = await core.interaction(one)
    assert (found.happened_at, found.ends_at) == (NOON - 5 * HOUR, NOON - 4.5 * HOUR)
    assert (await core.owners(one))[core.org.anna.user_id].happened_at == NOON - 5 * HOUR


async def test_i8_deleted_is_hidden_and_restorable(core: Core) -> None:
    one = await record(core, InteractionType.SMS, direction=Direction.IN)
    await core.care.delete(core.org.anna, one)
    assert (await core.views.inbox(core.org.anna, 1)).rows == ()
    assert (await core.subject_of(one)).interactions == 0
    with pytest.raises(NotFound):
        await core.care.delete(core.org.anna, one)
    await core.care.restore(core.org.anna, one)
    assert [row.id for row in (await core.views.inbox(core.org.anna, 1)).rows] == [one]
    with pytest.raises(StateForbids):
        await core.care.restore(core.org.anna, one)


async def test_s5_when_the_head_is_deleted_the_earliest_by_happened_becomes_head(core: Core) -> None:
    one = await record(core)
    late = await core.capture.record(
        core.org.anna, InteractionDraft(type=InteractionType.CALL, when=When(NOON)), continues=one
    )
    early = await core.capture.record(
        core.org.anna, InteractionDraft(type=InteractionType.CALL, when=When(NOON - HOUR)), continues=one
    )
    assert (await core.subject_of(one)).head_id == one, "the head as stored, not the earliest"
    await core.care.delete(core.org.anna, one)
    assert (await core.subject_of(one)).head_id == early
    await core.care.restore(core.org.anna, one)
    assert (await core.subject_of(late)).head_id == early


async def test_s5_a_chain_whose_members_are_all_deleted_gets_its_head_back(core: Core) -> None:
    one = await record(core)
    await core.care.delete(core.org.anna, one)
    assert (await core.subject_of(one)).head_id is None
    await core.care.restore(core.org.anna, one)
    assert (await core.subject_of(one)).head_id == one


@pytest.mark.parametrize("tag", ["", "#", "two words", "x" * 65])
async def test_a_tag_is_one_short_word(core: Core, tag: str) -> None:
    one = await record(core)
    with pytest.raises(Invalid):
        await core.care.tag(core.org.anna, one, tag)


async def test_i2_source_and_importance_are_kept(core: Core) -> None:
    one = await record(core, importance=Importance.LOW)
    found = await core.interaction(one)
    assert (found.source, found.importance, found.state) == (
        Source.CHAT,
        Importance.LOW,
        InteractionState.DONE,
    )


async def test_undo_takes_back_each_small_change(core: Core) -> None:
    anna = core.org.anna
    one = await record(core)
    await core.care.edit(anna, one, "text", "Wants two prices")
    await core.care.comment(anna, one, "A note")
    await core.care.tag(anna, one, "price")
    await core.care.untag(anna, one, "price")
    for _ in range(4):
        await core.undo.undo_last(anna)
    card = await core.views.interaction_card(anna, one)
    assert (card.text, card.comments, card.tags) == ("Wants a price", (), ())
    await core.undo.undo_last(anna)
    assert (await core.interaction(one)).deleted_at is not None
