"""Claims are settled and marketing events are over: their end, and going back on it (domain.md S9).

Deals end otherwise (core.services.deals), chains by themselves.
"""

from core.enums import SubjectKind, SubjectState
from core.errors import Invalid, StateForbids
from core.models import Subject
from core.repositories import access
from core.services.work import Work, Works
from core.values import Caller, Ref, RefKind, SubjectId

ENDED_BY_HAND = frozenset({SubjectKind.CLAIM, SubjectKind.EVENT})


class SubjectStates:
    """Ends claims and events, and opens them again."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def settle(self, caller: Caller, subject_id: SubjectId) -> None:
        """Say that a claim is settled, or an event over: it is active no more (domain.md S9).

        Raises:
            NotFound: No such subject for the caller.
            Invalid: It is a chain or a deal.
            StateForbids: It has ended already.
        """
        async with self._works.begin(caller, "settle_subject") as work:
            await _change(work, subject_id, SubjectState.CLOSED)

    async def reopen(self, caller: Caller, subject_id: SubjectId) -> None:
        """Say that a claim or an event goes on after all.

        Raises:
            NotFound: No such subject for the caller.
            Invalid: It is a chain or a deal.
            StateForbids: It has not ended.
        """
        async with self._works.begin(caller, "reopen_subject") as work:
            await _change(work, subject_id, SubjectState.OPEN)


async def _change(work: Work, subject_id: SubjectId, state: SubjectState) -> Subject:
    subject = await access.get_visible_subject(work.session, work.caller, subject_id)
    of = Ref(RefKind.SUBJECT, subject.id)
    if subject.kind not in ENDED_BY_HAND:
        raise Invalid("subject", str(of))
    if not work.change(subject, of=of, state=state):
        raise StateForbids(of, state)
    work.confirm(of, note="settled" if state is SubjectState.CLOSED else "subject_reopened")
    return subject
