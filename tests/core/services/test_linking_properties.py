"""Any order of capturing, linking, merging and undoing keeps what must always hold (domain.md P2, P4, P5, S9)."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from core.database import Database
from core.enums import CallResult, ContactKind
from core.errors import CannotUndo, Invalid, NothingToUndo, StateForbids
from core.models import Base, Contact, ContactAddress, Interaction, InteractionOwner, Participant
from core.services.contacts import ContactDraft, Contacts
from core.services.merging import Merging
from core.services.participants import Participants
from core.services.undo import Undo
from core.services.work import Works
from core.values import Caller, ContactId, InteractionId, ParticipantId
from tests.conftest import FixedClock
from tests.factories.calls import address, person, record_call
from tests.factories.people import caller_of, make_user

COORDINATES = ("a@home.ru", "b@home.ru", "+79161234567")
coordinates = st.lists(st.sampled_from(COORDINATES), min_size=0, max_size=2, unique=True)
numbers = st.integers(0, 5)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("call"), coordinates, numbers),
        st.tuples(st.just("contact"), coordinates, numbers),
        st.tuples(st.just("link"), numbers, numbers),
        st.tuples(st.just("unlink"), numbers, numbers),
        st.tuples(st.just("merge"), numbers, numbers),
        st.tuples(st.just("undo"), numbers, numbers),
    ),
    min_size=3,
    max_size=12,
)


class World:
    """Does what a list of steps says, choosing objects by number."""

    def __init__(self, works: Works, clock: FixedClock, anna: Caller) -> None:
        self.works = works
        self.clock = clock
        self.anna = anna
        self.contacts = Contacts(works)
        self.participants = Participants(works)

    async def do(self, name: str, first: object, second: object) -> None:
        actions: dict[str, Callable[[object, object], Awaitable[object]]] = {
            "call": self.call,
            "contact": self.contact,
            "link": self.link,
            "unlink": self.unlink,
            "merge": self.merge,
            "undo": self.undo,
        }
        self.clock.move(timedelta(minutes=1))
        with suppress(Invalid, StateForbids, NothingToUndo, CannotUndo):
            await actions[name](first, second)

    async def call(self, said: object, missed: object) -> None:
        assert isinstance(said, list)
        result = CallResult.NOT_REACHED if isinstance(missed, int) and missed % 2 else CallResult.REACHED
        await record_call(self.works, self.anna, [person("?", *said), person("Mary")], result=result)

    async def contact(self, known: object, _: object) -> None:
        assert isinstance(known, list)
        draft = ContactDraft(ContactKind.INDIVIDUAL, "Ivan", [address(one) for one in known])
        await self.contacts.create(self.anna, draft)

    async def link(self, first: object, second: object) -> None:
        chosen, contact = await self._pick(Participant, first), await self._pick(Contact, second)
        if isinstance(chosen, Participant) and isinstance(contact, Contact):
            where, who = InteractionId(chosen.interaction_id), ParticipantId(chosen.id)
            await self.participants.link(self.anna, where, who, ContactId(contact.id))

    async def unlink(self, first: object, _: object) -> None:
        chosen = await self._pick(Participant, first)
        if isinstance(chosen, Participant):
            where, who = InteractionId(chosen.interaction_id), ParticipantId(chosen.id)
            await self.participants.unlink(self.anna, where, who)

    async def merge(self, first: object, second: object) -> None:
        keep, away = await self._pick(Contact, first), await self._pick(Contact, second)
        if isinstance(keep, Contact) and isinstance(away, Contact):
            await Merging(self.works).merge(self.anna, ContactId(keep.id), ContactId(away.id))

    async def undo(self, _: object, __: object) -> None:
        await Undo(self.works).undo_last(self.anna)

    async def _pick(self, model: type[Contact] | type[Participant], number: object) -> Base | None:
        assert isinstance(number, int)
        async with self.works.database.reading() as session:
            statement = select(model).order_by(model.id)
            if model is Participant:
                living = select(Interaction.id).where(Interaction.deleted_at.is_(None))
                statement = statement.where(Participant.interaction_id.in_(living))
            rows = (await session.scalars(statement)).all()
            return rows[number % len(rows)] if rows else None


async def recount(database: Database) -> dict[int, tuple[int, datetime | None]]:
    """Per contact: how many interactions are unreviewed, and the last; counted from the rows."""
    async with database.reading() as session:
        rows = await session.execute(
            select(
                Contact.id,
                func.count(func.distinct(Interaction.id)).filter(InteractionOwner.reviewed.is_(False)),
                func.max(Interaction.happened_at),
            )
            .join(Participant, Participant.contact_id == Contact.id)
            .join(Interaction, Interaction.id == Participant.interaction_id)
            .join(InteractionOwner, InteractionOwner.interaction_id == Interaction.id)
            .where(Interaction.deleted_at.is_(None), Contact.kind != ContactKind.USER)
            .group_by(Contact.id)
        )
        return {row[0]: (row[1], row[2]) for row in rows}


async def check(database: Database) -> None:
    counted = await recount(database)
    async with database.reading() as session:
        for contact in await session.scalars(select(Contact)):
            kept = (contact.unreviewed, contact.last_interaction_at)
            assert kept == counted.get(contact.id, (0, None))
            if contact.merged_into_id is not None:
                assert contact.id not in counted
        doubled = await session.execute(
            select(ContactAddress.contact_id)
            .group_by(ContactAddress.contact_id, ContactAddress.kind, ContactAddress.value)
            .having(func.count() > 1)
        )
        assert doubled.all() == []


@pytest.fixture
async def anna(database: Database) -> Caller:
    async with database.transaction() as session:
        return caller_of(await make_user(session, "Anna"))


@given(walk=steps)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
async def test_p4_p5_s9_counters_of_contacts_survive_any_walk(
    database: Database, clock: FixedClock, anna: Caller, walk: list[tuple[str, object, object]]
) -> None:
    world = World(Works(database, clock), clock, anna)
    for step in walk:
        await world.do(*step)
        await check(database)
    async with database.transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in {"users", "alembic_version", "deal_kinds"}:
                await session.execute(delete(table))
