"""Who may see what, as SQL conditions (domain.md U2).

An interaction is seen by its author, responsible, owners and the team of its deal, and by the managers of these.
A letter of a private mailbox is its owners' only, until it is shared or part of a deal. Whoever may not see an
object is told that it does not exist.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, false, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.orm.util import AliasedClass

from core.enums import Role, SubjectKind
from core.errors import NotAllowed, NotFound, SubjectClosed
from core.models import Deal, Department, Interaction, InteractionOwner, Subject, SubjectTeam, User
from core.values import Caller, Ref, RefKind


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes a query looks through: the user, and for a manager all the people they lead."""

    user_id: int
    role: Role
    people: frozenset[int]


async def load_viewer(session: AsyncSession, user_id: int, role: Role) -> Viewer:
    """The viewer of a user; a manager leads their department and those below it."""
    if role is not Role.MANAGER:
        return Viewer(user_id, role, frozenset({user_id}))
    led = (
        select(User.department_id.label("id"))
        .where(User.id == user_id, User.department_id.is_not(None))
        .cte("led", recursive=True)
    )
    led = led.union(select(Department.id).join(led, Department.parent_id == led.c.id))
    people = await session.scalars(select(User.id).where(User.department_id.in_(select(led.c.id))))
    return Viewer(user_id, role, frozenset({user_id, *people}))


async def viewer_of(session: AsyncSession, caller: Caller) -> Viewer:
    """The viewer behind a call."""
    return await load_viewer(session, caller.user_id, caller.role)


_Interactions = type[Interaction] | AliasedClass[Interaction]


def _concerns(people: frozenset[int], row: _Interactions) -> ColumnElement[bool]:
    owner = aliased(InteractionOwner)
    return or_(
        row.author_id.in_(people),
        row.responsible_id.in_(people),
        exists().where(owner.interaction_id == row.id, owner.user_id.in_(people)),
    )


def _in_team(people: frozenset[int], subject_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    team, deal = aliased(SubjectTeam), aliased(Deal)
    return or_(
        exists().where(team.subject_id == subject_id, team.user_id.in_(people)),
        exists().where(deal.subject_id == subject_id, deal.responsible_id.in_(people)),
    )


def sees_interaction(viewer: Viewer, row: _Interactions = Interaction) -> ColumnElement[bool]:
    """The condition under which the viewer sees a row of `Interaction`; deleted ones are not its matter.

    Args:
        viewer: Whose eyes.
        row: The entity in the statement, where it is not `Interaction` itself.
    """
    subject = aliased(Subject)
    mine = _concerns(frozenset({viewer.user_id}), row)
    in_a_deal = exists().where(subject.id == row.subject_id, subject.kind == SubjectKind.DEAL)
    shared = or_(row.private.is_(False), in_a_deal)
    others = _concerns(viewer.people, row) if len(viewer.people) > 1 else false()
    return or_(mine, and_(shared, or_(others, _in_team(viewer.people, row.subject_id))))


def sees_subject(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which the viewer sees a row of `Subject`: as team, author, or by an interaction."""
    member = aliased(Interaction)
    visible = exists().where(
        member.subject_id == Subject.id, member.deleted_at.is_(None), sees_interaction(viewer, member)
    )
    return or_(Subject.author_id.in_(viewer.people), _in_team(viewer.people, Subject.id), visible)


async def get_visible_interaction(
    session: AsyncSession, caller: Caller | None, interaction_id: int, *, deleted: bool = False
) -> Interaction:
    """An interaction the caller may see, locked for change where the database locks rows.

    Args:
        session: The session of the transaction.
        caller: Who asks; None for the system, which sees everything.
        interaction_id: Which one.
        deleted: Whether deleted ones count as existing.

    Raises:
        NotFound: There is none, or the caller may not see it.
    """
    statement = select(Interaction).where(Interaction.id == interaction_id).with_for_update()
    if not deleted:
        statement = statement.where(Interaction.deleted_at.is_(None))
    if caller is not None:
        statement = statement.where(sees_interaction(await viewer_of(session, caller)))
    found = (await session.scalars(statement)).one_or_none()
    if found is None:
        raise NotFound(Ref(RefKind.INTERACTION, interaction_id))
    return found


async def get_visible_subject(session: AsyncSession, caller: Caller | None, subject_id: int) -> Subject:
    """A subject the caller may see, locked for change.

    Raises:
        NotFound: There is none, or the caller may not see it.
    """
    statement = select(Subject).where(Subject.id == subject_id).with_for_update()
    if caller is not None:
        statement = statement.where(sees_subject(await viewer_of(session, caller)))
    found = (await session.scalars(statement)).one_or_none()
    if found is None:
        raise NotFound(Ref(RefKind.SUBJECT, subject_id))
    return found


async def get_visible_deal(
    session: AsyncSession, caller: Caller | None, deal_id: int
) -> tuple[Deal, Subject]:
    """A deal the caller may see, with its subject, both locked for change.

    Raises:
        NotFound: There is none, or the caller may not see it.
    """
    statement = (
        select(Deal, Subject)
        .join(Subject, Subject.id == Deal.subject_id)
        .where(Deal.id == deal_id)
        .with_for_update()
    )
    if caller is not None:
        statement = statement.where(sees_subject(await viewer_of(session, caller)))
    found = (await session.execute(statement)).one_or_none()
    if found is None:
        raise NotFound(Ref(RefKind.DEAL, deal_id))
    return found


async def get_open_deal(session: AsyncSession, caller: Caller | None, deal_id: int) -> tuple[Deal, Subject]:
    """A visible deal that may be changed.

    Raises:
        NotFound: There is none, or the caller may not see it.
        SubjectClosed: It is closed; a manager may reopen it (domain.md D1).
    """
    deal, subject = await get_visible_deal(session, caller, deal_id)
    if deal.closed_at is not None:
        raise SubjectClosed(Ref(RefKind.DEAL, deal_id))
    return deal, subject


def require_role(caller: Caller | None, *roles: Role, action: str) -> None:
    """Let only these roles (and the system itself) pass.

    Raises:
        NotAllowed: The caller has another role.
    """
    if caller is not None and caller.role not in roles:
        raise NotAllowed(action)
