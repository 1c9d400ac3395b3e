"""One update of one user, from the chat to the chat."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.enums import FunctionalOption, Role, UpdateState
from core.models import InboundUpdate, Interaction, User
from tests.bot.office import Office
from tests.conftest import FixedClock
from tests.factories.people import caller_of

ANNA, BORIS = 1001, 1002


async def load_user(office: Office, account_id: int) -> User:
    async with office.database.reading() as session:
        return (await session.scalars(select(User).where(User.telegram_id == account_id))).one()


def tap_on(message: dict[str, Any], number: str, data: str) -> dict[str, Any]:
    """A tap of Anna's on a message; one with the date 0 is out of the bot's reach."""
    chat = {"id": ANNA, "type": "private", "first_name": "Anna"}
    shown = {"message_id": message["message_id"], "date": message["date"], "chat": chat}
    person = {"id": ANNA, "is_bot": False, "first_name": "Anna"}
    return {"id": number, "from": person, "chat_instance": "1", "data": data, "message": shown}


async def test_unknown_command_is_answered_politely(office: Office) -> None:
    await office.add_user(ANNA)
    answers = await office.write(ANNA, "/nonsense")
    assert [one["text"] for one in answers] == [
        "There is no such command. Nothing was changed; /help shows what there is."
    ]


async def test_a_command_that_lacks_something_says_how_it_is_written(office: Office) -> None:
    await office.add_user(ANNA, role=Role.ADMINISTRATOR)
    (answer,) = await office.write(ANNA, "/option deals")
    assert answer["text"].endswith("It is written so: /option deals off")


@pytest.mark.parametrize("reference", ["/i999", "/s999", "/d999", "/c999", "/u999", "/i999999999999999999"])
async def test_u2_what_is_not_there_and_what_is_not_yours_look_alike(office: Office, reference: str) -> None:
    await office.add_user(ANNA)
    (answer,) = await office.write(ANNA, reference)
    assert answer["text"] == "No such interaction, or it is not yours to see."


@pytest.mark.parametrize(
    "data",
    [
        "",
        ":",
        "show:",
        "show:nothing:7",
        "show:i0",
        "show:u2:3",
        "keep:call:1",
        "keep:call:99999999999999999999999",
        "zone:../../etc/passwd",
        "hours:25:99",
        "language:xx",
        "option:deals:off",
        "user_role:1:administrator",
        "\u202e\u0000:i1",
        "unheard_of:i1",
    ],
)
async def test_forged_taps_change_nothing_and_are_answered(office: Office, data: str) -> None:
    user = await office.add_user(ANNA)
    await office.people.inject_update({"callback_query": tap_on(await office.last(ANNA), "77", data)})
    await office.idle()
    calls = await office.people.calls("answerCallbackQuery")
    assert [call["params"]["callback_query_id"] for call in calls] == ["77"]
    async with office.database.reading() as session:
        states = set((await session.scalars(select(InboundUpdate.state))).all())
    assert states == {UpdateState.DONE}
    after = await load_user(office, ANNA)
    assert (after.role, after.language, after.timezone, after.day_ends) == (
        user.role,
        user.language,
        user.timezone,
        user.day_ends,
    )
    assert all((await office.services.options.all()).values())


async def test_double_taps_change_nothing(office: Office) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "Agreed on the price")
    question = await office.last(ANNA)
    data = f"keep:call:{question['message_id'] - 1}"
    first = await office.people.click(ANNA, question["message_id"], data=data, wait=0)
    second = await office.people.click(ANNA, question["message_id"], data=data)
    await office.idle()
    assert first.callback_id != second.callback_id
    assert second.answer is not None
    assert second.answer["text"] == "This was decided before. Nothing was changed."
    async with office.database.reading() as session:
        assert len((await session.scalars(select(Interaction.id))).all()) == 1


async def test_a_tap_on_a_message_out_of_reach_gets_a_new_one(office: Office) -> None:
    await office.add_user(ANNA)
    before = (await office.last(ANNA))["message_id"]
    gone = {"message_id": 1, "date": 0}
    await office.people.inject_update({"callback_query": tap_on(gone, "78", "show:settings")})
    await office.idle()
    shown = await office.last(ANNA)
    assert shown["message_id"] > before
    assert shown["text"].startswith("⚙️ Settings")


async def test_navigation_edits_the_message_in_place(office: Office) -> None:
    await office.add_user(ANNA)
    (settings,) = await office.write(ANNA, "/settings")
    await office.tap(ANNA, settings, text="🕒 Time zone")
    shown = await office.last(ANNA)
    assert shown["message_id"] == settings["message_id"]
    assert shown["text"].startswith("🕒 Time zone")
    await office.tap(ANNA, shown, text="‹ Settings")
    assert (await office.last(ANNA))["text"].startswith("⚙️ Settings")


async def test_the_same_tap_twice_is_no_trouble(office: Office) -> None:
    await office.add_user(ANNA)
    (settings,) = await office.write(ANNA, "/settings")
    for number in ("79", "80"):
        await office.people.inject_update({"callback_query": tap_on(settings, number, "show:zones")})
    await office.idle()
    assert (await office.last(ANNA))["text"].startswith("🕒 Time zone")
    answered = await office.people.calls("answerCallbackQuery")
    assert [call["params"]["callback_query_id"] for call in answered] == ["79", "80"]


async def test_blocking_and_unblocking_are_noted(office: Office) -> None:
    await office.add_user(ANNA)
    await office.people.block(ANNA)
    await office.idle()
    assert not (await load_user(office, ANNA)).reachable
    await office.people.unblock(ANNA)
    await office.idle()
    assert (await load_user(office, ANNA)).reachable


async def test_groups_get_one_polite_word_and_are_left(office: Office) -> None:
    await office.add_user(ANNA)
    group = await office.people.request(
        "POST", "/groups", json={"title": "Sales", "creator": ANNA, "with_bot": True}
    )
    await office.idle()
    group_id = group["chat"]["id"]
    view = await office.people.request("GET", f"/groups/{group_id}/chat")
    said = [one["text"] for one in view["messages"] if one["from_bot"]]
    assert said == ["I work in private chats only: please write to me directly."]
    assert len(await office.people.calls("leaveChat", chat_id=group_id)) == 1


async def test_the_menu_follows_role_language_and_options(office: Office) -> None:
    user = await office.add_user(ANNA, role=Role.ADMINISTRATOR)
    await office.write(ANNA, "/help")
    commands = {one["command"]: one["description"] for one in (await office.people.chat(ANNA))["commands"]}
    assert list(commands) == [
        "call",
        "meeting",
        "plan",
        "inbox",
        "today",
        "find",
        "undo",
        "admin",
        "settings",
        "deals",
    ]
    assert commands["admin"] == "Options, users, departments"
    await office.write(ANNA, "/settings lang ru")
    await office.write(ANNA, "/help")
    commands = {one["command"]: one["description"] for one in (await office.people.chat(ANNA))["commands"]}
    assert commands["admin"] == "Опции, люди, подразделения"
    await office.services.options.set(caller_of(user), FunctionalOption.OTHER_INTERACTIONS, is_on=False)
    await office.write(ANNA, "/help")
    after = {one["command"] for one in (await office.people.chat(ANNA))["commands"]}
    assert "call" not in after


@pytest.mark.parametrize("label", ["☰ More", "☰ Ещё"])
async def test_bottom_labels_work_in_every_language(office: Office, label: str) -> None:
    await office.add_user(ANNA)
    (answer,) = await office.write(ANNA, label)
    assert answer["text"] == "☰ More"


async def test_the_bottom_keyboard_counts_what_waits(office: Office, clock: FixedClock) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "/cancel")
    assert (await office.people.chat(ANNA))["keyboard"]["keyboard"][0][0]["text"] == "📥 Inbox"
    await office.write(ANNA, "/plan 2026-11-24 14:00 call John")
    clock.move(timedelta(hours=3))
    await office.write(ANNA, "/cancel")
    assert (await office.people.chat(ANNA))["keyboard"]["keyboard"][0][0]["text"] == "📥 Inbox 1"
    (inbox,) = await office.write(ANNA, "📥 Inbox 1")
    assert "Call John" in inbox["text"] or "call John" in inbox["text"]


async def test_names_with_markup_are_shown_as_they_are(office: Office) -> None:
    await office.add_user(ANNA, name="<b>Anna</b> & _Co_ \u202egnp.exe")
    (answer,) = await office.write(ANNA, "/settings")
    assert "<b>Anna</b> & _Co_ gnp.exe · sales rep" in answer["text"]
