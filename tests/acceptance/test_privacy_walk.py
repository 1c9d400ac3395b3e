"""Two reps and their manager: who sees which letter, and whose list it is on (domain.md U2, M1, R1)."""

from pathlib import Path

import pytest

from bench.support.dovecot import Dovecot
from simulator.errors import JsonObject
from tests.acceptance.letters import CLIENT, answering, write_now
from tests.acceptance.mail_words import SAYS
from tests.acceptance.mailroom import Mailroom, open_mailroom
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import Person

pytestmark = [pytest.mark.acceptance, pytest.mark.external, pytest.mark.timeout(300)]

MARIA, ANNA, BORIS = 1002, 1003, 1004
BOXES = {MARIA: "maria@zveno.example", ANNA: "anna@zveno.example", BORIS: "boris@zveno.example"}
JOHN = f"John Smith <{CLIENT}>"


async def _open_office(room: Mailroom) -> tuple[Person, Person, Person]:
    """The manager of sales and her two reps, each with a mailbox."""
    await room.administrator()
    await room.house.done("department", "add", "Sales")
    maria = await room.invite(MARIA, "Maria", "manager", "Sales")
    anna = await room.invite(ANNA, "Anna", department="Sales")
    boris = await room.invite(BORIS, "Boris", department="Sales")
    await room.house.done("department", "set", "Sales", "--manager", str(await maria.number()))
    await room.connect({BOXES[one.account_id]: one for one in (maria, anna, boris)})
    return maria, anna, boris


async def _sees(room: Mailroom, person: Person, letter: int, secret: str) -> bool:
    """Whether somebody sees a letter: by its card, and by searching for its words; unseen, it is on no list."""
    card = await person.write(f"/i{letter}")
    found = await person.write(f"/find {secret}")
    is_seen = secret in card
    assert is_seen == (f"/i{letter}" in found), f"{person.name}: {card!r}, but {found!r}"
    if not is_seen:
        assert SAYS[room.language]["unseen"] in card
        assert f"/i{letter}" not in await person.write("/list")
    return is_seen


async def _letter(room: Mailroom, text: str) -> JsonObject:
    (found,) = [one for one in await room.house.export("interactions") if one["text"] == text]
    return found


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_who_sees_what(tmp_path: Path, nursery: Nursery, dovecot: Dovecot, language: str) -> None:
    async with open_mailroom(tmp_path, nursery, dovecot, language) as room:
        maria, anna, boris = await _open_office(room)
        await _private_until_shared(room, maria, anna, boris)
        await _in_a_deal(room, maria, anna, boris)
        await _in_three_mailboxes(room, maria, anna, boris)


async def _private_until_shared(room: Mailroom, maria: Person, anna: Person, boris: Person) -> None:
    """U2: its owner alone, the manager included; shared with its thread, and taken back."""
    says = SAYS[room.language]
    question = write_now("q1@acme.example", "Salary", "Walnuts, please.", JOHN, BOXES[ANNA])
    await room.deliver(question, BOXES[ANNA])
    await anna.see("Walnuts")
    one = anna.ref()
    assert [await _sees(room, who, one, "Walnuts") for who in (anna, maria, boris)] == [True, False, False]
    await anna.write(f"/i{one}", "Walnuts")
    anna.taps = 0
    await anna.tap(says["more"])
    await anna.tap(says["share"], f"/i{one}")
    await anna.tap(says["share with managers"], says["shared"])
    assert anna.taps == 3
    assert [await _sees(room, who, one, "Walnuts") for who in (maria, boris)] == [True, False]
    await anna.tap(says["more"])
    assert "1." in await anna.tap(says["share"], f"/i{one}")
    await anna.tap(says["with a colleague"], f"/i{one}")
    await anna.tap("👤 Boris", says["shared"])
    assert await _sees(room, boris, one, "Walnuts")
    thread = answering("q1@acme.example")
    again = write_now("q2@acme.example", "Re: Salary", "And hazelnuts.", JOHN, BOXES[ANNA], *thread)
    await room.deliver(again, BOXES[ANNA])
    await anna.see("And hazelnuts.")
    two = anna.ref()
    assert [await _sees(room, who, two, "hazelnuts") for who in (maria, boris)] == [True, True]
    await anna.write(f"/unshare i{one}", says["private again"])
    for letter, secret in ((one, "Walnuts"), (two, "hazelnuts")):
        assert [await _sees(room, who, letter, secret) for who in (anna, maria, boris)] == [
            True,
            False,
            False,
        ]


async def _in_a_deal(room: Mailroom, maria: Person, anna: Person, boris: Person) -> None:
    """U2: what is part of a deal is seen by its team and by those who lead them."""
    await room.deliver(
        write_now("d1@beta.example", "Order", "Pistachios.", "Mary <mary@beta.example>", BOXES[ANNA]),
        BOXES[ANNA],
    )
    await anna.see("Pistachios.")
    one = anna.ref()
    assert not await _sees(room, maria, one, "Pistachios")
    await anna.write(f"/deal i{one} Nuts", "Nuts")
    assert [await _sees(room, who, one, "Pistachios") for who in (anna, maria, boris)] == [True, True, False]


async def _in_three_mailboxes(room: Mailroom, maria: Person, anna: Person, boris: Person) -> None:
    """M1, R1: one interaction, three worklists, each reviewed on its own; a manager's is over the team's."""
    says = SAYS[room.language]
    people = (maria, anna, boris)
    to = ", ".join(BOXES.values())
    await room.deliver(write_now("all@acme.example", "To all", "Almonds.", JOHN, to), *BOXES.values())
    letter = await _letter(room, "Almonds.")
    ref = f"/i{letter['id']}"
    assert {one["mailbox"] for one in letter["mail"]["seen_in"]} == {1, 2, 3}
    assert [one["reviewed"] for one in letter["owners"]] == [False] * 3
    for number, person in enumerate(people, 1):
        assert ref in await person.write("/inbox", says["inbox"])
        await person.write(ref, "Almonds")
        person.taps = 0
        await person.tap(says["reviewed"], "Almonds")
        assert person.taps == 1
        letter = await _letter(room, "Almonds.")
        assert sum(one["reviewed"] for one in letter["owners"]) == number
        assert letter["reviewed"] == (number == len(people))
        if person is maria:
            assert "👀" in await maria.write("/inbox", says["inbox"])
            assert "Anna, Boris" in maria.text, "her list is over the team's, and says whom it waits for"
        else:
            assert ref not in await person.write("/inbox", says["inbox"])
        for later in people[number:]:
            assert ref in await later.write("/inbox", says["inbox"])
    assert ref not in await maria.write("/inbox", says["inbox"])
