"""What can be refused, as one tree.

    CoreError
    ├── NotFound              no such object, or not the caller's to see: one answer for both
    ├── NotAllowed            the role does not permit it
    ├── OptionOff             the organisation switched this part off
    ├── Invalid               a value makes no sense; names the field
    │   ├── AmountInvalid
    │   ├── TimeInvalid
    │   └── AwayInvalid       days on which nobody can be away; says why
    ├── Conflict              the state of things forbids it
    │   ├── ContentFixed      a sent or received message cannot change
    │   ├── SubjectClosed     the deal is closed
    │   ├── CannotUndo        something later builds on it
    │   ├── NothingToUndo
    │   ├── PartnerAmbiguous  several partners: the caller must choose
    │   ├── StageBlocked      the stage of a deal asks for more; names it
    │   ├── StageChanged      somebody else moved the deal meanwhile
    │   ├── DemandUnsettled   rows of demand without a word on how far they were met
    │   ├── DealMerged        the deal became part of another
    │   ├── NoRoomGroup       no group takes rooms of such deals
    │   ├── NotInTeam         the deal is neither theirs nor led by them
    │   ├── RoomsOff          rooms of deals are off
    │   ├── NameTaken         a list has that name already
    │   └── Missing           a required field is not filled; names it
    ├── SetupInvalid          the file that sets the organisation up makes no sense
    ├── InvitationInvalid     used, expired or unknown
    └── AlreadyFinished       this update had its effect before: roll back, do nothing

The doors translate these to sentences; none of them carries text for people.
"""

from collections.abc import Sequence
from datetime import datetime

from core.enums import FunctionalOption
from core.values import ContactId, Lack, Ref


class CoreError(Exception):
    """The core refused; nothing was changed."""


class NotFound(CoreError):
    """There is no such object, or the caller may not see it."""

    def __init__(self, ref: Ref | str) -> None:
        super().__init__(f"not found: {ref}")
        self.ref = ref


class NotAllowed(CoreError):
    """The caller's role does not permit this action."""

    def __init__(self, action: str) -> None:
        super().__init__(f"not allowed: {action}")
        self.action = action


class OptionOff(CoreError):
    """The functional option that this action belongs to is off (domain.md O2)."""

    def __init__(self, option: FunctionalOption) -> None:
        super().__init__(f"option is off: {option}")
        self.option = option


class Invalid(CoreError):
    """A value makes no sense."""

    def __init__(self, field: str, value: str) -> None:
        super().__init__(f"{field}: {value!r} is not valid")
        self.field = field
        self.value = value


class AmountInvalid(Invalid):
    """A sum that cannot be read.

    Attributes:
        why: What is wrong with it: ``unreadable``, ``negative``, ``too_large``, ``too_fine``.
    """

    def __init__(self, field: str, value: str, why: str = "unreadable") -> None:
        super().__init__(field, value)
        self.why = why


class TimeInvalid(Invalid):
    """A time that cannot be read or cannot be."""


class AwayInvalid(Invalid):
    """Days on which a user cannot be away.

    Attributes:
        why: ``order`` (they end before they begin), ``past``, ``long``, ``overlap`` (away already).
    """

    def __init__(self, value: str, why: str = "order") -> None:
        super().__init__("away", value)
        self.why = why


class RepeatInvalid(Invalid):
    """A plan cannot repeat so.

    Attributes:
        why: ``words``: they name no repetition; ``count``, ``until``: an end that cannot be; ``rare``: there is no
            second time within reach; ``day``: no rule can be told for the day it was moved to; ``none``: it does
            not repeat.
    """

    def __init__(self, value: str, why: str = "words") -> None:
        super().__init__("repeat", value)
        self.why = why


class Conflict(CoreError):
    """The state of things forbids the action."""


class ContentFixed(Conflict):
    """The content of a sent or received message does not change (domain.md I7)."""

    def __init__(self, ref: Ref, field: str) -> None:
        super().__init__(f"{ref}: {field} is fixed")
        self.ref = ref
        self.field = field


class SubjectClosed(Conflict):
    """A closed deal changes only after a manager reopens it (domain.md D1)."""

    def __init__(self, ref: Ref) -> None:
        super().__init__(f"{ref} is closed")
        self.ref = ref


class StateForbids(Conflict):
    """The object is in a state in which this cannot be done."""

    def __init__(self, ref: Ref, state: str) -> None:
        super().__init__(f"{ref} is {state}")
        self.ref = ref
        self.state = state


