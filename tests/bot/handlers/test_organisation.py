"""Leading the organisation: options, invitations, people, departments."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from core.enums import FunctionalOption, Language, Role
from core.models import Department, User
from tests.bot.office import Office

VERA, ANNA, BORIS = 1000, 1001, 1002


def labels(message: dict[str, Any]) -> list[str]:
    return [button["text"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


async def load_user(office: Office, account_id: int) -> User:
    async with office.database.reading() as session:
        return (await session.scalars(select(User).where(User.telegram_id == account_id))).one()


async def test_o1_option_is_switched_by_button_and_by_word(office: Office) -> None:
    await office.add_user(VERA, "Vera", role=Role.ADMINISTRATOR)
    (admin,) = await office.write(VERA, "/admin")
    await office.tap(VERA, admin, text="Switch off: Deals")
    on = await office.services.options.all()
    assert [one for one, is_on in on.items() if not is_on] == [
        FunctionalOption.DEALS,
        FunctionalOption.DEAL_MANAGEMENT,
    ]
    shown = await office.message(VERA, admin["message_id"])
    assert "▫️ Deals" in shown["text"]
    assert "Switch on: Deals" in labels(shown)
    await office.write(VERA, "/option deals on")
    assert (await office.services.options.all())[FunctionalOption.DEALS]


async def test_o1_needed_option_is_named(office: Office) -> None:
    await office.add_user(VERA, "Vera", role=Role.ADMINISTRATOR)
    await office.write(VERA, "/option deals off")
    (answer,) = await office.write(VERA, "/option deal_management on")
    assert answer["text"] == "“Deals” is switched off in this organisation. Nothing was changed."


@pytest.mark.parametrize("typed", ["/option", "/option deals", "/option deals maybe", "/option weather off"])
async def test_a_wrong_option_changes_nothing(office: Office, typed: str) -> None:
    await office.add_user(VERA, "Vera", role=Role.ADMINISTRATOR)
    (answer,) = await office.write(VERA, typed)
    assert "Nothing was changed" in answer["text"]
    assert all((await office.services.options.all()).values())


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
@pytest.mark.parametrize(
    "typed", ["/admin", "/option deals off", "/invite rep", "/department Sales", "/user_role 1 administrator"]
)
async def test_u1_only_administrators_have_these_commands(office: Office, role: Role, typed: str) -> None:
    await office.add_user(ANNA, role=role)
    (answer,) = await office.write(ANNA, typed)
    assert answer["text"].startswith("There is no such command.")


async def test_u1_an_invitation_by_button_lets_one_person_in(office: Office) -> None:
    await office.add_user(VERA, "Vera", role=Role.ADMINISTRATOR)
    (admin,) = await office.write(VERA, "/admin")
    await office.tap(VERA, admin, text="✉️ Invite")
    await office.tap(VERA, admin, text="manager")
    (shown,) = await office.people.bot_messages(VERA, after=admin["message_id"])
    link = re.search(r"https://t\.me/(\w+)\?start=([\w-]+)", shown["text"])
    assert link is not None
    assert {entity["type"] for entity in shown["entities"]} == {"url"}, "forwarded, it can be tapped"
    await office.people.add_account("Boris", id=BORIS, language_code="en")
    await office.open_link(BORIS, link[2])
    assert (await load_user(office, BORIS)).role is Role.MANAGER


async def test_role_department_and_language_of_a_user_are_set_on_their_card(office: Office) -> None:
    await office.add_user(VERA, "Vera", role=Role.ADMINISTRATOR)
    user = await office.add_user(ANNA)
    (departments,) = await office.write(VERA, "/department Sales <north>")
    assert "Sales <north>" in departments["text"]
    (card,) = await office.write(VERA, f"/u{user.id}")
    assert card["text"].startswith(f"👤 Anna · /u{user.id}\nsales rep")
    taps = ("🎓 Role", "manager", "🏢 Department", "Sales <north>", "🌐 Русский")
    for label in taps:
        await office.tap(VERA, await office.message(VERA, card["message_id"]), text=label)
    after = await load_user(office, ANNA)
    async with office.database.reading() as session:
        department = (await session.scalars(select(Department))).one()
    assert (after.role, after.department_id, after.language) == (
        Role.MANAGER,
        department.id,
        Language.RU,
    )
    shown = await office.message(VERA, card["message_id"])
    assert "manager · Sales <north>" in shown["text"]


async def test_the_only_administrator_stays_one(office: Office) -> None:
    vera = await office.add_user(VERA, "Vera", role=Role.ADMINISTRATOR)
    (card,) = await office.write(VERA, f"/u{vera.id}")
    await office.tap(VERA, card, text="🎓 Role")
    tap = await office.tap(VERA, card, text="sales rep")
    assert tap.answer is not None
    assert "Nothing was done" in tap.answer["text"]
    assert tap.answer["show_alert"] is True
    assert (await load_user(office, VERA)).role is Role.ADMINISTRATOR
    present = await office.message(VERA, card["message_id"])
    assert present["text"].startswith(f"👤 Vera · /u{vera.id}\nadministrator")


async def test_u2_a_rep_sees_the_names_of_colleagues_and_changes_nothing(office: Office) -> None:
    user = await office.add_user(ANNA)
    boris = await office.add_user(BORIS, "Boris")
    (team,) = await office.write(ANNA, "/team")
    assert team["text"] == "👥 Team: 2 people"
    assert labels(team)[:2] == ["Anna · sales rep", "Boris · sales rep"]
    await office.tap(ANNA, team, text="Boris · sales rep")
    card = await office.message(ANNA, team["message_id"])
    assert labels(card) == ["‹ Team"]
    assert user.id != boris.id


async def test_long_teams_have_pages(office: Office) -> None:
    await office.add_user(VERA, "Vera", role=Role.ADMINISTRATOR)
    for number in range(8):
        await office.services.people.invite(None, Role.REP)
        await office.add_user(2000 + number, f"Rep {number}")
    (users,) = await office.write(VERA, "/admin")
    await office.tap(VERA, users, text="👥 Users")
    first = await office.message(VERA, users["message_id"])
    assert first["text"] == "👥 9 users"
    assert labels(first)[-3:] == ["1/2", "›", "‹ Organisation"]
    await office.tap(VERA, first, text="›")
    second = await office.message(VERA, users["message_id"])
    assert labels(second) == ["Rep 6 · sales rep", "Rep 7 · sales rep", "‹", "2/2", "‹ Organisation"]
