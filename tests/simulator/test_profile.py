"""What a bot says about itself, and the menu each person sees."""

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
    MenuButtonCommands,
    MenuButtonDefault,
)

from simulator.client import SimulatorClient
from tests.simulator.conftest import ANNA, BORIS, TOKEN

HELP = BotCommand(command="help", description="Help")


async def menu(client: SimulatorClient, account_id: int) -> list[str]:
    return [command["description"] for command in (await client.chat(account_id))["commands"]]


async def test_get_me_is_the_bot_of_the_token(bot: Bot) -> None:
    me = await bot.get_me()
    assert me.id == int(TOKEN.split(":")[0])
    assert (me.is_bot, me.username, me.can_read_all_group_messages) == (True, "zveno_demo_bot", False)


async def test_the_narrowest_scope_wins_and_the_language_before_the_general(
    bot: Bot, client: SimulatorClient
) -> None:
    await client.start(BORIS)
    await bot.set_my_commands([HELP])
    assert await menu(client, ANNA) == ["Help"]
    await bot.set_my_commands([BotCommand(command="help", description="Помощь")], language_code="ru")
    assert (await menu(client, ANNA), await menu(client, BORIS)) == (["Помощь"], ["Help"])
    await bot.set_my_commands(
        [BotCommand(command="/help", description="Private")], scope=BotCommandScopeAllPrivateChats()
    )
    assert await menu(client, ANNA) == ["Private"]
    await bot.set_my_commands(
        [BotCommand(command="team", description="Team")], scope=BotCommandScopeChat(chat_id=ANNA)
    )
    assert (await menu(client, ANNA), await menu(client, BORIS)) == (["Team"], ["Private"])
    await bot.delete_my_commands(scope=BotCommandScopeChat(chat_id=ANNA))
    assert await menu(client, ANNA) == ["Private"]
    assert [command.command for command in await bot.get_my_commands(BotCommandScopeDefault())] == ["help"]
    assert await bot.get_my_commands(BotCommandScopeChat(chat_id=ANNA)) == []
    assert await client.violations() == []


async def test_commands_for_a_person_who_has_not_started_the_bot_are_refused(
    bot: Bot, client: SimulatorClient
) -> None:
    with pytest.raises(TelegramBadRequest, match="chat not found"):
        await bot.set_my_commands([HELP], scope=BotCommandScopeChat(chat_id=BORIS))
    assert await client.violations() == []


@pytest.mark.parametrize(
    ("commands", "language", "error"),
    [
        ([BotCommand(command="Help", description="x")], None, "BOT_COMMAND_INVALID"),
        ([BotCommand(command="x" * 33, description="x")], None, "BOT_COMMAND_INVALID"),
        ([BotCommand(command="x", description="x" * 257)], None, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([HELP] * 101, None, "BOT_COMMANDS_TOO_MUCH"),
        ([HELP], "rus", "invalid language code"),
    ],
)
async def test_wrong_commands_are_violations(
    bot: Bot, client: SimulatorClient, commands: list[BotCommand], language: str | None, error: str
) -> None:
    with pytest.raises(TelegramBadRequest, match=error):
        await bot.set_my_commands(commands, language_code=language)
    assert len(await client.violations()) == 1


async def test_name_and_descriptions_per_language(bot: Bot) -> None:
    await bot.set_my_name("Zveno")
    await bot.set_my_name("Звено", language_code="ru")
    assert (await bot.get_my_name()).name == "Zveno"
    assert (await bot.get_my_name(language_code="ru")).name == "Звено"
    assert (await bot.get_my_name(language_code="de")).name == "Zveno"
    await bot.set_my_description("Captures calls")
    await bot.set_my_short_description("Calls")
    assert (await bot.get_my_description()).description == "Captures calls"
    assert (await bot.get_my_short_description()).short_description == "Calls"
    await bot.set_my_description("")
    assert (await bot.get_my_description()).description == ""
    with pytest.raises(TelegramBadRequest, match="BOT_SHORT_DESCRIPTION_TOO_LONG"):
        await bot.set_my_short_description("x" * 121)


async def test_the_menu_button_of_one_chat_and_of_all(bot: Bot, client: SimulatorClient) -> None:
    assert isinstance(await bot.get_chat_menu_button(ANNA), MenuButtonDefault)
    await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    assert isinstance(await bot.get_chat_menu_button(ANNA), MenuButtonCommands)
    await bot.set_chat_menu_button(ANNA, MenuButtonDefault())
    assert (await client.chat(ANNA))["menu_button"] == {"type": "default"}
    assert await client.violations() == []


async def test_the_session_can_be_closed_and_logged_out(bot: Bot) -> None:
    assert await bot.close()
    assert await bot.log_out()
