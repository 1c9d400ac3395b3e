"""Letters of a working day find where they belong, say why, or ask; the real process, in both languages."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bench.support.dovecot import Dovecot
from simulator.errors import JsonObject
from tests.acceptance.letters import CLIENT, answering, write_now
from tests.acceptance.mail_words import SAYS
from tests.acceptance.mailroom import Mailroom, open_mailroom
from tests.acceptance.nursery import Nursery
from tests.acceptance.person import Person
from tests.acceptance.special_letters import FORWARDED, write_bounce, write_invitation, write_newsletter

pytestmark = [pytest.mark.acceptance, pytest.mark.external, pytest.mark.timeout(300)]

ANNA, BORIS = 1002, 1003
ADDRESS, COLLEAGUE = "anna@zveno.example", "boris@zveno.example"
ME = f"Anna <{ADDRESS}>"
JOHN, MARY = f"John Smith <{CLIENT}>", "Mary Jones <mary@beta.example>"


async def letters(room: Mailroom) -> dict[str, JsonObject]:
    """What is recorded, by topic."""
    return {one["topic"]: one for one in await room.house.export("interactions")}


async def only_deal(room: Mailroom) -> JsonObject:
    (deal,) = await room.house.export("deals")
    return deal


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_letters_find_their_deal_or_ask(
    tmp_path: Path, nursery: Nursery, dovecot: Dovecot, language: str
) -> None:
    async with open_mailroom(tmp_path, nursery, dovecot, language) as room:
        await room.administrator()
        anna, boris = await room.invite(ANNA, "Anna"), await room.invite(BORIS, "Boris")
        await room.connect({ADDRESS: anna, COLLEAGUE: boris})
        await _know_the_client(room, anna)
        await _answer_lands_in_the_deal(room, anna)
        await _no_thread_lands_by_the_contact(room, anna)
        await _asks_which_one(room, anna)
        await _is_passed_on(room, anna)
        await _comes_back(room, anna)
        await _newsletter_starts_nothing(room, anna)


async def _know_the_client(room: Mailroom, anna: Person) -> None:
    """A call becomes a deal; the client's first letter makes a contact of them and is put into the deal."""
    says = SAYS[room.language]
    await anna.write(f"/call John Smith, {CLIENT}: 20 pallets", "20 pallets")
    anna.taps = 0
    await anna.tap(says["promote"], "20 pallets")
    await anna.tap(says["create"], says["promoted"])
    assert anna.taps == 2
    await room.deliver(write_now("q1@acme.example", "Offer?", "Please send an offer.", JOHN, ME), ADDRESS)
    assert says["new"] in await anna.see("Please send an offer.")
    anna.taps = 0
    await anna.tap("➕ 👤 John Smith", says["known"])
    await anna.tap(says["belongs"], "/i")
    assert says["chosen"] in await anna.tap("💼 20 pallets", "Offer?")
    assert anna.taps == 1 + 2


async def _answer_lands_in_the_deal(room: Mailroom, anna: Person) -> None:
    """What Anna sent with her mail program, and the answer to it."""
    says = SAYS[room.language]
    offer = write_now(
        "a1@zveno.example", "Re: Offer?", "Here it is.", ME, JOHN, *answering("q1@acme.example")
    )
    await room.send(offer, ADDRESS)
    text = (
        "We take 20.\r\n\r\nOn Mon, 23 Nov 2026 at 10:00, Anna <anna@zveno.example> wrote:\r\n> Here it is."
    )
    thread = answering("q1@acme.example", "a1@zveno.example")
    await room.deliver(write_now("q2@acme.example", "Re: Re: Offer?", text, JOHN, ME, *thread), ADDRESS)
    shown = await anna.see("We take 20.")
    assert says["answers"] in shown
    assert f"/d{(await only_deal(room))['id']}" in shown
    assert "Here it is." not in shown, "only what is new"
    assert "> Here it is." in await anna.tap(says["whole"], "Here it is.")
    await anna.tap("‹", says["answers"])
    assert {one["subject"]["kind"] for one in (await letters(room)).values()} == {"deal"}


async def _no_thread_lands_by_the_contact(room: Mailroom, anna: Person) -> None:
    """S8: the only candidate; one tap takes it back, one undoes that."""
    says = SAYS[room.language]
    await room.deliver(write_now("q3@acme.example", "Delivery", "When will it come?", JOHN, ME), ADDRESS)
    assert says["same contact"] in await anna.see("When will it come?")
    anna.taps = 0
    assert says["same contact"] not in await anna.tap(says["not there"], "Delivery")
    assert (await letters(room))["Delivery"]["subject"]["kind"] == "chain"
    assert says["same contact"] in await anna.tap(says["undo"], says["same contact"])
    assert anna.taps == 2
    assert (await letters(room))["Delivery"]["subject"]["kind"] == "deal"


