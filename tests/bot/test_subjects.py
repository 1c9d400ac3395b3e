"""What an interaction belongs to, changed in the chat (domain.md S4, S9)."""

from datetime import timedelta

from sqlalchemy import select

from core.enums import Direction, Language, Role
from core.models import Interaction
from core.values import Caller, InteractionId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import FixedClock
from tests.factories.calls import person, record_call
from tests.factories.deals import make_lists, make_person
from tests.factories.people import caller_of

ANNA = 1001


async def _anna(office: Office) -> tuple[Caller, Hand]:
    user = await office.add_user(ANNA)
    await make_lists(office.works)
    return caller_of(user), Hand(office, ANNA)


async def _subjects(office: Office) -> dict[int, int]:
    async with office.database.reading() as session:
        rows = await session.execute(select(Interaction.id, Interaction.subject_id))
        return {row[0]: row[1] for row in rows}


async def test_s4_a_chosen_interaction_stands_for_its_subject(office: Office) -> None:
    caller, hand = await _anna(office)
    first = await record_call(office.works, caller)
    second = await record_call(office.works, caller)
    third = await record_call(office.works, caller)
    await hand.write(f"/subject i{second} i{first}")
    text = await hand.write(f"/subject i{third} /i{second}")
    assert "belongs there now" in text
    found = await _subjects(office)
    assert found[first] == found[second] == found[third]


async def test_s4_a_member_leaves_alone_and_a_head_to_none_changes_nothing(office: Office) -> None:
    caller, hand = await _anna(office)
    first = await record_call(office.works, caller)
    second = await record_call(office.works, caller)
    await hand.write(f"/subject i{second} i{first}")
    await hand.write(f"/subject i{second} none")
    found = await _subjects(office)
    assert found[first] != found[second]
    assert "Nothing to change" in await hand.write(f"/subject i{first} none")
    assert await _subjects(office) == found


async def test_s4_a_deal_takes_the_whole_chain_and_undo_gives_it_back(office: Office) -> None:
    caller, hand = await _anna(office)
    first = await record_call(office.works, caller)
    second = await record_call(office.works, caller)
    await hand.write(f"/subject i{second} i{first}")
    before = await _subjects(office)
    await hand.write("/deal new Acme")
    text = await hand.write(f"/subject i{second} d1")
    assert "whole chain" in text
    after = await _subjects(office)
    assert after[first] == after[second] != before[first]
    await hand.tap("Undo")
    assert await _subjects(office) == before


async def test_candidates_come_with_their_reasons(office: Office) -> None:
    caller, hand = await _anna(office)
    mary = await make_person(office.works, "Mary", "mary@acme.example")
    first = await record_call(office.works, caller, [person("M", "mary@acme.example")], topic="Price request")
    other = await record_call(office.works, caller, topic="Something else")
    second = await record_call(office.works, caller, [person("M", "mary@acme.example")], topic="Delivery")
    assert mary
    await hand.write(f"/i{second}")
    await hand.tap("Belongs to")
    labels = await hand.labels()
    assert labels[0] == "1. 🔗 Price request (1) · same contact"
    assert labels[1] == "2. 🔗 Something else (1) · recent"
    await hand.write("/1")
    found = await _subjects(office)
    assert found[second] == found[first] != found[other]


async def test_a_subject_is_found_by_words_or_reference(office: Office) -> None:
    caller, hand = await _anna(office)
    call = await record_call(office.works, caller)
    await hand.write("/deal new Twenty pallets")
    await hand.write(f"/i{call}")
    await hand.tap("Belongs to")
    await hand.tap("Search")
    assert "Nothing was found" in await hand.write("*** _nothing_ <b>")
    await hand.write("pallets")
    await hand.tap("Twenty pallets")
    (deal_subject,) = set((await _subjects(office)).values())
    await hand.write(f"/subject i{call} none")
    await hand.write(f"/subject i{call}")
    await hand.tap("Search")
    await hand.write("d1")
    await hand.write("/1")
    assert (await _subjects(office))[call] == deal_subject


async def test_the_next_words_after_a_search_are_no_search_any_more(office: Office) -> None:
    caller, hand = await _anna(office)
    call = await record_call(office.works, caller, topic="Price request")
    other = await record_call(office.works, caller, topic="Delivery")
    await hand.write(f"/subject i{call}")
    await hand.tap("Search")
    await hand.write("delivery")
    assert "Save this" in await hand.write("Just a thought")
    assert (await _subjects(office))[call] != (await _subjects(office))[other]


