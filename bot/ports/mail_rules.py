"""What the chat asks about rules, shares, routing and what is no business."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from core.enums import MailRouting
from core.values import Caller, InteractionId, MailboxId, UserId

if TYPE_CHECKING:  # screens see this module, and must not come to the services through it
    from core.services.dismissals import DismissedSender
    from core.services.mail_rules import RuleDraft, RulePreview, RuleView
    from core.services.rule_application import RulesApplied, RulesForecast
    from core.services.sharing import ShareView


class MailRules(Protocol):
    """core.services.mail_rules.MailRules."""

    async def list_rules(self, caller: Caller | None, mailbox_id: MailboxId | None) -> "Sequence[RuleView]":
        """Rules in the order they are asked."""
        ...

    async def add_exclusion(
        self, caller: Caller | None, mailbox_id: MailboxId, whom: str, *, even_everything: bool = False
    ) -> int:
        """Leave out what is exchanged with an address or a domain."""
        ...

    async def add(
        self,
        caller: Caller | None,
        mailbox_id: MailboxId | None,
        draft: "RuleDraft",
        *,
        even_everything: bool = False,
    ) -> int:
        """Add a rule."""
        ...

    async def remove(self, caller: Caller | None, rule_id: int) -> None:
        """Remove a rule."""
        ...

    async def move(self, caller: Caller | None, rule_id: int, position: int) -> None:
        """Give a rule another place."""
        ...

    async def preview(
        self, caller: Caller | None, mailbox_id: MailboxId, condition: Mapping[str, Any]
    ) -> "RulePreview":
        """For which of the latest letters a condition holds."""
        ...


class RuleApplication(Protocol):
    """core.services.rule_application.RuleApplication."""

    async def forecast(self, caller: Caller | None, mailbox_id: MailboxId) -> "RulesForecast":
        """For which letters that are there each rule would decide."""
        ...

    async def apply(
        self, caller: Caller | None, mailbox_id: MailboxId, *, rule_id: int | None = None
    ) -> "RulesApplied":
        """Apply rules to what is there."""
        ...


class Sharing(Protocol):
    """core.services.sharing.Sharing."""

    async def list_shares(self, caller: Caller | None, mailbox_id: MailboxId) -> "Sequence[ShareView]":
        """With whom a mailbox is shared."""
        ...

    async def list_thread_shares(
        self, caller: Caller, interaction_id: InteractionId
    ) -> "Sequence[ShareView]":
        """With whom the thread of a letter is shared."""
        ...

    async def share_mailbox(
        self, caller: Caller | None, mailbox_id: MailboxId, user_id: UserId | None = None
    ) -> int:
        """Share a mailbox."""
        ...

    async def share_thread(
        self,
        caller: Caller | None,
        interaction_id: InteractionId,
        user_id: UserId | None = None,
        *,
        mailbox_id: MailboxId | None = None,
    ) -> int:
        """Share a thread."""
        ...

    async def take_back(
        self,
        caller: Caller | None,
        mailbox_id: MailboxId | None = None,
        *,
        interaction_id: InteractionId | None = None,
        user_id: UserId | None = None,
    ) -> int:
        """Make letters private again."""
        ...


class Pool(Protocol):
    """core.services.pool.Pool."""

    async def take(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Take a letter from the pool."""
        ...

    async def set_routing(self, caller: Caller | None, mailbox_id: MailboxId, routing: MailRouting) -> None:
        """Say to whom letters go."""
        ...


class Dismissals(Protocol):
    """core.services.dismissals.Dismissals."""

    async def dismiss(self, caller: Caller, interaction_id: InteractionId) -> None:
        """Take a letter off the caller's list for good."""
        ...

    async def find_sender(self, caller: Caller, interaction_id: InteractionId) -> "DismissedSender":
        """Who wrote it."""
        ...
