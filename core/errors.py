"""What can be refused, as one tree.

    CoreError
    ├── NotFound              no such object, or not the caller's to see: one answer for both
    ├── NotAllowed            the role does not permit it
    ├── OptionOff             the organisation switched this part off
    ├── Invalid               a value makes no sense; names the field
    │   ├── AmountInvalid
    │   └── TimeInvalid
    ├── Conflict              the state of things forbids it
    │   ├── ContentFixed      a sent or received message cannot change
    │   ├── SubjectClosed     the deal is closed
    │   ├── CannotUndo        something later builds on it
    │   ├── NothingToUndo
    │   ├── PartnerAmbiguous  several partners: the caller must choose
    │   └── Missing           a required field is not filled; names it
    ├── InvitationInvalid     used, expired or unknown
    └── AlreadyFinished       this update had its effect before: roll back, do nothing

The doors translate these to sentences; none of them carries text for people.
"""

from core.enums import FunctionalOption
from core.values import ContactId, Ref


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
    """A sum that cannot be read."""


class TimeInvalid(Invalid):
    """A time that cannot be read or cannot be."""


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


class TaxNumberTaken(Conflict):
    """The tax number belongs to another partner (domain.md P5)."""

    def __init__(self, contact_id: ContactId) -> None:
        super().__init__(f"tax number belongs to c{contact_id}")
        self.contact_id = contact_id


class InvitationInvalid(CoreError):
    """The invitation was used, has expired or never existed."""


class AlreadyFinished(CoreError):
    """The update behind this call had its effect already."""
