from datetime import timedelta

import pytest
from sqlalchemy import select

from core.enums import ContactKind, Direction, FunctionalOption, InteractionType, SubjectKind
from core.errors import CannotUndo, Invalid, NotFound, OptionOff, PartnerAmbiguous, SubjectClosed
from core.models import Contact, Deal, Subject, SubjectParticipant, SubjectTeam
from core.queries.recount import find_wrong_counters
from core.rules.coordinates import name_key
from core.services.participants import Participants
from core.values import (
    ContactId,
    DealId,
    InteractionDraft,
    InteractionId,
    ParticipantDraft,
    ParticipantId,
    Ref,
    RefKind,
)
from tests.conftest import NOON
from tests.factories.calls import person
from tests.factories.core import Core
from tests.factories.organisation import ACME_PHONE, JOHN_MAIL, MARY_PHONE

DEAL, CLAIM, EVENT = SubjectKind.DEAL, SubjectKind.CLAIM, SubjectKind.EVENT


async def record(
    core: Core,
    *participants: ParticipantDraft,
    continues: InteractionId | None = None,
    topic: str = "Pallets",
) -> InteractionId:
    draft = InteractionDraft(
        type=InteractionType.SMS, direction=Direction.IN, topic=topic, participants=participants
    )
    return await core.capture.record(core.org.anna, draft, continues=continues)


async def chain_of_three(core: Core) -> list[InteractionId]:
    one = await record(core, person("Acme", ACME_PHONE), person("Somebody", "+79161234567"))
    two = await record(core, person("John", JOHN_MAIL), ParticipantDraft("Nobody"), continues=one)
    three = await record(core, person("Someone", "+79161234567"), ParticipantDraft("Nobody"), continues=two)
    return [one, two, three]


async def people_of(core: Core, subject_id: int) -> list[tuple[int | None, str]]:
    async with core.org.database.reading() as session:
        rows = await session.scalars(
            select(SubjectParticipant)
            .where(SubjectParticipant.subject_id == subject_id)
            .order_by(SubjectParticipant.id)
        )
        return [(row.contact_id, row.presentation) for row in rows]


async def subject_id_of(core: Core, ref: Ref) -> int:
    if ref.kind is RefKind.SUBJECT:
        return ref.id
    return (await core.row(Deal, ref.id)).subject_id


async def assert_counters_are_right(core: Core) -> None:
    async with core.org.database.reading() as session:
        assert await find_wrong_counters(session) == []


@pytest.mark.parametrize("kind", [DEAL, CLAIM, EVENT])
async def test_s6_the_whole_chain_gets_the_real_subject_with_everybody_once(
    core: Core, kind: SubjectKind
) -> None:
    ids = await chain_of_three(core)
    ref = await core.promotion.promote(core.org.anna, ids[1], kind)
    subject_id = await subject_id_of(core, ref)
    assert await core.members(subject_id) == set(ids)
    assert await people_of(core, subject_id) == [
        (core.org.acme, "Acme"),
        (core.org.john, "John Smith"),
        (None, "Somebody"),
        (None, "Nobody"),
        (None, "Nobody"),
    ]
    subject = await core.row(Subject, subject_id)
    assert (subject.kind, subject.title, subject.interactions, subject.unreviewed) == (kind, "Pallets", 3, 3)
    await assert_counters_are_right(core)


async def test_s6_the_only_partner_becomes_the_deals(core: Core) -> None:
    ref = await core.promotion.promote(core.org.anna, (await chain_of_three(core))[0], DEAL)
    deal = await core.row(Deal, ref.id)
    assert deal.partner_id == core.org.acme
    assert deal.responsible_id == core.org.anna.user_id


async def test_s6_of_several_partners_the_caller_is_asked_and_nothing_is_made(core: Core) -> None:
    async with core.org.database.transaction() as session:
        beta = Contact(kind=ContactKind.PARTNER, name="Beta", name_key=name_key("Beta"), created_at=NOON)
        session.add(beta)
    one = await record(core, person("Acme", ACME_PHONE), ParticipantDraft("Beta", contact_id=None))
    two = await record(core, person("Beta", "+78121234567"), continues=one)
    card = await core.views.interaction_card(core.org.anna, two)
    await core_link(core, two, card.participants[0].id, beta.id)
    with pytest.raises(PartnerAmbiguous) as refused:
        await core.promotion.promote(core.org.anna, one, DEAL)
    assert set(refused.value.candidates) == {core.org.acme, beta.id}
    assert (await core.subject_of(one)).kind is SubjectKind.CHAIN
    ref = await core.promotion.promote(core.org.anna, one, DEAL, partner_id=refused.value.candidates[1])
    assert (await core.row(Deal, ref.id)).partner_id == refused.value.candidates[1]


