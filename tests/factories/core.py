"""The core's services over a small organisation, as one object for tests."""

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select

from core.database import Database
from core.models import Base, Interaction, InteractionOwner, Subject
from core.services.assignment import Assignment
from core.services.capture import Capture
from core.services.care import Care
from core.services.deal_demand import DealDemand
from core.services.deal_kinds import DealKinds
from core.services.deal_merging import DealMerging
from core.services.deal_stages import DealStages
from core.services.deal_views import DealViews
from core.services.deals import Deals
from core.services.options import Options
from core.services.plans import Plans
from core.services.promotion import Promotion
from core.services.reminder_wishes import ReminderWishes
from core.services.repeats import Repeats
from core.services.review import Review
from core.services.sales_lists import SalesLists
from core.services.subjects import Subjects
from core.services.undo import Undo
from core.services.views import Views
from tests.conftest import FixedClock
from tests.factories.organisation import Organisation, make_organisation

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Core:
    """The services over a small organisation."""

    org: Organisation
    capture: Capture
    care: Care
    plans: Plans
    repeats: Repeats
    reminder_wishes: ReminderWishes
    review: Review
    subjects: Subjects
    promotion: Promotion
    deals: Deals
    kinds: DealKinds
    lists: SalesLists
    stages: DealStages
    demand: DealDemand
    merging: DealMerging
    deal_views: DealViews
    assignment: Assignment
    options: Options
    undo: Undo
    views: Views

    async def interaction(self, interaction_id: int) -> Interaction:
        return await self.row(Interaction, interaction_id)

    async def subject_of(self, interaction_id: int) -> Subject:
        return await self.row(Subject, (await self.interaction(interaction_id)).subject_id)

    async def owners(self, interaction_id: int) -> dict[int, InteractionOwner]:
        async with self.org.database.reading() as session:
            rows = await session.scalars(
                select(InteractionOwner).where(InteractionOwner.interaction_id == interaction_id)
            )
            return {row.user_id: row for row in rows}

    async def row(self, model: type[Row], key: object) -> Row:
        async with self.org.database.reading() as session:
            return await session.get_one(model, key)

    async def members(self, subject_id: int) -> set[int]:
        async with self.org.database.reading() as session:
            rows = await session.scalars(select(Interaction.id).where(Interaction.subject_id == subject_id))
            return set(rows)


async def make_core(database: Database, clock: FixedClock) -> Core:
    """Build the organisation and the services over it."""
    org = await make_organisation(database, clock)
    works = org.works
    return Core(
        org=org,
        capture=Capture(works),
        care=Care(works),
        plans=Plans(works),
        repeats=Repeats(works),
        reminder_wishes=ReminderWishes(works),
        review=Review(works),
        subjects=Subjects(works),
        promotion=Promotion(works, currency="EUR"),
        deals=Deals(works, currency="EUR"),
        kinds=DealKinds(works),
        lists=SalesLists(works),
        stages=DealStages(works),
        demand=DealDemand(works),
        merging=DealMerging(works),
        deal_views=DealViews(database, clock, currency="EUR"),
        assignment=Assignment(works),
        options=Options(works),
        undo=Undo(works),
        views=Views(database, clock),
    )