async def test_the_card_of_a_chain_and_its_history(office: Office) -> None:
    caller, hand = await _anna(office)
    first = await record_call(office.works, caller, topic="Price request")
    subject_id = (await _subjects(office))[first]
    for number in range(7):
        call = await record_call(office.works, caller, topic=f"Call {number}")
        await hand.write(f"/subject i{call} i{first}")
    text = await hand.write(f"/s{subject_id}")
    assert text.startswith(f"🔗 Chain · active · /s{subject_id}\nPrice request\n8 interactions")
    history = await hand.tap("History 8")
    assert history.startswith("📜 Price request 8")
    assert await hand.tap("›") != history
    assert await hand.tap("‹ Back") == text


async def test_the_history_as_a_tree_shows_what_answers_what(office: Office) -> None:
    caller, hand = await _anna(office)
    first = await record_call(office.works, caller, topic="Question")
    answer = await record_call(office.works, caller, topic="Answer", parent_id=first, direction=Direction.OUT)
    other = await record_call(office.works, caller, topic="Aside", parent_id=first)
    await record_call(office.works, caller, topic="Thanks", parent_id=answer)
    subject_id = (await _subjects(office))[first]
    await hand.write(f"/s{subject_id}")
    await hand.tap("History")
    tree = await hand.tap("Tree")
    shown = [line for line in tree.splitlines()[1:] if line.strip()]
    assert [line.partition("📞")[0] for line in shown] == ["", "↳ ", "\N{EM SPACE}↳ ", "↳ "]
    assert "Question" in shown[0]
    assert "Answer" in shown[1]
    assert "Thanks" in shown[2]
    assert f"/i{other}" in shown[3]
    assert "📜 Question 4" in await hand.tap("By time")


async def test_the_subject_of_a_deal_opens_the_deal(office: Office) -> None:
    caller, hand = await _anna(office)
    call: InteractionId = await record_call(office.works, caller)
    await hand.write(f"/deal i{call} Acme")
    subject_id = (await _subjects(office))[call]
    assert (await hand.write(f"/s{subject_id}")).startswith("💼 Acme · in progress · /d1")


async def test_a_closed_deal_is_reopened_by_its_subject_too(office: Office) -> None:
    user = await office.add_user(ANNA, role=Role.ADMINISTRATOR)
    await make_lists(office.works)
    hand = Hand(office, ANNA)
    call = await record_call(office.works, caller_of(user))
    await hand.write(f"/deal i{call} Acme")
    await hand.write("/won d1")
    await hand.write("/close d1")
    subject_id = (await _subjects(office))[call]
    assert "in progress" in await hand.write(f"/reopen s{subject_id}")


async def test_a_chain_does_not_end_by_hand(office: Office) -> None:
    caller, hand = await _anna(office)
    call = await record_call(office.works, caller)
    subject_id = (await _subjects(office))[call]
    assert "Nothing was changed" in await hand.write(f"/settle s{subject_id}")
    assert "Nothing was changed" in await hand.write(f"/reopen s{subject_id}")


async def test_subjects_in_russian(office: Office) -> None:
    user = await office.add_user(ANNA, "Анна", language=Language.RU)
    await make_lists(office.works)
    caller, hand = caller_of(user), Hand(office, ANNA)
    first = await record_call(office.works, caller, topic="Запрос цены")
    second = await record_call(office.works, caller, topic="Доставка")
    question = await hand.write(f"/subject i{second}")
    assert question.startswith(f"🔗 К чему относится /i{second}?")
    assert (await hand.labels())[0] == "1. 🔗 Запрос цены (1) · недавнее"
    await hand.write("/1")
    found = await _subjects(office)
    assert found[first] == found[second]
    await hand.write(f"/subject i{second} нет")
    assert (await _subjects(office))[second] != found[first]
    text = await hand.write(f"/claim i{first} Битые паллеты")
    assert "⚠️ Претензия · в работе" in text
    assert "урегулирована" in await hand.tap("Урегулирована")


async def test_s7_a_reply_into_a_closed_deal_offers_a_new_one(office: Office, clock: FixedClock) -> None:
    user = await office.add_user(ANNA, role=Role.ADMINISTRATOR)
    await make_lists(office.works)
    caller, hand = caller_of(user), Hand(office, ANNA)
    call = await record_call(office.works, caller)
    await hand.write(f"/deal i{call} Acme")
    await hand.write("/won d1")
    await hand.write("/close d1")
    clock.move(timedelta(minutes=1))
    reply = await record_call(office.works, caller, parent_id=call, topic="More pallets")
    await hand.write(f"/unreviewed i{reply}")
    await hand.write(f"/i{reply}")
    assert [one for one in await hand.labels() if "Reopen" in one]
    await hand.tap("New deal")
    assert "💼 More pallets · in progress · /d2" in await hand.tap("Create")
