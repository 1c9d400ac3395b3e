"""What interactions are about, and deals: core.services.subjects, promotion, deals, subject_state."""

from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from core.enums import SubjectKind
from core.rules.subjects import Scope
from core.values import Caller, ContactId, DealId, InteractionId, Ref, SubjectId, UserId

if TYPE_CHECKING:  # screens see this module, and must not come to the services through it
    from core.services.promotion_terms import DealTerms, PromotionPreview


class Subjects(Protocol):
    """core.services.subjects.Subjects."""

    async def change(self, caller: Caller, interaction_id: InteractionId, target: Ref | None) -> Scope:
        """Change what an interaction is about."""
        ...


class SubjectStates(Protocol):
    """core.services.subject_state.SubjectStates."""

    async def settle(self, caller: Caller, subject_id: SubjectId) -> None:
        """End a claim or event."""
        ...

    async def reopen(self, caller: Caller, subject_id: SubjectId) -> None:
        """Open a claim or event again."""
        ...


class Promotion(Protocol):
    """core.services.promotion.Promotion."""

    async def preview(
        self, caller: Caller, interaction_id: InteractionId, kind: SubjectKind
    ) -> "PromotionPreview":
        """What promoting would make."""
        ...

    async def promote(
        self,
        caller: Caller,
        interaction_id: InteractionId,
        kind: SubjectKind,
        *,
        title: str | None = None,
        partner_id: ContactId | None = None,
        terms: "DealTerms | None" = None,
    ) -> Ref:
        """Make a deal, claim or event of an interaction's chain."""
        ...

    async def attach(self, caller: Caller, interaction_id: InteractionId, target: Ref) -> Ref:
        """Give an interaction's chain to an existing deal, claim or event."""
        ...


class Deals(Protocol):
    """core.services.deals.Deals."""

    async def create(
        self,
        caller: Caller,
        title: str,
        *,
        partner_id: ContactId | None = None,
        person_id: ContactId | None = None,
    ) -> DealId:
        """Open a deal from nothing."""
        ...

    async def edit(self, caller: Caller, deal_id: DealId, field: str, value: Any) -> None:
        """Change a field."""
        ...

    async def win(self, caller: Caller, deal_id: DealId, *, committed_on: date | None = None) -> None:
        """Mark won."""
        ...

    async def lose(
        self,
        caller: Caller,
        deal_id: DealId,
        reason: str,
        *,
        shown_by: InteractionId | None = None,
        cancel_plans: bool = False,
    ) -> None:
        """Mark lost."""
        ...

    async def close(self, caller: Caller, deal_id: DealId, *, cancel_plans: bool = False) -> None:
        """Close a won or lost deal."""
        ...

    async def reopen(self, caller: Caller, deal_id: DealId) -> None:
        """Have work on a deal go on; managers only."""
        ...

    async def set_role(self, caller: Caller, deal_id: DealId, contact_id: ContactId, role: str) -> None:
        """Say which part a contact has in a deal."""
        ...

    async def add_to_team(self, caller: Caller, deal_id: DealId, user_id: UserId) -> None:
        """Let a user join the team."""
        ...

    async def leave_team(self, caller: Caller, deal_id: DealId, user_id: UserId) -> None:
        """Let a user leave the team."""
        ...


class Assignment(Protocol):
    """core.services.assignment.Assignment."""

    async def assign(self, caller: Caller, ref: Ref, user_id: UserId) -> None:
        """Make a user answer for something."""
        ...

    async def assign_overdue(self, caller: Caller, from_id: UserId, user_id: UserId) -> int:
        """Make a user answer for all overdue plans of another."""
        ...
