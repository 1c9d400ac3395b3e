"""Who waits for what, and whether it has happened."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, delete, exists, func, or_, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, InteractionState, WaitPurpose, WaitState
from core.models import Contact, Interaction, MailMessage, Participant, ParticipantAddress, Wait, WaitKey
from core.models.base import table_of
from core.repositories.access import Viewer, sees_interaction
from core.repositories.inserting import RowInsert
from core.rules.answers import Happening

LIVE = (WaitState.WAITING, WaitState.DUE)
"""A follow-up of which its user was told is still answered by an answer, and moved by another try."""

_insert_keys = RowInsert(WaitKey)

# Asked at the end of every transaction that touched interactions, and so built once.
_waits, _keys, _interactions = table_of(Wait), table_of(WaitKey), table_of(Interaction)
_people, _addresses = table_of(Participant), table_of(ParticipantAddress)
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_BY_PEOPLE = union(
    select(_keys.c.wait_id)
    .join(_people, _people.c.contact_id == _keys.c.contact_id)
    .where(_people.c.interaction_id.in_(_IDS)),
    select(_keys.c.wait_id)
    .join(_addresses, and_(_addresses.c.kind == _keys.c.kind, _addresses.c.value == _keys.c.value))
    .join(_people, _people.c.id == _addresses.c.participant_id)
    .where(_people.c.interaction_id.in_(_IDS)),
    select(_waits.c.id).where(or_(_waits.c.interaction_id.in_(_IDS), _waits.c.until_id.in_(_IDS))),
    select(_waits.c.id)
    .join(_interactions, _interactions.c.parent_id == _waits.c.interaction_id)
    .where(_interactions.c.id.in_(_IDS)),
)
_CONCERNED = select(_waits.c.id).where(_waits.c.id.in_(_BY_PEOPLE), _waits.c.state.in_(LIVE))


async def list_concerned(session: AsyncSession, interaction_ids: Iterable[int]) -> Sequence[Wait]:
    """The waits that these interactions may end, locked."""
    ids = (await session.scalars(_CONCERNED, {"ids": list(interaction_ids)})).all()
    if not ids:
        return ()
    rows = select(Wait).where(Wait.id.in_(ids), Wait.state.in_(LIVE)).order_by(Wait.id).with_for_update()
    return (await session.scalars(rows)).all()


async def find_live(
    session: AsyncSession, interaction_id: int, user_id: int, purpose: WaitPurpose
) -> Wait | None:
    """The wait of a user on an interaction that still goes on, locked."""
    return (
        await session.scalars(
            select(Wait)
            .where(
                Wait.interaction_id == interaction_id,
                Wait.user_id == user_id,
                Wait.purpose == purpose,
                Wait.state.in_(LIVE),
            )
            .order_by(Wait.id.desc())
            .limit(1)
            .with_for_update()
        )
    ).first()


async def claim_due(session: AsyncSession, now: datetime, limit: int) -> Sequence[Wait]:
    """Lock the waits that are to be looked at, past those that another process has locked."""
    return (
        await session.scalars(
            select(Wait)
            .where(Wait.state == WaitState.WAITING, Wait.look_at <= now)
            .order_by(Wait.look_at, Wait.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    ).all()


async def count_due(session: AsyncSession, now: datetime) -> int:
    """How many waits are to be looked at."""
    due = select(func.count()).select_from(Wait)
    return await session.scalar(due.where(Wait.state == WaitState.WAITING, Wait.look_at <= now)) or 0


async def write_keys(session: AsyncSession, wait: Wait) -> None:
    """Note from whom an answer is waited for: the outside participants as they are now."""
    await session.execute(delete(WaitKey).where(WaitKey.wait_id == wait.id))
    contacts, addresses = await _load_people(session, wait.interaction_id)
    rows: list[dict[str, Any]] = [
        {"wait_id": wait.id, "contact_id": one, "kind": None, "value": None} for one in sorted(contacts)
    ]
    rows.extend(
        {"wait_id": wait.id, "contact_id": None, "kind": kind, "value": value}
        for kind, value in sorted(addresses)
    )
    await _insert_keys(session, rows)


async def _load_people(session: AsyncSession, interaction_id: int) -> tuple[set[int], set[tuple[Any, str]]]:
    """Contacts and coordinates of the outside participants."""
    found = await session.execute(
        select(Participant.contact_id, ParticipantAddress.kind, ParticipantAddress.value)
        .outerjoin(ParticipantAddress, ParticipantAddress.participant_id == Participant.id)
        .outerjoin(Contact, Contact.id == Participant.contact_id)
        .where(
            Participant.interaction_id == interaction_id,
            or_(Contact.id.is_(None), Contact.kind != ContactKind.USER),
        )
    )
    contacts, addresses = set[int](), set[tuple[Any, str]]()
    for contact_id, kind, value in found:
        if contact_id is not None:
            contacts.add(contact_id)
        if kind is not None and value is not None:
            addresses.add((kind, value))
    return contacts, addresses


async def forget_keys(session: AsyncSession) -> None:
    """Forget the keys of waits that are over."""
    live = exists().where(Wait.id == WaitKey.wait_id, Wait.state.in_(LIVE))
    await session.execute(delete(WaitKey).where(~live))


class Later(NamedTuple):
    """What happened with the same people since."""

    id: int
    responsible_id: int
    happened_at: datetime
    what: Happening


async def list_later(
    session: AsyncSession, wait: Wait, viewer: Viewer, among: Sequence[int] = ()
) -> Sequence[Later]:
    """What happened since with the same people, or answers it directly, as far as the wait's user sees it, in order.

    Args:
        session: The session.
        wait: The wait; its people are those of its interaction as they are now.
        viewer: Its user.
        among: Look at these interactions alone; empty: at all.
    """
    contacts, addresses = await _load_people(session, wait.interaction_id)
    ways = [select(Interaction.id).where(Interaction.parent_id == wait.interaction_id)]
    if contacts:
        ways.append(select(Participant.interaction_id).where(Participant.contact_id.in_(contacts)))
    if addresses:
        ways.append(
            select(Participant.interaction_id)
            .join(ParticipantAddress, ParticipantAddress.participant_id == Participant.id)
            .where(tuple_(ParticipantAddress.kind, ParticipantAddress.value).in_(sorted(addresses)))
        )
    statement = (
        select(
            Interaction.id,
            Interaction.responsible_id,
            Interaction.happened_at,
            Interaction.type,
            Interaction.state,
            Interaction.direction,
            Interaction.result,
            MailMessage.mail_class,
        )
        .outerjoin(MailMessage, MailMessage.interaction_id == Interaction.id)
        .where(
            Interaction.id.in_(union(*ways)),
            Interaction.id != wait.interaction_id,
            Interaction.state == InteractionState.DONE,
            Interaction.happened_at >= wait.since,
            Interaction.deleted_at.is_(None),
            sees_interaction(viewer),
        )
        .order_by(Interaction.happened_at, Interaction.id)
    )
    if among:
        statement = statement.where(Interaction.id.in_(among))
    rows = await session.execute(statement)
    return [Later(*row[:3], Happening(*row[3:])) for row in rows]
