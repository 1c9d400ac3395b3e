"""What the keeper of a mailbox is told of a letter that has come."""

from collections.abc import Sequence

from core.enums import Direction, MailClass
from core.models import Interaction
from core.repositories import letters
from core.services.letter_batch import LetterBatch
from core.services.letter_threads import Place
from core.values import Ref, RefKind


async def send_card(
    place: LetterBatch,
    interaction_id: int,
    parent_id: int | None,
    asked: Sequence[int] = (),
    mail_class: MailClass = MailClass.NORMAL,
) -> None:
    """Have the keeper's chat show a letter that wants their attention.

    Args:
        place: Where it was seen.
        interaction_id: The letter.
        parent_id: What it answers.
        mail_class: A bounce is told as one; only what people write is an answer that somebody waits for.
        asked: Subjects that it may belong to: the card asks which one (domain.md S8).
    """
    choices = {"subjects": list(asked)} if asked else {}
    from_people = mail_class is MailClass.NORMAL
    awaited = from_people and parent_id is not None and await _is_awaited(place, parent_id)
    note = "bounced" if mail_class is MailClass.BOUNCE and parent_id is not None else "letter"
    place.work.notify(
        place.keeper_id,
        Ref(RefKind.INTERACTION, interaction_id),
        note="answer" if awaited else note,
        key=f"letter:{interaction_id}:{place.keeper_id}",
        **choices,
    )


async def _is_awaited(place: LetterBatch, parent_id: int) -> bool:
    """Whether what is answered is outgoing and not reviewed: the keeper has it on control."""
    parent = await place.work.session.get_one(Interaction, parent_id)
    if parent.direction is not Direction.OUT:
        return False
    waiting = await letters.find_owner(place.work.session, parent.id, place.keeper_id)
    return waiting is not None and not waiting.reviewed


def ask_subject(place: LetterBatch, interaction_id: int, seat: Place) -> None:
    """Two real subjects never merge: ask which one the letter is about (domain.md M3)."""
    subjects = [seat.decision.subject_id, *seat.decision.kept_apart]
    place.work.notify(
        place.keeper_id,
        Ref(RefKind.INTERACTION, interaction_id),
        note="choose_subject",
        key=f"choose_subject:{interaction_id}:{place.keeper_id}",
        subjects=subjects,
    )
