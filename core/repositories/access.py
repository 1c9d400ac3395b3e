"""Who may see what, as SQL conditions (domain.md U2).

An interaction is seen by its author, responsible, owners and the team of its deal, and by the managers of these.
A letter of a private mailbox is its owners' only, until it is shared (`core.services.sharing`) or part of a deal. Whoever may not see an
object is told that it does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    SQLColumnExpression,
    and_,
    bindparam,
    exists,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.orm.util import AliasedClass

from core.enums import Role, SubjectKind
from core.errors import DealMerged, NotAllowed, NotFound, SubjectClosed
from core.models import (
    Deal,
    Department,
    Interaction,
    InteractionOwner,
    LetterShare,
    Subject,
    SubjectTeam,
    User,
)
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
    led = _led_by(user_id)
    people = await session.scalars(select(User.id).where(User.department_id.in_(select(led.c.id))))
    return Viewer(user_id, role, frozenset({user_id, *people}))


async def list_led_departments(session: AsyncSession, caller: Caller) -> frozenset[int]:
    """The departments that the caller leads: a manager's own and those below it (domain.md U1)."""
    if caller.role is not Role.MANAGER:
        return frozenset()
    return frozenset(await session.scalars(select(_led_by(caller.user_id).c.id)))


def _led_by(user_id: int) -> CTE:
    led = (
        select(User.department_id.label("id"))
        .where(User.id == user_id, User.department_id.is_not(None))
        .cte("led", recursive=True)
    )
    return led.union(select(Department.id).join(led, Department.parent_id == led.c.id))


async def viewer_of(session: AsyncSession, caller: Caller) -> Viewer:
    """The viewer behind a call."""
    return await load_viewer(session, caller.user_id, caller.role)


_Interactions = type[Interaction] | AliasedClass[Interaction]
_People = frozenset[int] | BindParameter[Sequence[int]]

# Built once: making aliases anew for each statement costs more than running it.
_owner, _team, _deal = aliased(InteractionOwner), aliased(SubjectTeam), aliased(Deal)
_subject, _member = aliased(Subject), aliased(Interaction)
_share, _hand = aliased(LetterShare), aliased(LetterShare)


def _concerns(people: _People, row: _Interactions) -> ColumnElement[bool]:
    return or_(
        row.author_id.in_(people),
        row.responsible_id.in_(people),
        exists().where(_owner.interaction_id == row.id, _owner.user_id.in_(people)),
    )


def _in_team(people: _People, subject_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    return or_(
        exists().where(_team.subject_id == subject_id, _team.user_id.in_(people)),
        exists().where(_deal.subject_id == subject_id, _deal.responsible_id.in_(people)),
    )


def _visible(me: _People, people: _People, row: _Interactions) -> ColumnElement[bool]:
    in_a_deal = exists().where(_subject.id == row.subject_id, _subject.kind == SubjectKind.DEAL)
    with_leaders = exists().where(_share.interaction_id == row.id, _share.user_id.is_(None))
    with_me = exists().where(_hand.interaction_id == row.id, _hand.user_id.in_(me))
    shared = or_(row.private.is_(False), in_a_deal, with_leaders)
    others = or_(_concerns(people, row), _in_team(people, row.subject_id))
    return or_(_concerns(me, row), and_(shared, others), and_(row.private.is_(True), with_me))


def sees_interaction(viewer: Viewer, row: _Interactions = Interaction) -> ColumnElement[bool]:
    """The condition under which the viewer sees a row of `Interaction`; deleted ones are not its matter.

    Args:
        viewer: Whose eyes.
        row: The entity in the statement, where it is not `Interaction` itself.
    """
    return _visible(frozenset({viewer.user_id}), viewer.people, row)


def sees_subject(viewer: Viewer) -> ColumnElement[bool]:
    """The condition under which the viewer sees a row of `Subject`: as team, author, or by an interaction."""
    return _subject_visible(frozenset({viewer.user_id}), viewer.people)


def _subject_visible(me: _People, people: _People) -> ColumnElement[bool]:
    visible = exists().where(
        _member.subject_id == Subject.id, _member.deleted_at.is_(None), _visible(me, people, _member)
    )
    return or_(Subject.author_id.in_(people), _in_team(people, Subject.id), visible)


_ME: BindParameter[Sequence[int]] = bindparam("me", expanding=True)
_PEOPLE: BindParameter[Sequence[int]] = bindparam("people", expanding=True)
VISIBLE_TO_ME = _visible(_ME, _PEOPLE, Interaction)
"""The condition of `sees_interaction` for statements that are built once; `sight` gives its parameters."""


def sight(viewer: Viewer) -> dict[str, list[int]]:
    """The parameters of `VISIBLE_TO_ME`."""
    return {"me": [viewer.user_id], "people": list(viewer.people)}


_ONE = select(Interaction).where(Interaction.id == bindparam("id")).with_for_update()
_ONE_VISIBLE = _ONE.where(VISIBLE_TO_ME)


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
    if caller is None:
        found = await session.scalar(_ONE, {"id": interaction_id})
    else:
        viewer = await viewer_of(session, caller)
        found = await session.scalar(_ONE_VISIBLE, {"id": interaction_id, **sight(viewer)})
    if found is None or (found.deleted_at is not None and not deleted):
        raise NotFound(Ref(RefKind.INTERACTION, interaction_id))
    return found


_SUBJECT = select(Subject).where(Subject.id == bindparam("id")).with_for_update()
_SUBJECT_VISIBLE = _SUBJECT.where(_subject_visible(_ME, _PEOPLE))


async def get_visible_subject(session: AsyncSession, caller: Caller | None, subject_id: int) -> Subject:
    """A subject the caller may see, locked for change.

    Raises:
        NotFound: There is none, or the caller may not see it.
    """
    if caller is None:
        found = (await session.scalars(_SUBJECT, {"id": subject_id})).one_or_none()
    else:
        viewer = await viewer_of(session, caller)
        found = (await session.scalars(_SUBJECT_VISIBLE, {"id": subject_id, **sight(viewer)})).one_or_none()
    if found is None:
        raise NotFound(Ref(RefKind.SUBJECT, subject_id))
    return found


_DEAL = (
    select(Deal, Subject)
    .join(Subject, Subject.id == Deal.subject_id)
    .where(Deal.id == bindparam("id"))
    .with_for_update()
)
_DEAL_VISIBLE = _DEAL.where(_subject_visible(_ME, _PEOPLE))


async def get_visible_deal(
    session: AsyncSession, caller: Caller | None, deal_id: int
) -> tuple[Deal, Subject]:
    """A deal the caller may see, with its subject, both locked for change.

    Raises:
        NotFound: There is none, or the caller may not see it.
        DealMerged: It became part of another.
    """
    if caller is None:
        found = (await session.execute(_DEAL, {"id": deal_id})).one_or_none()
    else:
        viewer = await viewer_of(session, caller)
        found = (await session.execute(_DEAL_VISIBLE, {"id": deal_id, **sight(viewer)})).one_or_none()
    if found is None:
        raise NotFound(Ref(RefKind.DEAL, deal_id))
    deal, subject = found
    if deal.merged_into_id is not None:
        raise DealMerged(Ref(RefKind.DEAL, deal_id), Ref(RefKind.DEAL, deal.merged_into_id))
    return deal, subject


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