async def core_link(core: Core, interaction_id: int, participant_id: int, contact_id: int) -> None:
    await Participants(core.org.works).link(
        core.org.anna,
        InteractionId(interaction_id),
        ParticipantId(participant_id),
        ContactId(contact_id),
    )


async def test_s6_one_whose_subject_is_real_goes_alone(core: Core) -> None:
    ids = await chain_of_three(core)
    first = await core.promotion.promote(core.org.anna, ids[0], CLAIM)
    second = await core.promotion.promote(core.org.anna, ids[2], DEAL, title="Another")
    assert await core.members(first.id) == set(ids[:2])
    assert await core.members(await subject_id_of(core, second)) == {ids[2]}


async def test_s6_attaching_to_an_existing_deal_doubles_nobody(core: Core) -> None:
    ids = await chain_of_three(core)
    deal = await core.promotion.promote(core.org.anna, ids[0], DEAL)
    other = await record(core, person("John", JOHN_MAIL), person("Mary", MARY_PHONE), topic="Other")
    await core.subjects.change(core.org.anna, other, None)
    await core.promotion.attach(core.org.anna, other, deal)
    subject_id = await subject_id_of(core, deal)
    people = await people_of(core, subject_id)
    assert [contact for contact, _ in people].count(core.org.john) == 1
    assert (core.org.mary, "Mary Jones") in people
    assert await core.members(subject_id) == {*ids, other}


async def test_s6_own_users_join_the_team_instead_of_the_participants(core: Core) -> None:
    async with core.org.database.reading() as session:
        boris = await session.scalar(select(Contact.id).where(Contact.user_id == core.org.boris.user_id))
    one = await record(core, ParticipantDraft("Boris"))
    card = await core.views.interaction_card(core.org.anna, one)
    await core_link(core, one, card.participants[0].id, boris or 0)
    ref = await core.promotion.promote(core.org.anna, one, DEAL)
    subject_id = await subject_id_of(core, ref)
    assert await people_of(core, subject_id) == []
    async with core.org.database.reading() as session:
        team = await session.scalars(select(SubjectTeam.user_id).where(SubjectTeam.subject_id == subject_id))
        assert set(team) == {core.org.anna.user_id, core.org.boris.user_id}


async def test_s6_undo_takes_back_the_deal_with_what_was_merely_captured_since(core: Core) -> None:
    ids = await chain_of_three(core)
    chain = await core.subject_of(ids[0])
    ref = await core.promotion.promote(core.org.anna, ids[0], DEAL)
    other = core.org.manager
    late = await core.capture.record(other, InteractionDraft(type=InteractionType.CALL), continues=ids[2])
    await core.undo.undo_last(core.org.anna)
    assert await core.members(chain.id) == {*ids, late}
    assert (await core.row(Subject, chain.id)).head_id == ids[0]
    async with core.org.database.reading() as session:
        assert await session.get(Deal, ref.id) is None
        assert (await session.scalars(select(SubjectParticipant))).all() == []
    await assert_counters_are_right(core)


async def test_s6_undo_refuses_and_names_what_else_was_done_since(core: Core) -> None:
    ids = await chain_of_three(core)
    ref = await core.promotion.promote(core.org.anna, ids[0], DEAL)
    await core.deals.edit(core.org.manager, DealId(ref.id), "amount", "120 000")
    with pytest.raises(CannotUndo) as refused:
        await core.undo.undo_last(core.org.anna)
    assert refused.value.blocking == (f"d{ref.id}",)
    assert await core.members(await subject_id_of(core, ref)) == set(ids)


async def test_s6_undo_refuses_when_another_chain_was_attached_since(core: Core) -> None:
    ids = await chain_of_three(core)
    ref = await core.promotion.promote(core.org.anna, ids[0], DEAL)
    other = await core.capture.record(core.org.manager, InteractionDraft(type=InteractionType.CALL))
    await core.promotion.attach(core.org.manager, other, ref)
    with pytest.raises(CannotUndo):
        await core.undo.undo_last(core.org.anna)


async def test_s6_undo_of_attaching_takes_back_the_chain_and_its_continuations_alone(core: Core) -> None:
    ids = await chain_of_three(core)
    deal = await core.promotion.promote(core.org.manager, ids[0], DEAL)
    other = await record(core, person("Mary", MARY_PHONE), topic="Other")
    chain = await core.subject_of(other)
    await core.promotion.attach(core.org.anna, other, deal)
    answer = await core.capture.record(
        core.org.manager, InteractionDraft(type=InteractionType.CALL), continues=other
    )
    elsewhere = await core.capture.record(
        core.org.manager, InteractionDraft(type=InteractionType.CALL), continues=ids[0]
    )
    await core.undo.undo_last(core.org.anna)
    assert await core.members(chain.id) == {other, answer}
    assert await core.members(await subject_id_of(core, deal)) == {*ids, elsewhere}
    await assert_counters_are_right(core)


