"""Making another user answer for something (domain.md I2, Owner)."""

from collections.abc import Sequence

from sqlalchemy import select

from core.enums import InteractionState, Source, UserState
from core.errors import Invalid, NotFound
from core.models import Contact, Deal, Interaction, InteractionOwner, Subject, User
from core.queries.people import find_user
from core.queries.team import Look, TeamList, list_statement
from core.repositories import access, deals, subjects
from core.repositories.options import load_off, types_but
from core.services import planning
from core.services.capture import notify_assigned
from core.services.subject_people import join_team
from core.services.subjects import refuse_closed
from core.services.work import Work, Works
from core.values import Caller, Ref, RefKind, UserId

OVERDUE_AT_ONCE = 300
"""Most plans handed over in one step."""


class Assignment:
    """Hands interactions, chains, deals and contacts to a user."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def assign(self, caller: Caller, ref: Ref, user_id: UserId) -> None:
        """Make a user responsible for an interaction, the interactions of a chain, a deal, or a contact.

        Raises:
            NotFound: The object or an active user of that id is not there for the caller.
            SubjectClosed: The deal is closed.
            Invalid: Nobody is responsible for such an object.
        """
        async with self._works.begin(caller, "assign") as work:
            user = await _get_active_user(work, user_id)
            if ref.kind is RefKind.INTERACTION:
                interaction = await access.get_visible_interaction(work.session, caller, ref.id)
                await _assign_interaction(work, interaction, user)
            elif ref.kind is RefKind.CONTACT:
                await _assign_contact(work, ref, user)
            elif ref.kind in {RefKind.DEAL, RefKind.SUBJECT}:
                await _assign_subject(work, caller, ref, user)
            else:
                raise Invalid("object", str(ref))
            work.confirm(ref, note="handed_over")

    async def assign_overdue(self, caller: Caller, from_id: UserId, user_id: UserId) -> int:
        """Make a user answer for all overdue plans of another that the caller sees, as one step.

        Args:
            caller: Who leads the one whose plans they are, or that one.
            from_id: Whose plans.
            user_id: Who takes them over; told of all of them at once.

        Returns:
            How many there were; `OVERDUE_AT_ONCE` means that there may be more.

        Raises:
            NotFound: An active user of that id is not there, or the caller does not lead the one.
            Invalid: They are the same.
        """
        if from_id == user_id:
            raise Invalid("hand_over_to", str(Ref(RefKind.USER, user_id)))
        async with self._works.begin(caller, "assign_overdue") as work:
            user = await _get_active_user(work, user_id)
            ids = await _list_overdue(work, caller, from_id)
            for interaction_id in ids:
                interaction = await access.get_visible_interaction(work.session, caller, interaction_id)
                await _assign_interaction(work, interaction, user, tells=False)
            count = len(ids)
            if count and user.id != work.user_id:
                work.notify(user.id, "overdue", note="overdue_given", count=count, user=from_id)
            work.confirm(f"person:{from_id}", note="overdue_handed_over", count=count, user=user.id)
            return count


async def _list_overdue(work: Work, caller: Caller, from_id: int) -> Sequence[int]:
    viewer = await access.viewer_of(work.session, caller)
    if from_id not in viewer.people:
        raise NotFound(Ref(RefKind.USER, from_id))
    types = types_but(await load_off(work.session))
    user = await find_user(work.session, User.id == from_id)
    if user is None:
        raise NotFound(Ref(RefKind.USER, from_id))
    overdue = list_statement(Look(viewer, user, types, work.now), TeamList.OVERDUE)
    return (await work.session.scalars(overdue.limit(OVERDUE_AT_ONCE))).all()


async def _get_active_user(work: Work, user_id: int) -> User:
    user = await work.session.get(User, user_id)
    if user is None or user.state is not UserState.ACTIVE:
        raise NotFound(Ref(RefKind.USER, user_id))
    return user


async def _assign_interaction(
    work: Work, interaction: Interaction, user: User, *, tells: bool = True
) -> None:
    former_id = interaction.responsible_id
    if former_id == user.id:
        return
    await work.touch(interaction.id)
    of = Ref(RefKind.INTERACTION, interaction.id)
    work.change(interaction, of=of, responsible_id=user.id)
    owners = {owner.user_id: owner for owner in await planning.list_owners(work, interaction.id)}
    former = owners.get(former_id)
    if former is not None and interaction.source is not Source.MAILBOX:
        await work.remove(former, of=of)
        await work.session.flush()
    if user.id not in owners:
        await work.add(_new_owner(work, interaction, user, former), of=of)
    for reminder in await planning.list_waiting(work, interaction.id):
        if reminder.user_id == former_id:
            work.change(reminder, of=of, user_id=user.id)
    if tells and user.id != work.user_id:
        notify_assigned(work, interaction, user.id)


def _new_owner(
    work: Work, interaction: Interaction, user: User, former: InteractionOwner | None
) -> InteractionOwner:
    """What somebody else hands over is to be reviewed (domain.md R2); what one takes keeps its state."""
    taken = user.id == work.user_id and former is not None
    closed = interaction.state is InteractionState.CANCELLED
    return InteractionOwner(
        interaction_id=interaction.id,
        user_id=user.id,
        reviewed=(former is not None and former.reviewed) if taken else closed,
        review_after=former.review_after if former is not None else None,
        happened_at=interaction.happened_at,
    )


async def _assign_contact(work: Work, ref: Ref, user: User) -> None:
    contact = await work.session.get(Contact, ref.id, with_for_update=True)
    if contact is None or contact.merged_into_id is not None:
        raise NotFound(ref)
    work.change(contact, of=ref, responsible_id=user.id)


async def _assign_subject(work: Work, caller: Caller, ref: Ref, user: User) -> None:
    if ref.kind is RefKind.DEAL:
        _, subject = await access.get_visible_deal(work.session, caller, ref.id)
    else:
        subject = await access.get_visible_subject(work.session, caller, ref.id)
    if not subject.kind.is_real:
        await _assign_chain(work, caller, subject, user)
        return
    refuse_closed(subject)
    deal = await deals.find_deal_of_subject(work.session, subject.id)
    if deal is not None:
        await _give_tasks(work, deal, user)
        work.change(deal, of=Ref(RefKind.DEAL, deal.id), responsible_id=user.id)
    await join_team(work, subject, [user.id])
    if user.id != work.user_id:
        work.notify(user.id, ref, note="assigned")


async def _give_tasks(work: Work, deal: Deal, user: User) -> None:
    """The open tasks of the stage go along with the deal; its one notice tells of them too."""
    stay = await deals.find_open_stay(work.session, deal.id)
    if stay is None:
        return
    for interaction in await deals.list_open_tasks(work.session, stay.id):
        if interaction.responsible_id == deal.responsible_id:
            await _assign_interaction(work, interaction, user, tells=False)


async def _assign_chain(work: Work, caller: Caller, chain: Subject, user: User) -> None:
    viewer = await access.viewer_of(work.session, caller)
    ids = await subjects.list_interaction_ids(work.session, chain.id)
    visible = await work.session.scalars(
        select(Interaction)
        .where(Interaction.id.in_(ids), Interaction.deleted_at.is_(None), access.sees_interaction(viewer))
        .order_by(Interaction.id)
    )
    for interaction in visible:
        await _assign_interaction(work, interaction, user)
