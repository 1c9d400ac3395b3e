"""Who wrote what a colleague forwards, as the letter names them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.enums import ContactKind, ParticipantRole
from core.models import Mailbox
from core.queries.interaction_people import ParticipantView
from core.rules.forwarded import read_original
from core.values import Original


async def find_original(
    session: AsyncSession, letter: Row[*tuple[Any, ...]], participants: Sequence[ParticipantView]
) -> Original | None:
    """The original sender, where a user of ours has sent the letter on and somebody else wrote it.

    Args:
        session: The session.
        letter: With its topic, its text, and who wrote the letter that hangs on it as a file, which says so better
            than any text.
        participants: The letter's.
    """
    attached = letter.attached_original
    original = Original(**attached) if attached is not None else read_original(letter.topic, letter.text)
    if original is None:
        return None
    senders = [one for one in participants if one.role is ParticipantRole.FROM]
    addresses = [address.value for one in senders for address in one.addresses]
    own = set(
        await session.scalars(
            select(Mailbox.address).where(Mailbox.address.in_([*addresses, original.address]))
        )
    )
    if original.address in own or original.address in addresses:
        return None
    is_ours = any(one.contact_kind is ContactKind.USER for one in senders) or own.intersection(addresses)
    return original if is_ours else None
