"""Marketing events as sources of deals: an event that is chosen joins the organisation's list (domain.md D1)."""

from sqlalchemy import select

from core.enums import SalesList, SubjectKind
from core.errors import Invalid
from core.models import DealSource
from core.repositories import access, sales
from core.rules.coordinates import plain_text
from core.rules.positions import next_position
from core.services.sales_lists import MAX_NAME
from core.services.work import Work
from core.values import Ref, RefKind


async def source_of_event(work: Work, event_id: int) -> DealSource:
    """The item of the list of sources that is an event; one of its name becomes it, else a new one joins the list.

    It is recorded with the event, so that the event is not undone under the deals that came from it.

    Raises:
        NotFound: There is no such event for the caller.
        Invalid: It is no marketing event.
    """
    event = await access.get_visible_subject(work.session, work.caller, event_id)
    if event.kind is not SubjectKind.EVENT:
        raise Invalid("source", event.title)
    of = Ref(RefKind.SUBJECT, event.id)
    items = (await work.session.scalars(select(DealSource).order_by(DealSource.id))).all()
    known = next((one for one in items if one.event_id == event.id), None)
    if known is not None:
        work.change(known, of=of, archived=False)
        return known
    name = plain_text(event.title)[:MAX_NAME].rstrip()
    same = sales.named(items, name)
    if same is not None and same.event_id is None:
        work.change(same, of=of, event_id=event.id, archived=False)
        return same
    if same is not None:
        name = f"{name[: MAX_NAME - 12]} (s{event.id})"
    row = DealSource(name=name, position=next_position(items), event_id=event.id)
    await work.add(row, of=of, note={"list": SalesList.SOURCES.value})
    await work.session.flush()
    return row
