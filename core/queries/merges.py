"""Which contacts may be one: suggested to people, never merged by themselves (domain.md P5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.enums import AddressKind, ContactKind
from core.models import Contact, ContactAddress
from core.values import ContactId


class MergeReason(StrEnum):
    """Why two contacts may be one."""

    COORDINATE = "coordinate"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class MergeSuggestion:
    """Two contacts that may be one; the older is the one to keep."""

    keep_id: ContactId
    keep_name: str
    away_id: ContactId
    away_name: str
    reason: MergeReason


_keep = aliased(Contact)
_away = aliased(Contact)
_one = aliased(ContactAddress)
_other = aliased(ContactAddress)
_HUMANS = (ContactKind.PERSON, ContactKind.INDIVIDUAL)
_ALIKE = or_(
    and_(_keep.kind == _away.kind, _keep.kind != ContactKind.USER),
    and_(_keep.kind.in_(_HUMANS), _away.kind.in_(_HUMANS)),
)
_MAY_BE_ONE = and_(
    _keep.id < _away.id,
    _keep.merged_into_id.is_(None),
    _away.merged_into_id.is_(None),
    _ALIKE,
    or_(_keep.tax_number.is_(None), _away.tax_number.is_(None)),
)
_PAIRS = select(_keep.id, _keep.name, _away.id, _away.name)

_SHARING_A_COORDINATE = (
    _PAIRS.select_from(_one)
    .join(_other, and_(_other.kind == _one.kind, _other.value == _one.value))
    .join(_keep, _keep.id == _one.contact_id)
    .join(_away, _away.id == _other.contact_id)
    .where(_one.kind.in_((AddressKind.PHONE, AddressKind.EMAIL)), _MAY_BE_ONE)
    .distinct()
    .order_by(_keep.id, _away.id)
)
_OF_ONE_NAME = (
    _PAIRS.select_from(_keep)
    .join(_away, _away.name_key == _keep.name_key)
    .where(_MAY_BE_ONE)
    .order_by(_keep.id, _away.id)
)


async def suggest_merges(session: AsyncSession, limit: int) -> Sequence[MergeSuggestion]:
    """Pairs that share a phone or e-mail, then pairs of one name; each pair once, by id."""
    found: dict[tuple[int, int], MergeSuggestion] = {}
    reasons = ((MergeReason.COORDINATE, _SHARING_A_COORDINATE), (MergeReason.NAME, _OF_ONE_NAME))
    for reason, pairs in reasons:
        if len(found) >= limit:
            break
        for keep_id, keep_name, away_id, away_name in await session.execute(pairs.limit(limit)):
            suggestion = MergeSuggestion(ContactId(keep_id), keep_name, ContactId(away_id), away_name, reason)
            found.setdefault((keep_id, away_id), suggestion)
    return list(found.values())[:limit]
