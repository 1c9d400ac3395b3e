"""How deals go on and how the organisation sells: core.services.deal_stages, deal_demand, deal_views, and the settings."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from bot.ports.rooms import Rooms
from core.enums import DealKindType, InteractionType, SalesList
from core.queries.deal_facts import DealFact
from core.queries.deal_sources import EventChoice
from core.queries.deal_views import DealFile, FunnelRow, RoleCoverage, StayView
from core.queries.rows import Page
from core.queries.sales import CurrencyView, KindView, ListItemView
from core.values import Caller, DealId, InteractionId

if TYPE_CHECKING:  # screens see this module, and must not come to the services through it
    from core.services.deal_demand import DemandDraft
    from core.services.kind_parts import StageRuleDraft


class DealStages(Protocol):
    """core.services.deal_stages.DealStages."""

    async def move(
        self, caller: Caller, deal_id: DealId, stage: str, *, seen: int | None = None, override: str = ""
    ) -> None:
        """Move a deal to another stage of its kind."""
        ...

    async def renew_task(
        self, caller: Caller, deal_id: DealId, interaction_id: InteractionId
    ) -> InteractionId:
        """Plan a task of the stage again that was dropped or deleted."""
        ...


class DealDemand(Protocol):
    """core.services.deal_demand.DealDemand."""

    async def add(self, caller: Caller, deal_id: DealId, draft: "DemandDraft") -> int:
        """Add a row: what was asked first."""
        ...

    async def change(self, caller: Caller, row_id: int, draft: "DemandDraft") -> None:
        """Write down what a row became."""
        ...

    async def meet(self, caller: Caller, row_id: int, percent: int, *, reason: str | None = None) -> None:
        """Say how far a row was met, and why not wholly."""
        ...

    async def remove(self, caller: Caller, row_id: int) -> None:
        """Take a row away."""
        ...


class DealMerging(Protocol):
    """core.services.deal_merging.DealMerging."""

    async def merge(self, caller: Caller, keep_id: DealId, away_id: DealId) -> None:
        """Give all that one deal has to another."""
        ...

    async def split(
        self, caller: Caller, deal_id: DealId, interaction_ids: Sequence[InteractionId], title: str
    ) -> DealId:
        """Make a new deal of some interactions of another."""
        ...


class DealViews(Protocol):
    """core.services.deal_views.DealViews."""

    async def stays(self, caller: Caller, deal_id: DealId) -> tuple[StayView, ...]:
        """The way of a deal through the stages, oldest first."""
        ...

    async def coverage(self, caller: Caller, deal_id: DealId) -> tuple[RoleCoverage, ...]:
        """Who was reached in which role, and who answered."""
        ...

    async def files(self, caller: Caller, deal_id: DealId, number: int) -> Page[DealFile]:
        """The files of all interactions, the latest first."""
        ...

    async def facts(self, caller: Caller, deal_id: DealId, fields: Sequence[str]) -> tuple[DealFact, ...]:
        """Why fields are as they are: the last change of each, and the interaction that it was taken from."""
        ...

    async def open_events(self, caller: Caller) -> tuple[EventChoice, ...]:
        """The open marketing events that a deal may come from and that are no source of the list yet."""
        ...

    async def funnel(self, caller: Caller) -> tuple[FunnelRow, ...]:
        """Deals in progress by stage."""
        ...


class SalesLists(Protocol):
    """core.services.sales_lists.SalesLists."""

    async def list_items(self, which: SalesList, *, archived: bool = False) -> tuple[ListItemView, ...]:
        """The items of a list in their order."""
        ...

    async def add(self, caller: Caller, which: SalesList, name: str) -> int:
        """Add an item."""
        ...

    async def rename(self, caller: Caller, which: SalesList, item_id: int, name: str) -> None:
        """Call an item otherwise."""
        ...

    async def remove(self, caller: Caller, which: SalesList, item_id: int) -> bool:
        """Remove an item; True: it is in use and was archived."""
        ...

    async def restore(self, caller: Caller, which: SalesList, item_id: int) -> None:
        """Bring an archived item back."""
        ...

    async def move(self, caller: Caller, which: SalesList, item_id: int, position: int) -> None:
        """Give an item another place."""
        ...


class DealKinds(Protocol):
    """core.services.deal_kinds.DealKinds."""

    async def list_kinds(self, *, archived: bool = False) -> tuple[KindView, ...]:
        """The kinds in their order."""
        ...

    async def get(self, kind_id: int) -> KindView:
        """One kind."""
        ...

    async def add(
        self,
        caller: Caller,
        name: str,
        type: DealKindType,  # noqa: A002 - the domain's word
        commitment: str,
        stages: Sequence[str] = (),
    ) -> int:
        """Add a kind."""
        ...

    async def edit(
        self, caller: Caller, kind_id: int, *, name: str | None = None, commitment: str | None = None
    ) -> None:
        """Call a kind or its commitment event otherwise."""
        ...

    async def make_default(self, caller: Caller, kind_id: int) -> None:
        """Make new deals of this kind unless told otherwise."""
        ...

    async def remove(self, caller: Caller, kind_id: int) -> bool:
        """Remove a kind; True: deals have it and it was archived."""
        ...

    async def restore(self, caller: Caller, kind_id: int) -> None:
        """Bring an archived kind back."""
        ...

    async def add_stage(self, caller: Caller, kind_id: int, name: str) -> int:
        """Add a stage to a kind."""
        ...

    async def edit_stage(self, caller: Caller, kind_stage_id: int, field: str, value: int | None) -> None:
        """Change a number of a stage."""
        ...

    async def remove_stage(self, caller: Caller, kind_stage_id: int) -> bool:
        """Take a stage out of a kind; True: deals stood in it and it was archived."""
        ...

    async def add_task(
        self,
        caller: Caller,
        kind_stage_id: int,
        text: str,
        *,
        type: InteractionType = ...,  # noqa: A002 - the domain's word
        due_in_days: int = ...,
    ) -> int:
        """Add a task to a stage."""
        ...

    async def remove_task(self, caller: Caller, task_id: int) -> None:
        """Take a task away."""
        ...

    async def add_rule(self, caller: Caller, kind_stage_id: int, draft: "StageRuleDraft") -> int:
        """Add a condition on leaving a stage."""
        ...

    async def remove_rule(self, caller: Caller, rule_id: int) -> None:
        """Take a condition away."""
        ...


class Currencies(Protocol):
    """core.services.currencies.Currencies."""

    async def list_currencies(self) -> tuple[CurrencyView, ...]:
        """The currencies with their rates of today."""
        ...

    async def add(self, caller: Caller, code: str, name: str = "") -> None:
        """Add one."""
        ...

    async def remove(self, caller: Caller, code: str) -> bool:
        """Remove one; True: deals are in it and it was archived."""
        ...

    async def set_rate(self, caller: Caller, code: str, rate: str, since: date) -> None:
        """Note what one is worth from a day on."""
        ...


class SalesServices(Protocol):
    """What the chat is given of these. Attributes are read-only."""

    @property
    def rooms(self) -> Rooms:
        """Rooms of deals."""
        ...

    @property
    def deal_stages(self) -> DealStages:
        """The way of deals through the stages."""
        ...

    @property
    def deal_demand(self) -> DealDemand:
        """What clients ask for."""
        ...

    @property
    def deal_merging(self) -> DealMerging:
        """Two deals that are one, one that is two."""
        ...

    @property
    def deal_views(self) -> DealViews:
        """The read side of deals."""
        ...

    @property
    def sales_lists(self) -> SalesLists:
        """Lists that deals choose from."""
        ...

    @property
    def deal_kinds(self) -> DealKinds:
        """Kinds of deals."""
        ...

    @property
    def currencies(self) -> Currencies:
        """Currencies."""
        ...
