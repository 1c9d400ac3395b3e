"""Reminders of somebody who is away go to whoever stands in for them, and come back with them (domain.md U5).

Whoever is reminded in another's place becomes an owner of the interaction for the time: by that they see it (U2), it
is on their worklist, and they can carry it out. The reminder itself stays its user's: what is not due yet needs no
bringing back. What is private is told to nobody who does not see it anyway: it waits for the return.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import InteractionState
from core.models import Absence, Interaction, InteractionOwner, StandIn, User
from core.repositories import absences
from core.repositories.access import load_viewer, sees_interaction
from core.rules.absences import Roster
from core.rules.review import plan_review_after
from core.services.work import Work
from core.values import Ref, RefKind


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to remind; and, where it is not the one who asked for it, in whose place."""

    user_id: int
    instead_of: str | None = None

    @property
    def about(self) -> dict[str, str]:
        """What the notice tells besides its note."""
        return {} if self.instead_of is None else {"instead_of": self.instead_of}


async def find_recipient(work: Work, roster: Roster, user_id: int, interaction_id: int) -> Recipient | None:
    """Whom to tell of an interaction what is meant for a user.

    Whoever stands in gets it on their list, in this transaction. None: nobody is told now; it is told when the user
    is back.

    Args:
        work: The transaction.
        roster: Who is away, as `absences.load_roster` tells it.
        user_id: For whom it is meant.
        interaction_id: What it is about.
    """
    told = roster.route(user_id)
    if told is None or told == user_id:
        return Recipient(user_id) if told == user_id else None
    interaction = await work.session.get_one(Interaction, interaction_id)
    if interaction.private and not await _sees(work.session, told, interaction_id):
        return None
    await _place(work, roster.away[user_id].absence_id, interaction, told)
    user = await work.session.get_one(User, user_id)
    return Recipient(told, instead_of=user.name)


async def _sees(session: AsyncSession, user_id: int, interaction_id: int) -> bool:
    user = await session.get_one(User, user_id)
    viewer = await load_viewer(session, user.id, user.role)
    found = select(Interaction.id).where(Interaction.id == interaction_id, sees_interaction(viewer))
    return await session.scalar(found) is not None


async def _place(work: Work, absence_id: int, interaction: Interaction, user_id: int) -> None:
    session = work.session
    if await absences.find_stand_in(session, absence_id, interaction.id, user_id) is not None:
        return
    of = Ref(RefKind.INTERACTION, interaction.id)
    owner = await session.get(InteractionOwner, (interaction.id, user_id))
    if owner is None:
        await work.touch(interaction.id)
        await work.add(
            InteractionOwner(
                interaction_id=interaction.id,
                user_id=user_id,
                reviewed=interaction.state is not InteractionState.PLANNED,
                review_after=plan_review_after(interaction.happened_at, interaction.ends_at),
                happened_at=interaction.happened_at,
            ),
            of=of,
        )
    await work.add(
        StandIn(
            absence_id=absence_id,
            interaction_id=interaction.id,
            user_id=user_id,
            placed=owner is None,
            at=work.now,
        ),
        of=of,
    )
    await session.flush()


async def bring_back(work: Work, absence: Absence) -> int:
    """Take what is still planned off the lists of those who stood in; how many interactions they were told of.

    What they have carried out or cancelled stays theirs to see.
    """
    rows = await absences.list_stand_ins(work.session, absence.id)
    for row in rows:
        interaction = await work.session.get_one(Interaction, row.interaction_id)
        if row.placed and _comes_back(interaction, row.user_id):
            await _take_off(work, work.session, row)
    return len({row.interaction_id for row in rows})


def _comes_back(interaction: Interaction, stand_in_id: int) -> bool:
    """Whether it is still open and was not handed over to whoever stood in."""
    is_open = interaction.state is InteractionState.PLANNED and interaction.deleted_at is None
    return is_open and interaction.responsible_id != stand_in_id


async def _take_off(work: Work, session: AsyncSession, row: StandIn) -> None:
    owner = await session.get(InteractionOwner, (row.interaction_id, row.user_id), with_for_update=True)
    if owner is not None:
        await work.touch(row.interaction_id)
        await work.remove(owner, of=Ref(RefKind.INTERACTION, row.interaction_id))
        await session.flush()
