"""Deals, claims and events made of chains, in the chat (domain.md S6)."""

from typing import Any

import pytest
from sqlalchemy import select

from core.enums import FunctionalOption, Language, SubjectKind
from core.models import Deal, Interaction, OptionSwitch, Subject, User
from core.values import Caller, ContactId, InteractionId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.factories.calls import person, record_call
from tests.factories.deals import make_company, make_lists, make_person
from tests.factories.people import caller_of

ANNA = 1001


async def _anna(office: Office, **fields: Any) -> tuple[User, Caller, Hand]:
    user = await office.add_user(ANNA, **fields)
    await make_lists(office.works)
    return user, caller_of(user), Hand(office, ANNA)


async def _subject_of(office: Office, interaction_id: InteractionId) -> Subject:
    async with office.database.reading() as session:
        found = await session.scalar(
            select(Subject)
            .join(Interaction, Interaction.subject_id == Subject.id)
            .where(Interaction.id == interaction_id)
        )
    assert found is not None
    return found


async def _deals(office: Office) -> list[Deal]:
    async with office.database.reading() as session:
        return list(await session.scalars(select(Deal).order_by(Deal.id)))


async def _call_with_company(office: Office, caller: Caller) -> tuple[InteractionId, ContactId]:
    acme = await make_company(office.works, "Acme", "office@acme.example")
    call = await record_call(
        office.works, caller, [person("John", "office@acme.example")], topic="Twenty pallets"
    )
    return call, acme


async def test_typed_deal_is_made_at_once_with_the_only_company(office: Office) -> None:
    _, caller, hand = await _anna(office)
    call, acme = await _call_with_company(office, caller)
    text = await hand.write(f"/deal i{call}")
    (deal,) = await _deals(office)
    assert deal.partner_id == acme
    assert text.splitlines()[0].startswith(f"💼 Twenty pallets · in progress · /d{deal.id}")
    assert "🏢 Acme" in text
    assert (await _subject_of(office, call)).kind is SubjectKind.DEAL


async def test_making_a_deal_takes_two_taps_from_the_card_with_a_preview(office: Office) -> None:
    _, caller, hand = await _anna(office)
    call, _ = await _call_with_company(office, caller)
    await hand.write(f"/i{call}")
    preview = await hand.tap("Make a deal")
    assert "Twenty pallets" in preview
    assert "Company: Acme" in preview
    assert "1 interaction goes along" in preview
    assert await _deals(office) == []
    card = await hand.tap("Create")
    assert hand.taps == 2
    (deal,) = await _deals(office)
    assert f"/d{deal.id}" in card


async def test_a_double_tap_makes_one_deal(office: Office) -> None:
    _, caller, hand = await _anna(office)
    call, _ = await _call_with_company(office, caller)
    await hand.write(f"/i{call}")
    await hand.tap("Make a deal")
    create = next(one for one in await hand.data() if one.startswith("make:"))
    await hand.tap("Create")
    text = await hand.forge(create)
    assert "nothing was done" in text
    assert len(await _deals(office)) == 1


async def test_into_an_existing_deal_takes_two_taps(office: Office) -> None:
    _, caller, hand = await _anna(office)
    first, _ = await _call_with_company(office, caller)
    await hand.write(f"/deal i{first}")
    second = await record_call(office.works, caller, [person("J", "office@acme.example")], topic="Delivery")
    await hand.write(f"/i{second}")
    hand.taps = 0
    question = await hand.tap("Belongs to")
    assert f"/i{second}" in question
    await hand.tap("Twenty pallets")
    assert hand.taps == 2
    assert (await _subject_of(office, second)).id == (await _subject_of(office, first)).id


async def test_several_companies_are_asked_for_and_the_title_typed_is_kept(office: Office) -> None:
    _, caller, hand = await _anna(office)
    await make_company(office.works, "Acme", "office@acme.example")
    beta = await make_company(office.works, "Beta", "office@beta.example")
    call = await record_call(
        office.works, caller, [person("A", "office@acme.example"), person("B", "office@beta.example")]
    )
    question = await hand.write(f"/deal i{call} Joint <supply>")
    assert "who is the client" in question
    assert await _deals(office) == []
    assert [one[:4] for one in (await hand.labels())[:2]] == ["1. 🏢", "2. 🏢"]
    text = await hand.write("/2")
    (deal,) = await _deals(office)
    assert deal.partner_id == beta
    assert "Joint <supply>" in text
    assert (await _subject_of(office, call)).title == "Joint <supply>"


