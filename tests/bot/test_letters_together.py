"""Letters that come within a minute are one message in the chat (conversation.md 10; docs/decisions/0028)."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.enums import Language, OutboxState
from core.models import OutboxItem
from core.services.gathered_letters import MINUTE
from core.services.letters import Letters
from core.values import Caller, InteractionId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.bot.test_mailboxes import ANNA, own_mailbox
from tests.conftest import NOON, FixedClock
from tests.factories.mail import letter


async def letters_come(office: Office, *names: str, **fields: object) -> tuple[Caller, list[InteractionId]]:
    """Letters that come to Anna one by one; the first of them is in the chat, the others are held."""
    _, post, anna, mailbox = await own_mailbox(office, **fields)
    post.letters = Letters(office.works, MINUTE)
    inbox, later = await post.open(mailbox), NOON + timedelta(minutes=5)
    found = [await post.deliver(inbox, letter(one, sender=f"{one}@a.example"), later) for one in names]
    await office.idle()
    return anna, found


async def pass_the_minute(office: Office) -> list[str]:
    """The minute ends; what the bot has written since."""
    clock = office.works.clock
    assert isinstance(clock, FixedClock)
    before = int((await office.last(ANNA))["message_id"])
    clock.move(MINUTE)
    async with asyncio.timeout(20):
        await _until_nothing_is_held(office)
    await office.idle()
    return [str(one["text"]) for one in await office.people.bot_messages(ANNA, after=before)]


async def _until_nothing_is_held(office: Office) -> None:
    held = select(func.count()).select_from(OutboxItem).where(OutboxItem.state == OutboxState.HELD)
    while True:
        async with office.database.reading() as session:
            if not await session.scalar(held):
                return
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("language", "head"),
    [(Language.EN, "Letters came · ✉️ Letters 2"), (Language.RU, "Пришли письма · ✉️ Письма 2")],
)
async def test_the_first_letter_has_its_card_and_the_others_of_its_minute_one_message(
    office: Office, language: Language, head: str
) -> None:
    _, (first, second, third) = await letters_come(office, "a", "b", "c", language=language)
    assert f"/i{first}" in (await office.last(ANNA))["text"].splitlines()[0]
    [told] = await pass_the_minute(office)
    title, *rows = told.splitlines()
    assert title == head
    assert [row.rpartition("/")[2] for row in rows] == [f"i{second}", f"i{third}"]
    hand = Hand(office, ANNA, (await office.last(ANNA))["message_id"])
    assert f"/i{third}" in (await hand.tap("2")).splitlines()[0]


async def test_one_alone_comes_as_its_card(office: Office) -> None:
    _, (_, second) = await letters_come(office, "a", "b")
    [told] = await pass_the_minute(office)
    assert told.splitlines()[0] == f"A letter came · ✉️ Letter · unreviewed · /i{second}"
    hand = Hand(office, ANNA, (await office.last(ANNA))["message_id"])
    assert (await hand.labels())[0] == "✅ Reviewed"


async def test_what_was_reviewed_or_deleted_within_the_minute_is_not_told(office: Office) -> None:
    anna, (_, second, third, fourth) = await letters_come(office, "a", "b", "c", "d")
    await office.services.review.mark_reviewed(anna, second)
    await office.services.care.delete(anna, third)
    [told] = await pass_the_minute(office)
    assert f"/i{fourth}" in told.splitlines()[0]


async def test_nothing_is_sent_when_nothing_is_left_to_tell(office: Office) -> None:
    anna, (_, second) = await letters_come(office, "a", "b")
    await office.services.review.mark_reviewed(anna, second)
    assert await pass_the_minute(office) == []
    async with office.database.reading() as session:
        states = await session.scalars(select(OutboxItem.state))
        assert OutboxState.FAILED not in set(states)
