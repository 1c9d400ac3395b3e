"""Care of deals in the chat (domain.md D1-D4)."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.enums import DealStatus, Language, Role
from core.models import Deal, LossReason, Subject, SubjectParticipant, SubjectTeam, User
from core.values import Caller, DealId, Ref, RefKind
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.factories.calls import person, record_call
from tests.factories.deals import make_company, make_lists, make_person
from tests.factories.people import caller_of, make_department

ANNA, BORIS = 1001, 1002


async def _open_deal(office: Office, caller: Caller, title: str = "Acme, 20 pallets") -> DealId:
    return await office.services.deals.create(caller, title)


async def _anna(office: Office) -> tuple[Caller, Hand]:
    user = await office.add_user(ANNA)
    await make_lists(office.works)
    return caller_of(user), Hand(office, ANNA)


def _ref(deal_id: DealId) -> Ref:
    return Ref(RefKind.DEAL, deal_id)


async def _deal(office: Office, deal_id: DealId) -> Deal:
    async with office.database.reading() as session:
        return await session.get_one(Deal, deal_id)


async def test_won_is_one_command_and_may_name_the_day(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _open_deal(office, caller)
    text = await hand.write(f"/won d{deal_id} 2026-11-20")
    deal = await _deal(office, deal_id)
    assert (deal.status, deal.committed_on, deal.probability) == (DealStatus.WON, date(2026, 11, 20), 100)
    assert "won" in text
    assert "contract signed: Fri 20 Nov" in text


async def test_won_by_buttons_takes_two_taps_from_the_card(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _open_deal(office, caller)
    await hand.write(f"/d{deal_id}")
    await hand.tap("Close…")
    await hand.tap("Won")
    assert hand.taps == 2
    assert (await _deal(office, deal_id)).committed_on == date(2026, 11, 24)


@pytest.mark.parametrize("day", ["the 32nd", "2026-13-01", "2026-12-24"])
async def test_a_day_that_cannot_be_is_refused(office: Office, day: str) -> None:
    caller, hand = await _anna(office)
    deal_id = await _open_deal(office, caller)
    assert "Nothing was changed" in await hand.write(f"/won d{deal_id} {day}")
    assert (await _deal(office, deal_id)).status is DealStatus.IN_PROGRESS


async def test_d4_lost_typed_with_its_reason(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _open_deal(office, caller)
    text = await hand.write(f"/lost d{deal_id} price")
    assert "Lost: Price · the client did not say" in text
    deal = await _deal(office, deal_id)
    assert (deal.status, deal.loss_shown_by_id, deal.probability) == (DealStatus.LOST, None, 0)


async def test_d3_the_kind_of_a_lost_deal_is_not_offered(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _open_deal(office, caller)
    await hand.write(f"/d{deal_id}")
    await hand.tap("Edit")
    assert "Kind" in await hand.labels()
    await hand.write(f"/lost d{deal_id} price")
    await hand.tap("Edit")
    assert "Kind" not in await hand.labels()


async def test_d4_lost_by_buttons_asks_why_and_what_shows_it(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _open_deal(office, caller)
    call = await record_call(office.works, caller, [person("Mary")])
    await office.services.promotion.attach(caller, call, _ref(deal_id))
    await hand.write(f"/d{deal_id}")
    await hand.tap("Close…")
    await hand.tap("Lost…")
    question = await hand.tap("Went to a competitor")
    assert "Which message" in question
    text = await hand.tap("Mary")
    assert f"shown by /i{call}" in text
    assert (await _deal(office, deal_id)).loss_shown_by_id == call
    assert hand.taps == 4


async def test_d4_the_proof_can_follow_later(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _open_deal(office, caller)
    call = await record_call(office.works, caller, [person("Mary")])
    await office.services.promotion.attach(caller, call, _ref(deal_id))
    await hand.write(f"/lost d{deal_id} Price")
    await hand.tap("What shows it?")
    text = await hand.write("/1")
    assert f"shown by /i{call}" in text


async def test_an_unknown_reason_changes_nothing_and_shows_the_list(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _open_deal(office, caller)
    text = await hand.write(f"/lost d{deal_id} bad luck")
    assert "nothing was changed" in text
    assert (await hand.labels())[0] == "1. Price"
    assert (await _deal(office, deal_id)).status is DealStatus.IN_PROGRESS


async def test_d1_only_won_or_lost_deals_close_and_only_a_manager_reopens(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _open_deal(office, caller)
    assert "Nothing was" in await hand.write(f"/close d{deal_id}")
    await hand.write(f"/won d{deal_id}")
    assert "won, closed" in await hand.write(f"/close d{deal_id}")
    assert "Your role does not include this" in await hand.write(f"/reopen d{deal_id}")
    assert "closed" in await hand.write(f"/edit d{deal_id} title Other")
    await hand.write(f"/d{deal_id}")
    await hand.tap("Closed")
    assert not [one for one in await hand.labels() if "Reopen" in one]
    async with office.database.transaction() as session:
        sales = await make_department(session)
        user = await session.get_one(User, caller.user_id)
        user.department_id = sales.id
    await office.add_user(BORIS, "Boris", role=Role.MANAGER, department_id=sales.id)
    boss = Hand(office, BORIS)
    await boss.write(f"/d{deal_id}")
    await boss.tap("Closed")
    assert "in progress" in await boss.tap("Reopen")
    assert (await _deal(office, deal_id)).closed_at is None


async def test_fields_are_changed_typed_and_by_buttons(office: Office) -> None:
    caller, hand = await _anna(office)
    acme = await make_company(office.works, "Acme")
    deal_id = await _open_deal(office, caller)
    await hand.write(f"/edit d{deal_id} amount 120 000")
    await hand.write(f"/edit d{deal_id} сумма 1.5 млн")
    assert (await _deal(office, deal_id)).amount == Decimal(1_500_000)
    assert "Nothing was changed" in await hand.write(f"/edit d{deal_id} amount much")
    await hand.write(f"/edit d{deal_id} expected_close_on 2026-12-15")
    await hand.tap("Edit")
    await hand.tap("Title")
    text = await hand.write("Twenty <pallets> & more")
    assert "Twenty <pallets> & more" in text
    await hand.tap("Edit")
    await hand.tap("Company")
    await hand.write("acme")
    text = await hand.tap("Acme")
    assert f"🏢 Acme /c{acme}" in text
    deal = await _deal(office, deal_id)
    assert (deal.partner_id, deal.expected_close_on) == (acme, date(2026, 12, 15))


async def test_roles_are_chosen_typed_and_shown_in_the_readers_language(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _open_deal(office, caller)
    mary = await make_person(office.works, "Mary Jones")
    text = await hand.write(f"/role d{deal_id} c{mary} decides")
    assert "Mary Jones decides" in text
    await hand.tap("People")
    await hand.tap("1")
    text = await hand.tap("influences")
    assert "Mary Jones influences" in text
    await hand.write(f"/role d{deal_id} c{mary} sings in the choir")
    async with office.database.reading() as session:
        row = (await session.scalars(select(SubjectParticipant))).one()
    assert (row.contact_id, row.role) == (mary, "sings in the choir")


async def test_known_role_is_translated(office: Office) -> None:
    caller, hand = await _anna(office)
    deal_id = await _open_deal(office, caller)
    mary = await make_person(office.works, "Мария")
    await office.services.deals.set_role(caller, deal_id, mary, "Решает")
    assert "Мария decides" in await hand.write(f"/d{deal_id}")


async def test_people_and_colleagues_join(office: Office) -> None:
    caller, hand = await _anna(office)
    boris = await office.add_user(BORIS, "Boris")
    deal_id = await _open_deal(office, caller)
    await make_company(office.works, "Beta")
    await hand.write(f"/d{deal_id}")
    await hand.tap("People")
    await hand.tap("Person or company")
    await hand.write("beta")
    await hand.tap("Beta")
    assert "Beta competitor" in await hand.tap("competitor")
    await hand.tap("People")
    await hand.tap("Colleague")
    assert "Boris" in await hand.tap("Boris")
    async with office.database.reading() as session:
        team = set(await session.scalars(select(SubjectTeam.user_id)))
    assert team == {caller.user_id, boris.id}
    assert f"/d{deal_id}" in await Hand(office, BORIS).write(f"/d{deal_id}")


async def test_team_is_also_typed(office: Office) -> None:
    caller, hand = await _anna(office)
    boris = await office.add_user(BORIS, "Boris")
    deal_id = await _open_deal(office, caller)
    assert "Team: Anna, Boris" in await hand.write(f"/team d{deal_id} u{boris.id}")


async def test_the_list_of_deals_opens_cards_and_keeps_its_place(office: Office) -> None:
    caller, hand = await _anna(office)
    for number in range(8):
        await _open_deal(office, caller, f"Deal {number}")
    won = await _open_deal(office, caller, "Won one")
    await hand.write(f"/won d{won}")
    await hand.write(f"/close d{won}")
    text = await hand.write("/deals")
    assert text.splitlines()[0] == "💼 Deals 8"
    await hand.tap("›")
    second = await hand.see()
    assert "Deal 0" in await hand.tap("2")
    assert await hand.tap("‹ Back") == second
    assert "Won one" in await hand.tap("Closed")


async def test_foreign_deals_are_not_there(office: Office) -> None:
    _, hand = await _anna(office)
    boris = caller_of(await office.add_user(BORIS, "Boris"))
    deal_id = await _open_deal(office, boris, "Secret")
    for text in (
        f"/d{deal_id}",
        f"/won d{deal_id}",
        f"/lost d{deal_id} Price",
        f"/lost d{deal_id} nothing",
        f"/edit d{deal_id} title Mine",
        f"/team d{deal_id} u1",
        f"/role d{deal_id} c1 decides",
    ):
        assert await hand.write(text) == "No such interaction, or it is not yours to see."
    await hand.write("/deals")
    for data in (
        f"won:d{deal_id}",
        f"lose:d{deal_id}:1",
        "lose:d1:999999",
        f"show:deal_people:{deal_id}",
        f"show:deal_role:{deal_id}:1",
        "show:deal_role:1:0",
        "role_as:d1:c1:nonsense",
        "deal_field:d1:nonsense",
        "deal_field:x:title",
        f"show:d:{deal_id}:deals:1",
        f"show:trail:{deal_id}:1:d{deal_id}",
    ):
        assert "Secret" not in await hand.forge(data)
    async with office.database.reading() as session:
        assert (await session.scalars(select(Subject.title))).all() == ["Secret"]
        assert (await session.scalars(select(Deal.status))).all() == [DealStatus.IN_PROGRESS]


async def test_russian_deal(office: Office) -> None:
    user = await office.add_user(ANNA, "Анна", language=Language.RU)
    await make_lists(office.works)
    async with office.database.transaction() as session:
        session.add(LossReason(name="Нет бюджета"))
    hand = Hand(office, ANNA)
    deal_id = await _open_deal(office, caller_of(user), "Ромашка, 20 паллет")
    text = await hand.write(f"/d{deal_id}")
    assert text.startswith(f"💼 Ромашка, 20 паллет · в работе · /d{deal_id}")
    text = await hand.write(f"/lost d{deal_id} нет бюджета")
    assert "Проиграна: Нет бюджета · клиент не сказал" in text


async def test_titles_of_all_kinds_are_shown_as_they_are(office: Office) -> None:
    _, hand = await _anna(office)
    for title in ("<b>bold</b> & co", "🦄 единорог", "עברית", "a\u200bb\u202ec", "_*[`"):
        text = await hand.write(f"/deal new {title}")
        assert title.replace("\u200b", "").replace("\u202e", "") in text.replace("\u2068", "").replace(
            "\u2069", ""
        )
    assert "Nothing was changed" in await hand.write(f"/deal new {'x' * 3000}")