async def _asks_which_one(room: Mailroom, anna: Person) -> None:
    """S8: several candidates are numbered buttons; none of them is chosen by itself."""
    says = SAYS[room.language]
    await anna.write("/contact new Mary Jones mary@beta.example", "Mary Jones")
    await anna.write("/call Mary Jones, mary@beta.example: prices", "prices")
    await anna.write("/call Mary Jones, mary@beta.example: samples", "samples")
    await anna.write(f"/subject i{anna.ref()} none", "samples")
    await room.deliver(write_now("m1@beta.example", "A question", "Which one?", MARY, ME), ADDRESS)
    assert (await anna.see("Which one?")).splitlines()[-1] == says["which"]
    assert (await letters(room))["A question"]["subject"]["title"] == "A question"
    assert [one[:2] for one in anna.labels[:3]] == ["1.", "2.", "3."]
    assert anna.labels[2].endswith(says["own chain"])
    anna.taps = 0
    assert says["chosen"] in await anna.tap("prices", "A question")
    assert says["which"] not in anna.text
    assert anna.taps == 1
    assert (await letters(room))["A question"]["subject"]["title"] == "prices"


async def _is_passed_on(room: Mailroom, anna: Person) -> None:
    """The colleague who forwards a letter did not write it; who did is asked, and then is its sender."""
    says = SAYS[room.language]
    raw = write_now("f1@zveno.example", "Fwd: Pallets", FORWARDED[room.language], f"Boris <{COLLEAGUE}>", ME)
    await room.deliver(raw, ADDRESS)
    assert says["original"] in await anna.see("Fwd: Pallets")
    anna.taps = 0
    assert "Peter Brown" in await anna.tap(says["yes"], "Fwd: Pallets")
    assert anna.taps == 1
    assert says["original"] not in anna.text
    sent_by = {
        one["role"]: one["presentation"] for one in (await letters(room))["Fwd: Pallets"]["participants"]
    }
    assert sent_by["from"] == "Peter Brown"


async def _comes_back(room: Mailroom, anna: Person) -> None:
    """A bounce marks the address and the letter that it answers."""
    says = SAYS[room.language]
    await anna.write("/contact new Vera Ortiz vera@acme.example", "Vera Ortiz")
    vera = anna.ref("c")
    await room.send(write_now("a2@zveno.example", "Catalogue", "Here.", ME, "vera@acme.example"), ADDRESS)
    bounce = write_bounce("b1@mx.acme.example", "a2@zveno.example", ME, "vera@acme.example")
    await room.deliver(bounce, ADDRESS)
    assert "vera@acme.example" in await anna.see(says["not delivered"])
    found = await letters(room)
    sent, returned = found["Catalogue"], found["Undelivered Mail Returned to Sender"]
    assert (returned["parent_id"], returned["mail"]["class"]) == (sent["id"], "bounce")
    assert says["bounced"] in await anna.write(f"/i{sent['id']}", "Catalogue")
    assert says["does not work"] in await anna.write(f"/c{vera}", "Vera Ortiz")


async def _newsletter_starts_nothing(room: Mailroom, anna: Person) -> None:
    """S1: it is kept and found, and shown to nobody."""
    subjects = await room.house.export("subjects")
    before = len(await room.house.people.bot_messages(anna.account_id))
    await room.deliver(write_newsletter("n1@list.example", ADDRESS), ADDRESS)
    assert len(await room.house.people.bot_messages(anna.account_id)) == before
    weekly = (await letters(room))["Weekly offers"]
    assert (weekly["subject"]["kind"], weekly["reviewed"]) == ("none", True)
    chains = [one for one in await room.house.export("subjects") if one["kind"] != "none"]
    assert len(chains) == len([one for one in subjects if one["kind"] != "none"])
    assert "Weekly offers" in await anna.write("/find Weekly", "Weekly")


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_an_invitation_becomes_a_meeting_that_is_then_cancelled(
    tmp_path: Path, nursery: Nursery, dovecot: Dovecot, language: str
) -> None:
    says = SAYS[language]
    begins = datetime.now(UTC).replace(minute=0, second=0) + timedelta(days=3)
    async with open_mailroom(tmp_path, nursery, dovecot, language) as room:
        anna = await room.administrator()
        await room.connect({ADDRESS: anna})
        await room.deliver(write_invitation("i1@acme.example", JOHN, ADDRESS, begins), ADDRESS)
        (meeting,) = [one for one in await room.house.export("interactions") if one["type"] == "meeting"]
        assert (meeting["state"], meeting["place"]) == ("planned", "Acme office")
        assert datetime.fromisoformat(meeting["happened_at"]) == begins.replace(microsecond=0)
        assert f"/i{meeting['id']}" in await anna.see("Please come.")
        assert "Samples" in await anna.write("/week", f"/i{meeting['id']}")
        cancel = write_invitation("i2@acme.example", JOHN, ADDRESS, begins, cancels=True)
        await room.deliver(cancel, ADDRESS)
        assert f"/i{meeting['id']}" in await anna.see(says["organiser cancelled"])
        (meeting,) = [one for one in await room.house.export("interactions") if one["type"] == "meeting"]
        assert (meeting["state"], meeting["reviewed"]) == ("cancelled", True)
        assert says["nothing planned"] in await anna.write("/week", says["nothing planned"])
        reminders = await room.house.export("reminders")
        assert {one["state"] for one in reminders} == {"cancelled"}
