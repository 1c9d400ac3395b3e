"""Promises in the chat: proposed from words, noted with a tap, seen before a visit (pains.md 5)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core.enums import FunctionalOption, Language, PromiseState
from core.models import OptionSwitch, Promise
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import FixedClock
from tests.factories.deals import make_lists

ANNA = 1001
DAY = timedelta(days=1)


async def anna(office: Office, **fields: Any) -> Hand:
    await office.add_user(ANNA, **fields)
    return Hand(office, ANNA)


async def count(office: Office) -> int:
    async with office.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Promise)) or 0


async def states(office: Office) -> list[PromiseState]:
    async with office.database.reading() as session:
        return list(await session.scalars(select(Promise.state).order_by(Promise.id)))


async def pass_time(office: Office, clock: FixedClock, delta: timedelta) -> Hand:
    clock.move(delta)
    while await office.services.promises.remind_due():
        pass
    await office.idle()
    return Hand(office, ANNA, int((await office.last(ANNA))["message_id"]))


async def test_words_propose_and_one_tap_notes_it_once(office: Office) -> None:
    hand = await anna(office)
    await hand.write("/call John, Acme: agreed on the price, will send the catalogue by Wed")
    assert await count(office) == 0
    forged = next(one for one in await hand.data() if one.startswith("promise:i1:take:"))
    card = await hand.tap("We promise: send the catalogue?")
    assert hand.taps == 1
    assert "🤝 We promised by tomorrow: send the catalogue" in card
    assert not [one for one in await hand.labels() if "promise" in one]
    await hand.forge(forged)
    assert await count(office) == 1


async def test_in_russian_theirs_is_told_when_it_is_over_and_kept_with_a_tap(
    office: Office, clock: FixedClock
) -> None:
    hand = await anna(office, language=Language.RU)
    await hand.write("/call Иван, Ромашка: обещал оплатить в среду")
    card = await hand.tap("Обещают: оплатить?")
    assert "🤝 Обещали до завтра: оплатить" in card
    notice = await pass_time(office, clock, 2 * DAY)
    text = await notice.see()
    assert text.startswith("🤝 Срок обещания · 🤝 Обещали до вчера: оплатить · просрочено")
    assert "«обещал оплатить в среду»" in text
    assert "🤝 Обещали до вчера: оплатить · выполнено" in await notice.tap("Выполнено")
    assert await states(office) == [PromiseState.KEPT]


@pytest.mark.parametrize(
    "words", ["/promise i1 us send the samples by Friday", "/promise i1 мы send the samples до пятницы"]
)
async def test_typed_in_one_message(office: Office, words: str) -> None:
    hand = await anna(office)
    await hand.write("/call John: price")
    assert "🤝 We promised by Fri 27 Nov: send the samples" in await hand.write(words)


async def test_by_button_and_question(office: Office) -> None:
    hand = await anna(office)
    await hand.write("/call John: price")
    await hand.tap("More")
    await hand.tap("Promise…")
    await hand.tap("They promised")
    assert "🤝 They promised by Fri 27 Nov: pay" in await hand.write("pay by Friday")


async def test_lists_settle_put_off_and_undo(office: Office) -> None:
    hand = await anna(office)
    await hand.write("/call John, Acme: price")
    await hand.write("/promise i1 us send the samples by Friday")
    await hand.write("/promise i1 them pay by Thursday")
    listed = await hand.write("/promises")
    assert listed.splitlines() == ["🤝 We promised 1", "1. John, Acme · send the samples · Fri 27 Nov · /i1"]
    assert "1. John, Acme · pay · Thu 26 Nov · /i1" in await hand.tap("They promised")
    await hand.tap("1")
    await hand.tap("Later")
    assert "by Mon 30 Nov: pay" in await hand.write("Monday")
    assert "· broken" in await hand.write("/broken 2")
    await hand.write("/promises")
    assert "pay" in await hand.tap("Broken")
    await hand.write("/undo")
    assert await states(office) == [PromiseState.OPEN, PromiseState.OPEN]


async def test_a_later_call_may_have_kept_it_and_the_next_visit_shows_the_record(
    office: Office, clock: FixedClock
) -> None:
    hand = await anna(office)
    await hand.write("/contact new John, +79161234567")
    await hand.write("/call John, +79161234567: price")
    for text in ("pay", "sign"):
        await hand.write(f"/promise i1 them {text} by tomorrow")
    clock.move(timedelta(hours=1))
    await hand.write("/next i1 call in 3 hours")
    await hand.write("/call John, +79161234567: has paid")
    await hand.tap("Kept: pay?")
    assert await states(office) == [PromiseState.KEPT, PromiseState.OPEN]
    clock.move(2 * DAY)
    card = await hand.write("/i2")
    assert "🤝 they kept 1 of 2" in card
    assert "waiting since Tue 24 Nov, 12:00: sign · late" in card
    assert "3rd contact in this chain" in card
    assert "🤝 they kept 1 of 2" in await hand.write("/c2")


async def test_the_card_of_a_deal_shows_what_is_open_with_its_people(office: Office) -> None:
    await make_lists(office.works)
    hand = await anna(office)
    await hand.write("/contact new John, +79161234567")
    await hand.write("/call John, +79161234567: price")
    await hand.write("/promise i1 them pay by Friday")
    card = await hand.write("/deal i1 Twenty pallets")
    assert "🤝 They promised by Fri 27 Nov: pay · /i1" in await hand.write("/d1"), card


async def test_o2_without_other_interactions_promises_are_gone(office: Office) -> None:
    hand = await anna(office)
    await hand.write("/email John, john@acme.example: will send the offer by Wed")
    assert [one for one in await hand.labels() if "We promise" in one]
    async with office.database.transaction() as session:
        session.add(OptionSwitch(name=FunctionalOption.OTHER_INTERACTIONS, is_on=False))
    await hand.write("/i1")
    assert not [one for one in await hand.labels() if "romise" in one]
    assert "no such command" in await hand.write("/promises")
