import pytest

from core.enums import InteractionType, SubjectKind
from core.errors import CannotUndo, Invalid, NotFound, NothingToUndo
from core.models import Subject
from core.rules.subjects import Scope
from core.values import InteractionDraft, InteractionId, Ref, RefKind
from tests.factories.core import Core


async def record(core: Core, continues: InteractionId | None = None) -> InteractionId:
    return await core.capture.record(
        core.org.anna, InteractionDraft(type=InteractionType.CALL), continues=continues
    )


def ref(one: int) -> Ref:
    return Ref(RefKind.INTERACTION, one)


async def test_s2_choosing_an_interaction_stores_that_interactions_subject(core: Core) -> None:
    head = await record(core)
    member = await record(core, continues=head)
    other = await record(core)
    await core.subjects.change(core.org.anna, other, ref(member))
    assert (await core.interaction(other)).subject_id == (await core.interaction(head)).subject_id


async def test_s3_the_parent_stays_when_the_subject_changes(core: Core) -> None:
    head = await record(core)
    member = await record(core, continues=head)
    other = await record(core)
    await core.subjects.change(core.org.anna, member, ref(other))
    assert (await core.interaction(member)).parent_id == head


async def test_s4_the_head_merges_its_chain_into_another(core: Core) -> None:
    head = await record(core)
    member = await record(core, continues=head)
    other = await record(core)
    assert await core.subjects.change(core.org.anna, head, ref(other)) is Scope.CHAIN
    chain = await core.subject_of(other)
    assert await core.members(chain.id) == {head, member, other}
    assert (chain.head_id, chain.interactions) == (other, 3)


async def test_s4_another_member_leaves_alone_for_another_chain_or_none(core: Core) -> None:
    head = await record(core)
    member = await record(core, continues=head)
    other = await record(core)
    assert await core.subjects.change(core.org.anna, member, ref(other)) is Scope.ALONE
    assert await core.members((await core.subject_of(head)).id) == {head}
    assert await core.subjects.change(core.org.anna, member, None) is Scope.ALONE
    assert (await core.subject_of(member)).head_id == member


async def test_s4_a_real_subject_takes_the_whole_chain_from_any_member(core: Core) -> None:
    head = await record(core)
    member = await record(core, continues=head)
    claim = await core.promotion.promote(core.org.anna, await record(core), SubjectKind.CLAIM)
    assert await core.subjects.change(core.org.anna, member, claim) is Scope.CHAIN
    assert {head, member} < await core.members(claim.id)


async def test_s4_out_of_a_real_subject_one_goes_alone(core: Core) -> None:
    head = await record(core)
    member = await record(core, continues=head)
    claim = await core.promotion.promote(core.org.anna, head, SubjectKind.CLAIM)
    assert await core.subjects.change(core.org.anna, head, None) is Scope.ALONE
    assert await core.members(claim.id) == {member}
    assert (await core.subject_of(head)).head_id == head


async def test_s4_the_head_to_none_itself_or_its_member_changes_nothing(core: Core) -> None:
    head = await record(core)
    member = await record(core, continues=head)
    for target in (None, ref(head), ref(member), Ref(RefKind.SUBJECT, (await core.subject_of(head)).id)):
        assert await core.subjects.change(core.org.anna, head, target) is Scope.NOTHING
    with pytest.raises(NotFound):
        await core.subjects.change(core.org.anna, head, ref(999))
    with pytest.raises(Invalid):
        await core.subjects.change(core.org.anna, head, Ref(RefKind.CONTACT, 1))


async def test_s4_undo_of_a_merge_gives_the_chain_back_with_its_head(core: Core) -> None:
    head = await record(core)
    member = await record(core, continues=head)
    other = await record(core)
    await core.subjects.change(core.org.anna, head, ref(other))
    since = await core.capture.record(
        core.org.manager, InteractionDraft(type=InteractionType.CALL), continues=member
    )
    await core.undo.undo_last(core.org.anna)
    chain = await core.subject_of(head)
    assert await core.members(chain.id) == {head, member, since}
    assert chain.head_id == head
    assert (await core.row(Subject, (await core.subject_of(other)).id)).interactions == 1


async def test_undo_refuses_when_somebody_moved_it_on(core: Core) -> None:
    head = await record(core)
    other = await record(core)
    await core.subjects.change(core.org.anna, head, ref(other))
    await core.subjects.change(core.org.manager, head, None)
    with pytest.raises(CannotUndo):
        await core.undo.undo_last(core.org.anna)


async def test_undo_is_each_users_own_and_ends(core: Core) -> None:
    await record(core)
    with pytest.raises(NothingToUndo):
        await core.undo.undo_last(core.org.boris)
    await core.undo.undo_last(core.org.anna)
    with pytest.raises(NothingToUndo):
        await core.undo.undo_last(core.org.anna)
