"""Any order of operations keeps the promises of domain.md S: the state machine of a sales team gone wild."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.database import Database
from core.enums import (
    ContactKind,
    Direction,
    InteractionState,
    InteractionType,
    SubjectKind,
)
from core.errors import CoreError, PartnerAmbiguous
from core.models import (
    AuditStep,
    Contact,
    Deal,
    Interaction,
    InteractionOwner,
    Participant,
    Subject,
    SubjectParticipant,
    SubjectParticipantAddress,
    SubjectTeam,
)
from core.queries.recount import find_wrong_counters
from core.services.assignment import Assignment
from core.services.capture import Capture
from core.services.care import Care
from core.services.deals import Deals
from core.services.participants import Participants
from core.services.plans import Plans
from core.services.promotion import Promotion
from core.services.review import Review
from core.services.subjects import Subjects
from core.services.undo import Undo
from core.values import (
    DealId,
    InteractionDraft,
    InteractionId,
    ParticipantDraft,
    ParticipantId,
    Ref,
    RefKind,
)
from tests.conftest import FixedClock, NewDatabase
from tests.factories.calls import person
from tests.factories.organisation import ACME_PHONE, JOHN_MAIL, MARY_PHONE, Organisation, make_organisation

PEOPLE: tuple[ParticipantDraft, ...] = (
    person("Acme", ACME_PHONE),
    person("John", JOHN_MAIL),
    person("Mary", MARY_PHONE),
    person("Somebody", "+79161234567"),
    person("Someone", "+79161234567", "some@one.example"),
    person("Other", "some@one.example"),
    ParticipantDraft("Nobody in particular"),
)
NUMBER = st.integers(0, 11)


@dataclass
class Team:
    """The services, the interactions recorded so far and the deals made of them."""

    org: Organisation
    ids: list[InteractionId] = field(default_factory=list)
    deals: list[Ref] = field(default_factory=list)

    def __post_init__(self) -> None:
        works = self.org.works
        self.capture = Capture(works)
        self.subjects = Subjects(works)
        self.promotion = Promotion(works, currency="EUR")
        self.review = Review(works)
        self.care = Care(works)
        self.plans = Plans(works)
        self.undo = Undo(works)
        self.assignment = Assignment(works)
        self.participants = Participants(works)
        self.deal_service = Deals(works, currency="EUR")

    def pick(self, number: int) -> InteractionId:
        return self.ids[number % len(self.ids)]

    def pick_deal(self, number: int) -> Ref:
        return self.deals[number % len(self.deals)] if self.deals else Ref(RefKind.DEAL, 1)

    async def record(self, a: int, b: int, kind: int) -> None:
        types = list(InteractionType)
        draft = InteractionDraft(
            type=types[kind % len(types)],
            direction=Direction.IN if a % 2 else Direction.OUT,
            state=InteractionState.PLANNED if b % 3 == 0 else InteractionState.DONE,
            topic=f"Topic {a}",
            participants=(PEOPLE[a % len(PEOPLE)], PEOPLE[b % len(PEOPLE)]),
        )
        self.ids.append(await self.capture.record(self.org.anna, draft))

    async def follow(self, a: int, b: int, kind: int) -> None:
        draft = InteractionDraft(
            type=InteractionType.CALL if kind % 2 else InteractionType.SMS,
            direction=Direction.IN,
            participants=(PEOPLE[b % len(PEOPLE)],),
        )
        self.ids.append(await self.capture.record(self.org.anna, draft, continues=self.pick(a)))

    async def relink(self, a: int, b: int, kind: int) -> None:
        target = (None, Ref(RefKind.INTERACTION, self.pick(b)), self.pick_deal(b))[kind % 3]
        await self.subjects.change(self.org.anna, self.pick(a), target)

    async def promote(self, a: int, b: int, kind: int) -> None:
        kinds = (SubjectKind.DEAL, SubjectKind.CLAIM, SubjectKind.EVENT)
        what = kinds[kind % 3]
        try:
            ref = await self.promotion.promote(self.org.anna, self.pick(a), what, title=f"Deal {b}")
        except PartnerAmbiguous as error:
            ref = await self.promotion.promote(
                self.org.anna, self.pick(a), what, title=f"Deal {b}", partner_id=error.candidates[0]
            )
        self.deals.append(ref)

    async def attach(self, a: int, b: int, _kind: int) -> None:
        await self.promotion.attach(self.org.anna, self.pick(a), self.pick_deal(b))

    async def mark(self, a: int, b: int, kind: int) -> None:
        if kind % 3 == 0:
            await self.review.mark_reviewed(self.org.anna, self.pick(a))
        elif kind % 3 == 1:
            await self.review.mark_unreviewed(self.org.anna, self.pick(a))
        else:
            until = self.org.clock.now() + timedelta(hours=1 + b)
            await self.review.snooze(self.org.anna, self.pick(a), until)

    async def remove(self, a: int, _b: int, kind: int) -> None:
        if kind % 2:
            await self.care.delete(self.org.anna, self.pick(a))
        else:
            await self.care.restore(self.org.anna, self.pick(a))

    async def finish(self, a: int, _b: int, kind: int) -> None:
        if kind % 2:
            await self.plans.carry_out(self.org.anna, self.pick(a), type=InteractionType.CALL)
        else:
            await self.plans.drop(self.org.anna, self.pick(a))

    async def assign(self, a: int, b: int, _kind: int) -> None:
        user = (self.org.anna, self.org.boris)[b % 2]
        await self.assignment.assign(self.org.anna, Ref(RefKind.INTERACTION, self.pick(a)), user.user_id)

    async def link(self, a: int, b: int, _kind: int) -> None:
        async with self.org.database.reading() as session:
            participant = await session.scalar(
                select(Participant.id).where(Participant.interaction_id == self.pick(a)).limit(1)
            )
        contact = (self.org.acme, self.org.john, self.org.mary)[b % 3]
        await self.participants.link(self.org.anna, self.pick(a), ParticipantId(participant or 0), contact)

    async def close(self, a: int, _b: int, kind: int) -> None:
        deal = self.pick_deal(a)
        if deal.kind is not RefKind.DEAL:
            return
        if kind % 3 == 0:
            await self.deal_service.win(self.org.anna, DealId(deal.id))
        elif kind % 3 == 1:
            await self.deal_service.close(self.org.anna, DealId(deal.id))
        else:
            await self.deal_service.reopen(self.org.manager, DealId(deal.id))

    async def take_back(self, _a: int, _b: int, _kind: int) -> None:
        await self.undo.undo_last(self.org.anna)


OPERATIONS = (
    "record", "record", "follow", "relink", "relink", "promote", "attach", "mark", "remove", "finish", "assign",
    "link", "close", "take_back",
)  # fmt: skip
STEP = st.tuples(st.sampled_from(OPERATIONS), NUMBER, NUMBER, NUMBER)


async def _attempt(operation: Callable[[int, int, int], Awaitable[None]], *numbers: int) -> None:
    """Carry out an operation; a refusal is an answer too."""
    with suppress(CoreError):
        await operation(*numbers)


async def _start(database: Database) -> Team:
    team = Team(await make_organisation(database, FixedClock()))
    for number in range(4):
        await team.record(number, number + 1, number)
    return team


async def _check(database: Database) -> None:
    async with database.reading() as session:
        assert await find_wrong_counters(session) == []
        subjects = {row.id: row for row in await session.scalars(select(Subject))}
        interactions = {row.id: row for row in await session.scalars(select(Interaction))}
        for row in interactions.values():
            assert row.subject_id in subjects, "S1: exactly one subject each"
        for subject in subjects.values():
            members = [row for row in interactions.values() if row.subject_id == subject.id]
            alive = {row.id for row in members if row.deleted_at is None}
            if subject.kind.is_real:
                assert subject.head_id is None
            elif alive:
                assert subject.head_id in alive, "S2, S5: the head is a member of its own chain"
            else:
                assert subject.head_id is None
        doubled = await session.execute(
            select(SubjectParticipant.subject_id, SubjectParticipant.contact_id)
            .where(SubjectParticipant.contact_id.is_not(None))
            .group_by(SubjectParticipant.subject_id, SubjectParticipant.contact_id)
            .having(func.count() > 1)
        )
        assert doubled.all() == [], "S6: contacts once each"
        doubled = await session.execute(
            select(SubjectParticipant.subject_id, SubjectParticipantAddress.value)
            .join(SubjectParticipant, SubjectParticipant.id == SubjectParticipantAddress.participant_id)
            .where(SubjectParticipant.contact_id.is_(None))
            .group_by(SubjectParticipant.subject_id, SubjectParticipantAddress.value)
            .having(func.count() > 1)
        )
        assert doubled.all() == [], "S6: unlinked ones once a coordinate"
        own = await session.scalar(
            select(func.count())
            .select_from(SubjectParticipant)
            .join(Contact, Contact.id == SubjectParticipant.contact_id)
            .where(Contact.kind == ContactKind.USER)
        )
        assert own == 0, "S6: own users join the team"


_CHILDREN = (SubjectParticipant, SubjectParticipantAddress, SubjectTeam, Deal, InteractionOwner, Participant)


async def _snapshot(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that people can see, apart from hidden rows: deleted interactions and empty chains."""
    async with database.reading() as session:
        tables = {
            model.__tablename__: sorted(
                (tuple(row) for row in await session.execute(select(*model.__table__.columns))), key=repr
            )
            for model in _CHILDREN
        }
        alive = select(Interaction.id).where(Interaction.deleted_at.is_(None))
        shown = await session.execute(
            select(*Interaction.__table__.columns).where(Interaction.id.in_(alive)).order_by(Interaction.id)
        )
        subjects = await session.execute(
            select(
                Subject.id, Subject.kind, Subject.title, Subject.state, Subject.head_id, Subject.interactions
            )
            .where((Subject.interactions > 0) | Subject.kind.in_(["deal", "claim", "event"]))
            .order_by(Subject.id)
        )
        ids = set(await session.scalars(alive))
        for name in ("interaction_owners", "participants"):
            column = 0 if name == "interaction_owners" else 1
            tables[name] = [row for row in tables[name] if row[column] in ids]
        return {**tables, "interactions": list(shown), "subjects": list(subjects)}


NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""A failing walk is short enough to be read as it is; making it shorter takes minutes."""


@settings(max_examples=10, phases=NO_SHRINKING)
@given(steps=st.lists(STEP, min_size=4, max_size=14))
async def test_s1_s2_s5_s6_s9_any_order_of_operations_keeps_the_rules(
    new_database: NewDatabase, steps: list[tuple[str, int, int, int]]
) -> None:
    async with new_database() as database:
        team = await _start(database)
        for name, *numbers in steps:
            await _attempt(getattr(team, name), *numbers)
            await _check(database)


@settings(max_examples=15, phases=NO_SHRINKING)
@given(steps=st.lists(STEP, max_size=6), last=STEP.filter(lambda step: step[0] != "take_back"))
async def test_s6_undo_restores_what_was(
    new_database: NewDatabase,
    steps: list[tuple[str, int, int, int]],
    last: tuple[str, int, int, int],
) -> None:
    async with new_database() as database:
        team = await _start(database)
        for name, *numbers in steps:
            await _attempt(getattr(team, name), *numbers)
        before = await _snapshot(database)
        steps_before = await _list_actors(database)
        name, *numbers = last
        await _attempt(getattr(team, name), *numbers)
        for user_id in (await _list_actors(database))[len(steps_before) :]:
            await team.undo.undo_last(team.org.anna if user_id == team.org.anna.user_id else team.org.manager)
        assert await _snapshot(database) == before
        await _check(database)


async def _list_actors(database: Database) -> Sequence[int | None]:
    """Who took each step, in order."""
    async with database.reading() as session:
        return (await session.scalars(select(AuditStep.user_id).order_by(AuditStep.id))).all()
