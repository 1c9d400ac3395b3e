"""What is chosen before a deal is made of a chain: kind, sum, demand, roles (domain.md S6)."""

from decimal import Decimal

from sqlalchemy import select

from core.models import Contact, Deal, DealKind, DemandRow, SubjectParticipant
from core.values import Caller, InteractionId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.bot.process import make_process
from tests.factories.calls import person, record_call
from tests.factories.deals import make_company, make_lists, make_person
from tests.factories.people import caller_of

ANNA = 1001


async def _start(
    office: Office, text: str = "20 pallets for 120 000 EUR"
) -> tuple[Caller, Hand, InteractionId]:
    user = await office.add_user(ANNA)
    await make_lists(office.works)
    await make_process(office.works)
    acme = await make_company(office.works, "Acme", "office@acme.example")
    await make_person(office.works, "Mary Jones", "mary@acme.example", partner_id=acme)
    caller = caller_of(user)
    people = [person("Acme", "office@acme.example"), person("Mary Jones", "mary@acme.example")]
    call = await record_call(office.works, caller, people, topic="Pallets", text=text)
    return caller, Hand(office, ANNA), call


async def _only_deal(office: Office) -> Deal:
    async with office.database.reading() as session:
        (deal,) = await session.scalars(select(Deal))
    return deal


async def test_the_sum_that_was_spoken_of_is_proposed_and_taken(office: Office) -> None:
    _, hand, call = await _start(office)
    await hand.write(f"/i{call}")
    preview = await hand.tap("Make a deal")
    assert f"Sum: €120,000 · as /i{call} says" in preview
    assert "Kind: Project" in preview
    card = await hand.tap("Create")
    assert hand.taps == 2
    deal = await _only_deal(office)
    assert (deal.amount, deal.currency) == (Decimal(120_000), "EUR")
    assert "●○○ Qualification" in card


async def test_the_sum_can_be_left_out_and_the_demand_noted(office: Office) -> None:
    _, hand, call = await _start(office)
    await hand.write(f"/i{call}")
    await hand.tap("Make a deal")
    text = await hand.tap("Without the sum")
    assert "Sum:" not in text
    assert "Demand:" not in text
    assert f"Demand: 20 pallets for 120 000 EUR · Mary Jones · as /i{call} says" in await hand.tap(
        "🎯 Demand"
    )
    assert "🎯 20 pallets" in await hand.tap("Create")
    assert (await _only_deal(office)).amount is None
    async with office.database.reading() as session:
        assert [one.asked_in_id for one in await session.scalars(select(DemandRow))] == [call]


async def test_a_sum_in_a_currency_that_is_not_on_the_list_is_not_taken(office: Office) -> None:
    _, hand, call = await _start(office, "20 pallets for 120 000 GBP")
    await hand.write(f"/deal i{call}")
    assert (await _only_deal(office)).amount is None


async def test_another_kind_is_one_tap_more_and_the_roles_are_asked_one_by_one(office: Office) -> None:
    _, hand, call = await _start(office)
    await hand.write(f"/i{call}")
    await hand.tap("Make a deal")
    await hand.tap("Another kind")
    assert "Kind: Sale" in await hand.tap("Sale")
    assert "Acme" in await hand.tap("Roles")
    assert "Mary Jones" in await hand.tap("client")
    preview = await hand.tap("decides")
    assert "Acme (client)" in preview
    assert "Mary Jones (decides)" in preview
    await hand.tap("Create")
    deal = await _only_deal(office)
    async with office.database.reading() as session:
        kind = await session.get_one(DealKind, deal.kind_id)
        roles = await session.scalars(
            select(SubjectParticipant.role)
            .where(SubjectParticipant.subject_id == deal.subject_id)
            .order_by(SubjectParticipant.presentation)
        )
        assert (kind.name, list(roles)) == ("Sale", ["client", "decides"])


async def test_another_title_keeps_what_else_was_chosen(office: Office) -> None:
    _, hand, call = await _start(office)
    await hand.write(f"/i{call}")
    await hand.tap("Make a deal")
    await hand.tap("Another kind")
    await hand.tap("Sale")
    await hand.tap("Another title")
    assert "Big order" in await hand.write("Big order")
    deal = await _only_deal(office)
    async with office.database.reading() as session:
        assert (await session.get_one(DealKind, deal.kind_id)).name == "Sale"


async def test_undo_takes_a_promotion_into_a_process_back_as_one_step(office: Office) -> None:
    _, hand, call = await _start(office)
    await hand.write(f"/deal i{call}")
    await hand.tap("Undo")
    async with office.database.reading() as session:
        assert list(await session.scalars(select(Deal))) == []


async def test_forged_choices_are_refused(office: Office) -> None:
    _, hand, call = await _start(office)
    await hand.write(f"/i{call}")
    await hand.tap("Make a deal")
    for data in (f"draft:i{call}:kind:x", f"draft:i{call}:heaven:on", f"draft:i{call}:role:1:nonsense:1"):
        await hand.forge(data)
        assert "Nothing was changed" in hand.toast


async def test_a_deal_is_opened_with_a_contact_by_a_tap_or_typed(office: Office) -> None:
    _, hand, _ = await _start(office)
    async with office.database.reading() as session:
        ids = {one.name: one.id for one in await session.scalars(select(Contact))}
    await hand.write(f"/c{ids['Mary Jones']}")
    await hand.tap("New deal")
    card = await hand.write("Spare parts")
    assert f"🏢 Acme /c{ids['Acme']}" in card
    assert "Mary Jones" in card
    assert f"🏢 Acme /c{ids['Acme']}" in await hand.write(f"/deal c{ids['Acme']} Pumps")


async def test_two_deals_are_merged_by_taps(office: Office) -> None:
    _, hand, _ = await _start(office)
    await hand.write("/deal new Pumps")
    await hand.write("/deal new Hoses")
    await hand.tap("More…")
    await hand.tap("Merge with…")
    await hand.write("Pumps")
    assert "The two deals are one now" in await hand.tap("Pumps")