class MailboxTaken(StateForbids):
    """The mailbox is connected already: by the caller, or by somebody else.

    Attributes:
        is_own: Whether it is the caller's own; only then may they be told which it is.
    """

    def __init__(self, ref: Ref, state: str, *, is_own: bool = False) -> None:
        super().__init__(ref, state)
        self.is_own = is_own


class RoomsOff(Conflict):
    """Rooms of deals are off in this organisation."""

    def __init__(self) -> None:
        super().__init__("deal rooms are off")


class NoRoomGroup(Conflict):
    """There is no group where such a deal could have its room."""

    def __init__(self) -> None:
        super().__init__("no group takes rooms of such deals")


class NotInTeam(Conflict):
    """Only the team of a deal, and who leads any of them, work in its room."""

    def __init__(self, ref: Ref) -> None:
        super().__init__(f"not in the team of {ref}")
        self.ref = ref


class CannotUndo(Conflict):
    """A later step builds on the one to be undone."""

    def __init__(self, blocking: tuple[str, ...]) -> None:
        super().__init__(f"later changes build on it: {', '.join(blocking)}")
        self.blocking = blocking


class NothingToUndo(Conflict):
    """The caller has changed nothing that could be taken back."""


class PartnerAmbiguous(Conflict):
    """Several partners take part, or none is known to be the client (domain.md S6)."""

    def __init__(self, candidates: tuple[ContactId, ...]) -> None:
        super().__init__(f"{len(candidates)} partners")
        self.candidates = candidates


class Missing(Conflict):
    """A field without which the action makes no sense is not filled."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is missing")
        self.field = field


class StageBlocked(Conflict):
    """The stage of a deal is not left before what it asks for is there (domain.md D2).

    Attributes:
        ref: The deal.
        stage: The stage that holds it.
        lacks: What is missing.
        target: The number of the stage that was wanted.
        may_override: Whether the caller may let it go on all the same, with a reason.
    """

    def __init__(
        self, ref: Ref, stage: str, lacks: tuple[Lack, ...], *, target: int, may_override: bool
    ) -> None:
        super().__init__(f"{ref}: {len(lacks)} things missing")
        self.ref = ref
        self.stage = stage
        self.lacks = lacks
        self.target = target
        self.may_override = may_override


class StageChanged(Conflict):
    """Somebody moved the deal since the caller looked at it.

    Attributes:
        ref: The deal.
        stage: Where it stands now; None: in no stage.
        by: Who moved it; None: the system.
        at: When.
    """

    def __init__(self, ref: Ref, stage: str | None, by: str | None, at: datetime | None) -> None:
        super().__init__(f"{ref} was moved meanwhile")
        self.ref = ref
        self.stage = stage
        self.by = by
        self.at = at


class DemandUnsettled(Conflict):
    """A deal does not close before each row of demand says how far it was met, and why not whole (domain.md D4)."""

    def __init__(self, ref: Ref, row_ids: tuple[int, ...]) -> None:
        super().__init__(f"{ref}: {len(row_ids)} rows of demand are not settled")
        self.ref = ref
        self.row_ids = row_ids


class DealMerged(Conflict):
    """The deal became part of another."""

    def __init__(self, ref: Ref, into: Ref) -> None:
        super().__init__(f"{ref} became part of {into}")
        self.ref = ref
        self.into = into


class NameTaken(Conflict):
    """The list has an item of that name."""

    def __init__(self, field: str, name: str) -> None:
        super().__init__(f"{field}: {name!r} is there already")
        self.field = field
        self.name = name


class SetupInvalid(CoreError):
    """The file that sets the organisation up makes no sense; nothing of it was applied.

    Attributes:
        problems: Everything that is wrong: where (keys and numbers from the top of the file), and what.
    """

    def __init__(self, problems: Sequence[tuple[tuple[str | int, ...], str]]) -> None:
        super().__init__(f"{len(problems)} problems in the setup")
        self.problems = tuple(problems)


class TaxNumberTaken(Conflict):
    """The tax number belongs to another partner (domain.md P5)."""

    def __init__(self, contact_id: ContactId) -> None:
        super().__init__(f"tax number belongs to c{contact_id}")
        self.contact_id = contact_id


class InvitationInvalid(CoreError):
    """The invitation was used, has expired or never existed."""


class AlreadyFinished(CoreError):
    """The update behind this call had its effect already."""
