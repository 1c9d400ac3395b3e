"""Recording by command, in words and guided; through the real dispatcher (conversation.md, flows)."""

from tests.bot.office import Office

ANNA = 1001


async def test_a_call_in_words_takes_no_tap(office: Office) -> None:
    await office.add_user(ANNA)
    answers = await office.write(ANNA, "/call John Smith, Acme: agreed on the price")
    assert [one["text"].splitlines() for one in answers] == [
        [
            "Recorded",
            "📞 Call, outgoing · /i1",
            "John Smith, Acme",
            "agreed on the price",
            "today 12:00 · Anna",
        ]
    ]
