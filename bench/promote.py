"""Promoting chains of 1, 100 and 10,000 interactions to deals, and the card of a deal with 10,000.

    python -m bench.promote [--rounds 3] [--cards 200]

On SQLite with synchronous FULL, as the product runs. Chains are of letters, calls and SMS of three people, one in ten with
somebody who is no contact; the deals are of the starter set's led kind, so that promoting plans tasks, and looked at in
a stage whose rule asks when somebody was last spoken with who took part once, at the beginning: the longest way to an
answer. Beside it, what moving the same rows by hand costs: one UPDATE and a commit by sqlite3.

Limits (issue 5): 20, 50 and 500 ms; p95 of the card 30 ms.
"""

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import func, select

from app.bootstrap import Core, build_core
from app.settings import Settings
from core.enums import (
    AddressKind,
    ContactKind,
    Direction,
    InteractionType,
    Language,
    Role,
    SubjectKind,
)
from core.models import Interaction
from core.services.contacts import ContactDraft
from core.services.promotion_terms import DealTerms
from core.services.recording import Circumstances, OwnerDraft, Recording, record_interactions
from core.services.work import Works
from core.values import (
    Address,
    Caller,
    ContactId,
    DealId,
    InteractionDraft,
    InteractionId,
    Origin,
    ParticipantDraft,
    SubjectId,
    UserId,
    When,
)
from migrations import runner

LIMITS = {1: 20.0, 100: 50.0, 10_000: 500.0}
CARD_LIMIT = 30.0
CHUNK = 500
TYPES = (InteractionType.EMAIL, InteractionType.CALL, InteractionType.SMS)


@dataclass(frozen=True)
class Office:
    """A rep, the contacts of a client, and the kind that its deals are of."""

    core: Core
    works: Works
    rep: Caller
    people: tuple[ContactId, ...]
    kind_id: int

    async def make_chain(self, length: int) -> InteractionId:
        """A chain of that length; its head."""
        start = datetime(2026, 1, 1, 9, tzinfo=UTC)
        head: int | None = None
        subject_id: int | None = None
        for begin in range(0, length, CHUNK):
            numbers = range(begin, min(begin + CHUNK, length))
            async with self.works.begin(None, "capture") as work:
                if head is None:
                    [first] = await record_interactions(work, [self._recording(0, start, None)])
                    head, subject_id = first.id, first.subject_id
                    numbers = range(1, numbers.stop)
                rest = [self._recording(one, start, subject_id) for one in numbers]
                if rest:
                    await record_interactions(work, rest)
        return InteractionId(head or 0)

    def _recording(self, number: int, start: datetime, subject_id: int | None) -> Recording:
        who = [
            ParticipantDraft(f"Person {one}", contact_id=one)
            for one in (self.people if number == 0 else self.people[: 1 + number % 2])
        ]
        if number % 10 == 0:
            who.append(ParticipantDraft(f"Somebody {number % 100}"))
        draft = InteractionDraft(
            TYPES[number % len(TYPES)],
            direction=Direction.IN if number % 2 else Direction.OUT,
            topic=f"Pallets {number}",
            text="We would take 20 pallets at 12 000 EUR. " * 5,
            participants=tuple(who),
            subject_id=SubjectId(subject_id) if subject_id is not None else None,
        )
        return Recording(
            draft,
            Circumstances(
                responsible_id=self.rep.user_id,
                when=When(start + timedelta(minutes=number)),
                owners=(OwnerDraft(self.rep.user_id, reviewed=number % 3 > 0),),
                author_id=self.rep.user_id,
                timezone=self.rep.timezone,
            ),
        )

    async def promote(self, head: InteractionId) -> tuple[DealId, float]:
        """Make a deal; how many milliseconds it took."""
        start = time.perf_counter()
        ref = await self.core.services.promotion.promote(
            self.rep,
            head,
            SubjectKind.DEAL,
            terms=DealTerms(kind_id=self.kind_id, amount="12 000", roles={self.people[2]: "decides"}),
        )
        return DealId(ref.id), (time.perf_counter() - start) * 1000