async def test_s6_what_the_deal_was_undone_from_can_be_promoted_again(core: Core) -> None:
    ids = await chain_of_three(core)
    await core.promotion.promote(core.org.anna, ids[0], DEAL)
    await core.undo.undo_last(core.org.anna)
    ref = await core.promotion.promote(core.org.anna, ids[1], CLAIM)
    assert await core.members(ref.id) == set(ids)


async def test_a_closed_deal_takes_nothing_in(core: Core) -> None:
    ids = await chain_of_three(core)
    deal = await core.promotion.promote(core.org.anna, ids[0], DEAL)
    await core.deals.win(core.org.anna, DealId(deal.id))
    await core.deals.close(core.org.anna, DealId(deal.id))
    other = await record(core, topic="Other")
    with pytest.raises(SubjectClosed):
        await core.promotion.attach(core.org.anna, other, deal)
    with pytest.raises(SubjectClosed):
        await core.subjects.change(core.org.anna, ids[0], None)


async def test_s7_what_came_after_the_closing_may_start_a_new_deal(core: Core) -> None:
    one = await record(core)
    deal = await core.promotion.promote(core.org.anna, one, DEAL)
    await core.deals.win(core.org.anna, DealId(deal.id))
    await core.deals.close(core.org.anna, DealId(deal.id))
    core.org.clock.move(timedelta(minutes=1))
    reply = await core.capture.record(
        core.org.anna, InteractionDraft(type=InteractionType.CALL, topic="More pallets"), continues=one
    )
    assert (await core.subject_of(reply)).id == (await core.subject_of(one)).id
    second = await core.promotion.promote(core.org.anna, reply, DEAL)
    assert second != deal
    assert await core.members((await core.subject_of(reply)).id) == {reply}
    with pytest.raises(SubjectClosed):
        await core.promotion.promote(core.org.anna, one, DEAL)
    await assert_counters_are_right(core)


async def test_s7_a_reply_into_a_closed_deal_joins_it_and_does_not_reopen_it(core: Core) -> None:
    ids = await chain_of_three(core)
    deal = await core.promotion.promote(core.org.anna, ids[0], DEAL)
    await core.deals.win(core.org.anna, DealId(deal.id))
    await core.deals.close(core.org.anna, DealId(deal.id))
    late = await record(core, continues=ids[0])
    assert late in await core.members(await subject_id_of(core, deal))
    assert (await core.row(Deal, deal.id)).closed_at == NOON
    assert not (await core.owners(late))[core.org.anna.user_id].reviewed


async def test_o2_deals_off_refuses_deals_but_not_claims(core: Core) -> None:
    one = (await chain_of_three(core))[0]
    await core.options.set(core.org.administrator, FunctionalOption.DEALS, is_on=False)
    with pytest.raises(OptionOff):
        await core.promotion.promote(core.org.anna, one, DEAL)
    assert (await core.promotion.promote(core.org.anna, one, CLAIM)).kind is RefKind.SUBJECT


async def test_a_foreign_chain_cannot_be_promoted(core: Core) -> None:
    one = (await chain_of_three(core))[0]
    with pytest.raises(NotFound):
        await core.promotion.promote(core.org.boris, one, DEAL)


async def test_a_title_may_not_be_endless(core: Core) -> None:
    one = (await chain_of_three(core))[0]
    with pytest.raises(Invalid):
        await core.promotion.promote(core.org.anna, one, DEAL, title="x" * 201)


async def test_preview_tells_what_would_be_and_changes_nothing(core: Core) -> None:
    ids = await chain_of_three(core)
    preview = await core.promotion.preview(core.org.anna, ids[2], DEAL)
    assert (preview.title, preview.partner_ids, preview.interactions) == ("Pallets", (core.org.acme,), 3)
    assert (await core.subject_of(ids[0])).kind is SubjectKind.CHAIN


async def test_s9_counters_follow_a_long_chain_in_both_directions(core: Core) -> None:
    one = await record(core, person("Acme", ACME_PHONE))
    for _ in range(20):
        core.org.clock.move(timedelta(minutes=1))
        await record(core, continues=one)
    ref = await core.promotion.promote(core.org.anna, one, DEAL)
    subject = await core.row(Subject, await subject_id_of(core, ref))
    assert (subject.interactions, subject.unreviewed) == (21, 21)
    assert subject.last_interaction_at == core.org.clock.now()
    await core.undo.undo_last(core.org.anna)
    await assert_counters_are_right(core)
