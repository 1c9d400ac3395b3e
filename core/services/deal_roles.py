"""Which part contacts have in a deal, changed inside a transaction that does more (domain.md, Participant role)."""

from core.models import SubjectParticipant
from core.repositories import contacts, sales, subjects
from core.services.work import Work
from core.values import Ref, RefKind


async def give_role(work: Work, subject_id: int, contact_id: int, role: str) -> None:
    """Give a contact a part in a deal inside a transaction that does more.

    Raises:
        NotFound: There is no such contact.
    """
    contact = await contacts.get_contact(work.session, contact_id)
    words = " ".join(role.split())
    known = sales.named(await sales.list_items(work.session, sales.role_list_for(contact.kind)), words)
    of = Ref(RefKind.SUBJECT, subject_id)
    row = await subjects.find_participant(work.session, subject_id, contact.id)
    role_id = known.id if known is not None else None
    own_words = "" if known is not None else words
    if row is not None:
        work.change(row, of=of, role_id=role_id, role=own_words)
        return
    row = SubjectParticipant(
        subject_id=subject_id,
        contact_id=contact.id,
        presentation=contact.name,
        role_id=role_id,
        role=own_words,
    )
    await work.add(row, of=of)
    await work.session.flush()
