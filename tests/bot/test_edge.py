"""One update of one user, from the chat to the chat."""

from tests.bot.office import Office

ANNA = 1001


async def test_unknown_command_is_answered_politely(office: Office) -> None:
    await office.add_user(ANNA)
    answers = await office.write(ANNA, "/nonsense")
    assert [one["text"] for one in answers] == [
        "There is no such command. Nothing was changed; /help shows what there is."
    ]
