"""Who sees what (domain.md U2), through every read that shows an interaction."""

import pytest
from sqlalchemy import select

from core.database import Database
from core.enums import Direction, InteractionType, SubjectKind
from core.errors import NotFound
from core.models import Interaction
from core.repositories.access import load_viewer, sees_interaction
from core.services.recording import Circumstances, OwnerDraft, record_interaction
from core.values import Caller, DealId, InteractionDraft, InteractionId, Ref, RefKind, SubjectId, When
from tests.conftest import NOON
from tests.factories.core import Core


async def sees(core: Core, caller: Caller, one: InteractionId) -> bool:
    try:
        await core.views.interaction_card(caller, one)
    except NotFound:
        return False
    return True


async def who_sees(core: Core, one: InteractionId) -> set[str]:
    org = core.org
    callers = {
        "anna": org.anna,
        "boris": org.boris,
        "manager": org.manager,
        "outsider": org.outsider,
        "administrator": org.administrator,
    }
    return {name for name, caller in callers.items() if await sees(core, caller, one)}


async def private_letter(core: Core) -> InteractionId:
    """A letter that came to a mailbox of Anna's."""
    draft = InteractionDraft(type=InteractionType.EMAIL, direction=Direction.IN, topic="Salary")
    facts = Circumstances(
        responsible_id=core.org.anna.user_id,
        when=When(NOON),
        owners=(OwnerDraft(core.org.anna.user_id),),
        author_id=None,
        timezone="UTC",
        private=True,
    )
    async with core.org.works.begin(None, "capture_letter") as work:
        row = await record_interaction(work, draft, facts)
    return InteractionId(row.id)


async def test_u2_author_responsible_and_their_managers_see_it(core: Core) -> None:
    draft = InteractionDraft(type=InteractionType.CALL, responsible_id=core.org.boris.user_id)
    one = await core.capture.record(core.org.anna, draft)
    assert await who_sees(core, one) == {"anna", "boris", "manager"}


async def test_u2_the_team_of_the_deal_sees_it(core: Core) -> None:
    one = await core.capture.record(core.org.anna, InteractionDraft(type=InteractionType.CALL))
    assert await who_sees(core, one) == {"anna", "manager"}
    deal = await core.promotion.promote(core.org.anna, one, SubjectKind.DEAL)
    await core.deals.add_to_team(core.org.anna, DealId(deal.id), core.org.outsider.user_id)
    assert await who_sees(core, one) == {"anna", "manager", "outsider"}


async def test_u2_a_private_letter_is_its_owners_only_until_it_is_part_of_a_deal(core: Core) -> None:
    one = await private_letter(core)
    assert await who_sees(core, one) == {"anna"}
    await core.promotion.promote(core.org.anna, one, SubjectKind.CLAIM)
    assert await who_sees(core, one) == {"anna"}
    await core.promotion.promote(core.org.anna, one, SubjectKind.DEAL)
    assert await who_sees(core, one) == {"anna", "manager"}


async def test_u2_counters_and_worklists_of_a_manager_obey_the_same(core: Core) -> None:
    await private_letter(core)
    assert await core.views.count_inbox(core.org.anna) == 1
    assert await core.views.count_inbox(core.org.manager) == 0
    assert (await core.views.history(core.org.manager, 1)).rows == ()


async def test_u2_subjects_obey_the_same(core: Core) -> None:
    one = await private_letter(core)
    subject = SubjectId((await core.interaction(one)).subject_id)
    assert (await core.views.subject_card(core.org.anna, subject)).title == "Salary"
    with pytest.raises(NotFound):
        await core.views.subject_card(core.org.manager, subject)
    with pytest.raises(NotFound):
        await core.subjects.change(core.org.manager, one, None)
    own = await core.capture.record(core.org.manager, InteractionDraft(type=InteractionType.CALL))
    with pytest.raises(NotFound):
        await core.subjects.change(core.org.manager, own, Ref(RefKind.SUBJECT, subject))


async def test_u2_contacts_are_visible_to_all_but_their_history_is_not(core: Core) -> None:
    card = await core.views.contact_card(core.org.outsider, core.org.acme)
    assert (card.name, card.recent) == ("Acme", ())


async def test_u2_what_may_not_be_seen_does_not_exist_for_any_service(core: Core) -> None:
    one = await core.capture.record(core.org.anna, InteractionDraft(type=InteractionType.CALL))
    stranger = core.org.outsider
    for refused in (
        core.care.edit(stranger, one, "text", "x"),
        core.care.comment(stranger, one, "x"),
        core.care.tag(stranger, one, "x"),
        core.care.delete(stranger, one),
        core.care.restore(stranger, one),
        core.review.mark_reviewed(stranger, one),
        core.plans.drop(stranger, one),
        core.plans.carry_out(stranger, one),
        core.subjects.change(stranger, one, None),
        core.promotion.promote(stranger, one, SubjectKind.DEAL),
        core.assignment.assign(stranger, Ref(RefKind.INTERACTION, one), stranger.user_id),
        core.views.candidates(stranger, one),
    ):
        with pytest.raises(NotFound):
            await refused


async def test_u2_a_manager_leads_departments_below_and_no_others(core: Core, database: Database) -> None:
    one = await core.capture.record(core.org.anna, InteractionDraft(type=InteractionType.CALL))
    async with database.reading() as session:
        for caller, expected in ((core.org.manager, [one]), (core.org.outsider, [])):
            viewer = await load_viewer(session, caller.user_id, caller.role)
            found = await session.scalars(select(Interaction.id).where(sees_interaction(viewer)))
            assert list(found) == expected
