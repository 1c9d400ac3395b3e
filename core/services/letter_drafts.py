"""From a letter to the rows that the core keeps of it. Pure."""

from dataclasses import asdict
from typing import Any

from core.enums import (
    AddressKind,
    Direction,
    InteractionState,
    InteractionType,
    LinkReason,
    ParticipantRole,
    Source,
)
from core.values import Address, InteractionDraft, Letter, MailAddress, ParticipantDraft, SubjectId


def draft_of(letter: Letter, direction: Direction, subject_id: int | None) -> InteractionDraft:
    """The interaction that a letter is; `subject_id` is the one of its thread, None when it starts a chain."""
    return InteractionDraft(
        type=InteractionType.EMAIL,
        state=InteractionState.DONE,
        direction=direction,
        topic=letter.topic,
        text=letter.text,
        importance=letter.importance,
        participants=participants_of(letter),
        attachments=letter.attachments,
        source=Source.MAILBOX,
        subject_id=SubjectId(subject_id) if subject_id is not None else None,
        link_reason=LinkReason.THREAD if subject_id is not None else LinkReason.OWN,
    )


def participants_of(letter: Letter) -> tuple[ParticipantDraft, ...]:
    """Everybody the letter names, each address once, in their first part."""
    drafts: dict[tuple[str, str], ParticipantDraft] = {}
    for role, people in (
        (ParticipantRole.FROM, letter.from_),
        (ParticipantRole.TO, letter.to),
        (ParticipantRole.CC, letter.cc),
        (ParticipantRole.BCC, letter.bcc),
    ):
        for one in people:
            key = (one.address, "") if one.address else ("", one.name)
            drafts.setdefault(key, _participant_of(one, role))
    return tuple(drafts.values())


def _participant_of(person: MailAddress, role: ParticipantRole) -> ParticipantDraft:
    addresses = (Address(AddressKind.EMAIL, person.address, person.original),) if person.address else ()
    return ParticipantDraft(person.name or person.original, addresses, role)


def message_row(interaction_id: int, letter: Letter, duplicate_of_id: int | None) -> dict[str, Any]:
    """The row of `MailMessage`: what a letter adds to its interaction."""
    return {
        "interaction_id": interaction_id,
        "message_id": letter.message_id,
        "in_reply_to": list(letter.in_reply_to),
        "references": list(letter.references),
        "mail_class": letter.mail_class,
        "content_sha256": letter.content_sha256,
        "raw_sha256": letter.raw_sha256,
        "size": letter.size,
        "sent_on": letter.sent_on,
        "defects": list(letter.defects),
        "original": asdict(letter.original) if letter.original is not None else None,
        "original_settled": False,
        "failed_recipients": list(letter.failed_recipients),
        "new_text": letter.new_text,
        "duplicate_of_id": duplicate_of_id,
    }
