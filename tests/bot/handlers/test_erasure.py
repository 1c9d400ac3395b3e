"""Erasing for good from the chat (domain.md I8)."""

from core.enums import Role
from core.models import Interaction
from tests.bot.office import Office

VERA, ANNA = 1000, 1001


async def text_of(office: Office, interaction_id: int) -> str:
    async with office.database.reading() as session:
        return (await session.get_one(Interaction, interaction_id)).text


async def test_i8_erasing_asks_first_and_then_erases(office: Office) -> None:
    await office.add_user(VERA, "Vera", role=Role.ADMINISTRATOR)
    await office.add_user(ANNA, "Anna")
    await office.write(ANNA, "/call John: wants his data gone")
    (question,) = await office.write(VERA, "/erase i1")
    assert question["text"].startswith("Erase /i1 for good?")
    assert await text_of(office, 1) == "wants his data gone"
    await office.tap(VERA, question, text="🗑 Erase for good")
    await office.idle()
    assert await text_of(office, 1) == ""
    (again,) = await office.write(ANNA, "/restore i1")
    assert "Nothing was done" in again["text"]


async def test_i8_who_is_no_administrator_has_no_such_command(office: Office) -> None:
    await office.add_user(ANNA, "Anna", role=Role.MANAGER)
    await office.write(ANNA, "/call John: agreed on the price")
    await office.write(ANNA, "/erase i1 yes")
    assert await text_of(office, 1) == "agreed on the price"


async def test_i8_an_unknown_number_is_told(office: Office) -> None:
    await office.add_user(VERA, "Vera", role=Role.ADMINISTRATOR)
    (answer,) = await office.write(VERA, "/erase i999 yes")
    assert answer["text"].startswith("No such interaction")