async def test_preview_of_several_companies_offers_each(office: Office) -> None:
    _, caller, hand = await _anna(office)
    acme = await make_company(office.works, "Acme", "office@acme.example")
    await make_company(office.works, "Beta", "office@beta.example")
    call = await record_call(
        office.works, caller, [person("A", "office@acme.example"), person("B", "office@beta.example")]
    )
    await hand.write(f"/i{call}")
    await hand.tap("Make a deal")
    await hand.tap("Acme")
    (deal,) = await _deals(office)
    assert (deal.partner_id, hand.taps) == (acme, 2)


async def test_deal_from_nothing_asks_for_its_title(office: Office) -> None:
    _, _, hand = await _anna(office)
    await hand.write("/deal new")
    await hand.write("Acme, 20 pallets & <b>more</b>")
    text = await hand.see()
    (deal,) = await _deals(office)
    assert f"/d{deal.id}" in text
    assert "Acme, 20 pallets & <b>more</b>" in text


async def test_typed_attach_gives_the_chain_to_the_deal(office: Office) -> None:
    _, caller, hand = await _anna(office)
    await hand.write("/deal new Acme")
    (deal,) = await _deals(office)
    call = await record_call(office.works, caller)
    text = await hand.write(f"/deal i{call} d{deal.id}")
    assert f"/d{deal.id}" in text
    assert (await _subject_of(office, call)).id == deal.subject_id


@pytest.mark.parametrize(
    ("verb", "kind", "word"),
    [("claim", SubjectKind.CLAIM, "Claim"), ("event", SubjectKind.EVENT, "Event")],
)
async def test_claims_and_events_are_made_ended_and_reopened(
    office: Office, verb: str, kind: SubjectKind, word: str
) -> None:
    _, caller, hand = await _anna(office)
    call = await record_call(office.works, caller, topic="Broken boxes")
    text = await hand.write(f"/{verb} i{call}")
    subject = await _subject_of(office, call)
    assert subject.kind is kind
    assert f"{word} · active · /s{subject.id}" in text
    ended = await hand.write(f"/settle s{subject.id}")
    assert ("settled" if verb == "claim" else "over") in ended
    assert "active" in await hand.tap("Reopen")


async def test_a_deal_that_is_switched_off_is_no_command_and_no_button(office: Office) -> None:
    _, caller, hand = await _anna(office)
    call, _ = await _call_with_company(office, caller)
    async with office.database.transaction() as session:
        session.add(OptionSwitch(name=FunctionalOption.DEALS, is_on=False))
    text = await hand.write(f"/deal i{call}")
    assert text.startswith("There is no such command")
    await hand.write(f"/subject i{call}")
    assert not [one for one in await hand.labels() if "deal" in one.lower()]
    await hand.forge(f"make:deal:i{call}:s1")
    assert "switched off" in hand.toast
    assert await _deals(office) == []


async def test_foreign_and_forged_references_change_nothing(office: Office) -> None:
    _, caller, hand = await _anna(office)
    boris = await office.add_user(1002, "Boris")
    foreign = await record_call(office.works, caller_of(boris))
    own = await record_call(office.works, caller)
    assert (await hand.write(f"/deal i{foreign}")).startswith("No such interaction")
    assert (await hand.write(f"/subject i{own} i{foreign}")).startswith("No such interaction")
    await hand.write(f"/subject i{own}")
    for data in (
        f"make:deal:i{foreign}:s1",
        f"make:nonsense:i{own}:s2",
        "make:deal:i999999999999999999:s1",
        f"make:deal:i{own}:s999",
        f"make:deal:i{own}",
        f"make:deal:i{own}:s2:c999",
        f"subject:i{own}:s999999",
        f"subject:i{own}:u1",
        "promote",
        f"show:promote:deal:{foreign}",
        "show:belongs:0",
        f"pick:c:{'x' * 50}",
    ):
        await hand.forge(data)
    assert await _deals(office) == []
    assert (await _subject_of(office, own)).head_id == own


async def test_russian_speaks_russian(office: Office) -> None:
    user = await office.add_user(ANNA, "Анна", language=Language.RU)
    await make_lists(office.works)
    hand = Hand(office, ANNA)
    call = await record_call(office.works, caller_of(user), topic="Запрос цены")
    text = await hand.write(f"/deal i{call}")
    assert "💼 Запрос цены · в работе" in text


async def test_persons_company_is_the_client(office: Office) -> None:
    _, caller, hand = await _anna(office)
    acme = await make_company(office.works, "Acme")
    await make_person(office.works, "Mary Jones", "mary@acme.example", partner_id=acme)
    call = await record_call(office.works, caller, [person("Mary", "mary@acme.example")])
    text = await hand.write(f"/deal i{call}")
    assert "🏢 Acme" in text
    assert "Mary Jones" in text
