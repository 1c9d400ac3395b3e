"""What is chosen for a deal before it is made of a chain: kept in the dialog, so that a preview can show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.values import ContactId, DialogState

FLOW = "promotion"
"""The dialog that holds a draft."""


@dataclass(frozen=True, slots=True)
class PromotionDraft:
    """What was chosen so far; the rest is as proposed.

    Attributes:
        interaction_id: One of the chain.
        title: Typed; empty: the chain's.
        kind_id: None: the default kind.
        with_amount: Whether the sum that was spoken of becomes the potential.
        with_demand: Whether what was asked for is written down as demand: it has to be settled before the deal closes
            (domain.md D4), so that nobody gets it without a word.
        with_event: Whether the marketing event that is proposed becomes the source.
        roles: Roles by the number of the contact.
    """

    interaction_id: int
    title: str = ""
    kind_id: int | None = None
    with_amount: bool = True
    with_demand: bool = False
    with_event: bool = True
    roles: Mapping[int, str] = field(default_factory=dict)

    def as_dialog(self) -> DialogState:
        """The draft as a dialog keeps it."""
        return DialogState(FLOW, "", self.as_data())

    def as_data(self) -> dict[str, object]:
        """The draft as plain data."""
        return {
            "interaction": self.interaction_id,
            "title": self.title,
            "kind": self.kind_id,
            "amount": self.with_amount,
            "demand": self.with_demand,
            "event": self.with_event,
            "roles": {str(contact): role for contact, role in self.roles.items()},
        }

    def with_role(self, contact_id: int, role: str) -> "PromotionDraft":
        """The draft with a contact in a role; an empty one takes theirs away."""
        others = {contact: known for contact, known in self.roles.items() if contact != contact_id}
        return replace(self, roles={**others, contact_id: role} if role else others)

    @property
    def named_roles(self) -> dict[ContactId, str]:
        """The roles as the service takes them."""
        return {ContactId(contact): role for contact, role in self.roles.items()}


def read_draft(dialog: DialogState | None, interaction_id: int) -> PromotionDraft:
    """What the dialog holds of a chain's promotion; a fresh draft where it holds another or none."""
    data = dialog.data if dialog is not None else {}
    if data.get("interaction") != interaction_id:
        return PromotionDraft(interaction_id)
    kind_id, roles = data.get("kind"), data.get("roles")
    return PromotionDraft(
        interaction_id,
        title=str(data.get("title") or ""),
        kind_id=kind_id if isinstance(kind_id, int) else None,
        with_amount=data.get("amount") is not False,
        with_demand=data.get("demand") is True,
        with_event=data.get("event") is not False,
        roles={int(contact): str(role) for contact, role in roles.items()} if isinstance(roles, dict) else {},
    )
