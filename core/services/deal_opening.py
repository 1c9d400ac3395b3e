"""New deals, claims and events: their subjects, and the deals behind them (domain.md D1, S6)."""

from core.enums import SubjectKind
from core.errors import Invalid
from core.models import Deal, DealKind, Subject
from core.repositories import sales, search
from core.services.work import Work
from core.values import Caller

MAX_TITLE = 200


async def create_subject(work: Work, kind: SubjectKind, title: str) -> Subject:
    """A new deal's, claim's or event's subject, without interactions yet.

    Raises:
        Invalid: The title is empty or too long.
    """
    clean = title.strip()
    if not clean or len(clean) > MAX_TITLE:
        raise Invalid("title", title)
    subject = Subject(
        kind=kind,
        title=clean,
        author_id=work.user_id,
        created_at=work.now,
        interactions=0,
        unreviewed=0,
        planned=0,
    )
    await work.add(subject, of=None, note={"kind": kind, "title": clean})
    await work.session.flush()
    await search.index_subject(work.session, subject.id, (clean,))
    return subject


async def choose_kind(work: Work, kind_id: int | None) -> DealKind:
    """The kind of that number, or the default one.

    Raises:
        Missing: None was chosen, and the organisation has none.
        Invalid: There is no such kind, or it is archived.
    """
    if kind_id is None:
        return await sales.get_default_kind(work.session)
    return await sales.get_kind(work.session, kind_id)


async def create_deal(
    work: Work,
    subject: Subject,
    caller: Caller,
    *,
    partner_id: int | None,
    currency: str,
    kind: DealKind,
) -> Deal:
    """A new deal behind a subject, in no stage yet; the caller is responsible.

    `core.services.deal_moves.enter_first` follows, once the deal has its interactions.
    """
    deal = Deal(
        subject_id=subject.id,
        partner_id=partner_id,
        kind_id=kind.id,
        responsible_id=caller.user_id,
        currency=currency,
        opened_at=work.now,
    )
    await work.add(deal, of=None, note={"subject_id": subject.id, "kind_id": kind.id})
    await work.session.flush()
    return deal
