"""Where a deal and its facts come from: interactions with their words, marketing events (domain.md D1, pains.md 9)."""

from sqlalchemy import select

from core.models import Deal, DealEvidence, DealSource, DemandRow, Subject
from core.values import Caller, InteractionId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.factories.calls import person, record_call
from tests.factories.deals import make_company, make_lists, make_person
from tests.factories.people import caller_of

ANNA = 1001
MARY = "mary@acme.example"


async def _start(office: Office) -> tuple[Caller, Hand]:
    user = await office.add_user(ANNA)
    await make_lists(office.works)
    acme = await make_company(office.works, "Acme", "office@acme.example")
    await make_person(office.works, "Mary Jones", MARY, partner_id=acme)
    return caller_of(user), Hand(office, ANNA)


async def _call(office: Office, caller: Caller, topic: str, text: str) -> InteractionId:
    return await record_call(office.works, caller, [person("Mary Jones", MARY)], topic=topic, text=text)


async def _deal(office: Office) -> Deal:
    async with office.database.reading() as session:
        return (await session.scalars(select(Deal))).one()


async def _make_event(office: Office, caller: Caller, hand: Hand) -> int:
    """A fair at which Mary was met; returns its subject."""
    met = await _call(office, caller, "Fair in May", "We met at the stand")
    await hand.write(f"/event i{met} Fair in May")
    async with office.database.reading() as session:
        return (await session.scalars(select(Subject.id).where(Subject.title == "Fair in May"))).one()


async def test_why_names_the_interaction_that_a_sum_was_taken_from_with_its_words(office: Office) -> None:
    caller, hand = await _start(office)
    call = await _call(office, caller, "Pallets", "Hello Anna,\nwe need 20 pallets\n120 000 EUR would do")
    await hand.write(f"/i{call}")
    await hand.tap("Make a deal")
    await hand.tap("🎯 Demand")
    await hand.tap("Create")
    await hand.tap("More…")
    text = await hand.tap("Why so")
    assert f"Amount: €120,000 · as /i{call} says · Anna · today 12:00\n120 000 EUR would do\n" in text
    assert f"Title: Pallets · as /i{call} says" in text
    assert f"Company: Acme · as /i{call} says" in text
    assert f"Demand: we need 20 pallets · as /i{call} says" in text
    assert f"First contact · as /i{call} says · today 12:00" in text
    assert "Pallets" in await hand.write(f"/i{call}")


async def test_what_somebody_says_of_a_sum_is_theirs_until_undone(office: Office) -> None:
    caller, hand = await _start(office)
    call = await _call(office, caller, "Pallets", "120 000 EUR")
    await hand.write(f"/deal i{call}")
    deal = await _deal(office)
    await hand.write(f"/edit d{deal.id} amount 90 000")
    assert "Amount: €90,000 · before: €120,000 · Anna" in await hand.write(f"/why d{deal.id}")
    await hand.write("/undo")
    assert f"Amount: €120,000 · as /i{call} says · Anna" in await hand.write(f"/why d{deal.id}")


async def test_undo_of_a_promotion_leaves_no_evidence_behind(office: Office) -> None:
    caller, hand = await _start(office)
    call = await _call(office, caller, "Pallets", "20 pallets for 120 000 EUR")
    await hand.write(f"/i{call}")
    await hand.tap("Make a deal")
    await hand.tap("🎯 Demand")
    await hand.tap("Create")
    async with office.database.reading() as session:
        assert len((await session.scalars(select(DemandRow))).all()) == 1
    await hand.tap("Undo")
    async with office.database.reading() as session:
        assert (await session.scalars(select(DealEvidence))).all() == []
        assert (await session.scalars(select(DemandRow))).all() == []


async def test_where_no_words_ask_for_anything_the_first_ones_are_proposed(office: Office) -> None:
    caller, hand = await _start(office)
    call = await _call(office, caller, "Catch-up", "Talked of the weather")
    await hand.write(f"/i{call}")
    assert "Demand:" not in await hand.tap("Make a deal")
    assert "Demand: Talked of the weather · Mary Jones" in await hand.tap("🎯 Demand")


async def test_d1_who_was_met_at_an_event_brings_it_as_source(office: Office) -> None:
    caller, hand = await _start(office)
    event_id = await _make_event(office, caller, hand)
    call = await _call(office, caller, "Pallets", "20 pallets")
    await hand.write(f"/i{call}")
    assert f"Source: 📣 Fair in May /s{event_id}" in await hand.tap("Make a deal")
    assert "Source:" not in await hand.tap("Without the source")
    assert "Source: 📣" in await hand.tap("From Fair in May")
    card = await hand.tap("Create")
    assert f"from: 📣 Fair in May /s{event_id}" in card
    assert "Fair in May" in await hand.write(f"/s{event_id}")
    async with office.database.reading() as session:
        source = (await session.scalars(select(DealSource))).one()
        assert (source.name, source.event_id) == ("Fair in May", event_id)


async def test_s6_a_deal_made_of_an_interaction_of_an_event_comes_from_it(office: Office) -> None:
    caller, hand = await _start(office)
    event_id = await _make_event(office, caller, hand)
    async with office.database.transaction() as session:
        session.add(DealSource(name="fair in MAY"))
    said = await hand.write(f"/s{event_id}")
    call = said.split("/i")[1].split()[0]
    assert f"from: 📣 fair in MAY /s{event_id}" in await hand.write(f"/deal i{call} Stand deal")
    async with office.database.reading() as session:
        assert [one.event_id for one in await session.scalars(select(DealSource))] == [event_id]


async def test_d1_an_open_event_is_chosen_as_source_by_button_and_typed(office: Office) -> None:
    caller, hand = await _start(office)
    event_id = await _make_event(office, caller, hand)
    await hand.write("/deal new Pumps")
    deal = await _deal(office)
    await hand.tap("Edit")
    await hand.tap("Source")
    assert f"from: 📣 Fair in May /s{event_id}" in await hand.tap("📣 Fair in May")
    await hand.write(f"/edit d{deal.id} source none")
    await hand.write("/undo")
    assert "from: 📣" in await hand.write(f"/edit d{deal.id} source s{event_id}")
    assert (await hand.write(f"/edit d{deal.id} source s999")).startswith("No such")


async def test_undo_at_an_event_takes_back_first_what_came_of_it(office: Office) -> None:
    caller, hand = await _start(office)
    event_id = await _make_event(office, caller, hand)
    await hand.write("/deal new Pumps")
    deal = await _deal(office)
    await hand.write(f"/edit d{deal.id} source s{event_id}")
    await hand.write(f"/s{event_id}")
    await hand.tap("Undo")
    async with office.database.reading() as session:
        assert await session.get(Subject, event_id) is not None
        assert (await session.get_one(Deal, deal.id)).source_id is None
        assert (await session.scalars(select(DealSource))).all() == []