async def open_office(folder: Path) -> Office:
    """The product's core on a database of its own."""
    settings = Settings(
        bot_token=SecretStr("42:bench"),
        database_url=f"sqlite+aiosqlite:///{folder}/zveno.db",
        blob_dir=folder / "blobs",
        secret_key=None,
    )
    core = build_core(settings)
    await runner.upgrade(core.database)
    services = core.services
    await services.starter.fill_lists(Language.EN)
    token = await services.people.invite(None, Role.ADMINISTRATOR, "Rep", None)
    user = await services.people.accept_invitation(1, "Rep", token, Language.EN, Origin())
    rep = Caller(UserId(user.id), Role.ADMINISTRATOR, Language.EN, "Europe/London", "GB")
    people = [
        await services.contacts.create(
            rep,
            ContactDraft(
                ContactKind.INDIVIDUAL,
                f"Person {one}",
                (Address(AddressKind.EMAIL, f"p{one}@acme.example", f"p{one}@acme.example"),),
            ),
        )
        for one in range(3)
    ]
    kinds = {one.name: one.id for one in await services.deal_kinds.list_kinds()}
    return Office(core, Works(core.database, services.clock), rep, tuple(people), kinds["Guided sale"])


def move_by_hand(folder: Path, length: int) -> float:
    """Milliseconds of one UPDATE of as many rows and its commit, without anything that the product adds."""
    connection = sqlite3.connect(folder / "zveno.db", isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    ids = [
        row[0]
        for row in connection.execute("SELECT id FROM interactions ORDER BY id DESC LIMIT ?", (length,))
    ]
    subject = connection.execute("SELECT min(id) FROM subjects").fetchone()[0]
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "UPDATE interactions SET subject_id = ? WHERE id BETWEEN ? AND ?", (subject, min(ids), max(ids))
    )
    connection.execute("COMMIT")
    took = (time.perf_counter() - start) * 1000
    connection.close()
    return took


async def measure_cards(office: Office, deal_id: DealId, count: int) -> list[float]:
    """Milliseconds of each look at the card of a deal that stands where most is asked."""
    await office.core.services.deal_stages.move(office.rep, deal_id, "Proposal", override="bench")
    took = []
    for _ in range(count):
        start = time.perf_counter()
        card = await office.core.services.views.deal_card(office.rep, deal_id)
        took.append((time.perf_counter() - start) * 1000)
        assert card.process.lacks
    return took


async def main(rounds: int, cards: int) -> int:
    """Measure and print; 1 when a limit is passed."""
    within = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = await open_office(folder)
        _, _ = await office.promote(await office.make_chain(3))
        deal_id = DealId(0)
        for length, limit in LIMITS.items():
            took = []
            for _ in range(rounds):
                head = await office.make_chain(length)
                deal_id, one = await office.promote(head)
                took.append(one)
            middle = statistics.median(took)
            within &= middle <= limit
            print(
                f"promote {length:6}: median {middle:6.1f} ms, worst {max(took):6.1f} ms (limit {limit:.0f} ms)"
            )
        async with office.core.database.reading() as session:
            print(
                f"of {await session.scalar(select(func.count()).select_from(Interaction))} interactions in all"
            )
        found = sorted(await measure_cards(office, deal_id, cards))
        p95 = found[int(len(found) * 0.95) - 1]
        within &= p95 <= CARD_LIMIT
        print(
            f"card with 10000: p50 {statistics.median(found):.1f} ms, p95 {p95:.1f} ms (limit {CARD_LIMIT:.0f} ms)"
        )
        await office.core.database.dispose()
        print(
            f"beside it, one UPDATE of 10000 rows and a commit by sqlite3: {move_by_hand(folder, 10_000):.1f} ms"
        )
    return 0 if within else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cards", type=int, default=200)
    options = parser.parse_args()
    sys.exit(asyncio.run(main(options.rounds, options.cards)))
