"""The quarantine in the chat: told together, listed, opened, retried, dismissed; buttons and words alike."""

from typing import Any

from sqlalchemy import select, update

from core.enums import FunctionalOption, Language, MailFate, Role
from core.models import MailUid
from core.values import Caller, MailboxId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.conftest import NOON, FixedClock
from tests.factories.mail import UIDVALIDITY, Post, SightedLetter
from tests.factories.organisation import make_organisation
from tests.factories.people import caller_of

ANNA, BORIS, ADA = 1001, 1002, 1009
ADDRESS = "anna@zveno.example"
RAW = (
    "From: =?utf-8?b?0JjQstCw0L0=?= <ivan@acme.example>\r\n"
    "Subject: Price <b>& more</b>\u202e\r\n\r\nHello\r\n"
).encode()


async def quarantine_of_anna(
    office: Office, *letters: SightedLetter, **fields: Any
) -> tuple[Hand, Post, Caller, MailboxId]:
    """Anna's own mailbox with letters in quarantine."""
    clock = office.works.clock
    assert isinstance(clock, FixedClock)
    post = Post(await make_organisation(office.database, clock))
    post.mailboxes = office.services.mailboxes
    anna = caller_of(await office.add_user(ANNA, **fields))
    mailbox = await post.add(anna, ADDRESS)
    await post.capture(await post.open(mailbox), letters)
    return Hand(office, ANNA), post, anna, mailbox


def with_bytes(office: Office, uid: int, raw: bytes = RAW) -> SightedLetter:
    return SightedLetter(uid, NOON, quarantined="unparsable", raw_sha256=office.services.blobs.save(raw))


async def letter_ids(office: Office) -> list[int]:
    async with office.database.reading() as session:
        return list(await session.scalars(select(MailUid.id).order_by(MailUid.id)))


async def test_one_notice_leads_to_the_letter_and_its_bytes(office: Office) -> None:
    hand, _, _, mailbox = await quarantine_of_anna(office, with_bytes(office, 1), with_bytes(office, 2))
    await office.services.quarantine.tell_keepers()
    await office.idle()
    hand.message_id = int((await office.last(ANNA))["message_id"])
    told = (await hand.see()).splitlines()
    assert told[0] == "⚠️ 2 letters could not be taken · 🛡 Quarantine 2"
    assert told[1] == f"📮 {ADDRESS} · /m{mailbox}"
    assert told[2] == "1. could not be read · today 12:00"
    shown = await hand.tap("1")
    first, second = await letter_ids(office)
    assert shown.splitlines() == [
        f"🛡 Letter {second} in quarantine",
        "could not be read",
        "Иван ivan@acme.example",
        "Price <b>& more</b>",
        "today 12:00",
        f"📮 {ADDRESS} · /m{mailbox} · INBOX",
    ]
    assert await hand.labels() == ["📄 Open", "🔄 Try again", "🗑 Dismiss", "‹ Quarantine"]
    await office.tap(ANNA, await hand.message(), text="📄 Open")
    sent = (await office.last(ANNA))["document"]
    assert (sent["file_name"], sent["file_size"]) == (f"letter-{second}.eml", len(RAW))
    assert (await hand.tap("‹ Quarantine")).startswith("🛡 Quarantine 2")
    (typed,) = await office.write(ANNA, f"/open {first}")
    assert typed["document"]["file_name"] == f"letter-{first}.eml"


async def test_a_letter_is_sent_on_its_way_again_or_dismissed_by_a_tap(office: Office) -> None:
    hand, post, _, mailbox = await quarantine_of_anna(office, with_bytes(office, 1), with_bytes(office, 2))
    await hand.write(f"/m{mailbox}")
    await hand.tap("Quarantine 2")
    await hand.tap("2")
    retried = await hand.tap("Try again")
    assert retried.splitlines()[0] == "🛡 Quarantine 1"
    assert retried.splitlines()[-1] == "It is on its way again"
    await hand.tap("1")
    dismissed = await hand.tap("Dismiss")
    assert dismissed.splitlines()[0] == "🛡 Quarantine 0"
    assert "Nothing is in quarantine." in dismissed
    assert await post.fates() == [(1, MailFate.RECEIVED, None), (2, MailFate.EXCLUDED, "dismissed")]
    await hand.write("/undo")
    assert (2, MailFate.QUARANTINED, "unparsable") in await post.fates()
    card = await hand.write(f"/m{mailbox}")
    assert "in quarantine 1 · on their way 1 · missing 0" in card


async def test_the_same_is_typed(office: Office) -> None:
    hand, post, _, mailbox = await quarantine_of_anna(office, with_bytes(office, 1), with_bytes(office, 2))
    first, second = await letter_ids(office)
    assert (await hand.write(f"/quarantine m{mailbox}")).startswith("🛡 Quarantine 2")
    assert (await hand.write("/1")).startswith(f"🛡 Letter {second}")
    assert (await hand.write(f"/quarantine {first}")).startswith(f"🛡 Letter {first}")
    assert "It is on its way again" in await hand.write(f"/retry {first}")
    assert "Dismissed" in await hand.write(f"/dismiss {second}")
    assert "/retry 17" in await hand.write("/retry")
    assert "/dismiss 17" in await hand.write("/dismiss x")
    assert [fate for _, fate, _ in await post.fates()] == [MailFate.RECEIVED, MailFate.EXCLUDED]
    assert "No such" in await hand.write(f"/retry {first}")


async def test_what_cannot_be_opened_or_retried_says_why(office: Office) -> None:
    too_large = SightedLetter(1, NOON, quarantined="too_large")
    hand, _, _, _ = await quarantine_of_anna(office, too_large, with_bytes(office, 2, b"lost"))
    first, second = await letter_ids(office)
    async with office.database.transaction() as session:
        await session.execute(update(MailUid).where(MailUid.id == first).values(size=77_000_000))
    shown = await hand.write(f"/quarantine {first}")
    assert "larger than is allowed here" in shown
    assert "Only its size was fetched" in shown
    assert await hand.labels() == ["🗑 Dismiss", "‹ Quarantine"]
    assert "Only its size was fetched" in await hand.write(f"/open {first}")
    assert "administrator can let it in" in await hand.write(f"/retry {first}")
    office.services.blobs.delete((await digest_of(office, second)) or "")
    assert "no longer here" in await hand.write(f"/open {second}")
    async with office.database.transaction() as session:
        await session.execute(
            update(MailUid).where(MailUid.id == second).values(gone_at=NOON, size=51 * 1024 * 1024)
        )
    assert "too big for Telegram" in await hand.write(f"/open {second}")
    assert "has left the mail server" in await hand.write(f"/retry {second}")


async def digest_of(office: Office, letter_id: int) -> str | None:
    async with office.database.reading() as session:
        return (await session.get_one(MailUid, letter_id)).raw_sha256


async def test_u2_an_administrator_sees_figures_and_strangers_nothing(office: Office) -> None:
    _, _, _, mailbox = await quarantine_of_anna(office, with_bytes(office, 1))
    (letter_id,) = await letter_ids(office)
    await office.add_user(ADA, "Ada", role=Role.ADMINISTRATOR)
    await office.add_user(BORIS, "Boris")
    administrator, stranger = Hand(office, ADA), Hand(office, BORIS)
    assert (await administrator.write(f"/quarantine m{mailbox}")).startswith("🛡 Quarantine 1")
    shown = await administrator.tap("1")
    assert "Price" not in shown
    assert "ivan@acme.example" not in shown
    assert await administrator.labels() == ["🔄 Try again", "🗑 Dismiss", "‹ Quarantine"]
    assert "Your role does not include this" in await administrator.write(f"/open {letter_id}")
    unseen = "No such interaction, or it is not yours to see."
    for text in (
        f"/quarantine m{mailbox}",
        f"/quarantine {letter_id}",
        f"/open {letter_id}",
        f"/retry {letter_id}",
        f"/dismiss {letter_id}",
    ):
        assert await stranger.write(text) == unseen
    for forged in (
        f"show:letter:{letter_id}",
        "show:letter:x",
        f"show:quarantine:{mailbox}:9",
        "show:quarantine",
    ):
        await stranger.write("/settings")
        assert await stranger.forge(forged) == unseen


async def test_o2_without_mail_the_quarantine_is_not_there(office: Office) -> None:
    hand, _, _, mailbox = await quarantine_of_anna(office, with_bytes(office, 1))
    ada = caller_of(await office.add_user(ADA, "Ada", role=Role.ADMINISTRATOR))
    await office.services.options.set(ada, FunctionalOption.MAIL_CLIENT, is_on=False)
    assert "Quarantine" not in await hand.write(f"/quarantine m{mailbox}")


async def test_many_come_in_pages_that_keep_their_place(office: Office) -> None:
    letters = [SightedLetter(uid, NOON, quarantined="no_body") for uid in range(1, 10)]
    hand, _, _, _ = await quarantine_of_anna(office, *letters)
    await hand.write("/mailboxes")
    await hand.tap("1")
    await hand.tap("Quarantine 9")
    assert (await hand.tap("›")).count("the mail server gave no content") == 2


async def test_notices_speak_russian(office: Office) -> None:
    hand, post, anna, mailbox = await quarantine_of_anna(office, with_bytes(office, 1), language=Language.RU)
    await office.services.quarantine.tell_keepers()
    await office.idle()
    assert (await office.last(ANNA))["text"].startswith("⚠️ Не удалось принять 1 письмо · 🛡 Карантин 1")
    async with office.works.begin(None, "test") as work:
        work.notify(anna.user_id, f"m{mailbox}", note="mail_gap", folder="A <b>", gap=3)
    await office.idle()
    told = await office.last(ANNA)
    assert told["text"].startswith(f"⚠️ 3 письма в «A <b>» пока не удалось забрать · 📮 {ADDRESS}")
    clock = office.works.clock
    assert isinstance(clock, FixedClock)
    await post.mailboxes.mark_unreached(mailbox, "unreachable")
    clock.at = clock.at.replace(minute=5)
    await post.mailboxes.mark_unreached(mailbox, "unreachable")
    await office.idle()
    assert (await office.last(ANNA))["text"].startswith("⚠️ Почтовый ящик недоступен · 📮")
    hand.message_id = int((await office.last(ANNA))["message_id"])
    assert "🔄 Повторить" in await hand.labels()
    await post.mailboxes.mark_reached(mailbox)
    await office.idle()
    assert (await office.last(ANNA))["text"].startswith("Почтовый сервер снова отвечает · 📮")


async def test_letters_that_left_the_server_and_those_on_their_way_are_on_the_card(office: Office) -> None:
    hand, post, _, mailbox = await quarantine_of_anna(office, with_bytes(office, 1), with_bytes(office, 2))
    async with office.database.transaction() as session:
        session.add(
            MailUid(
                folder_id=(await post.open(mailbox)).id,
                uidvalidity=UIDVALIDITY,
                uid=3,
                fate=MailFate.RECEIVED,
                seen_at=NOON,
            )
        )
        await session.execute(update(MailUid).where(MailUid.uid == 1).values(gone_at=NOON))
    shown = (await hand.write(f"/m{mailbox}")).splitlines()
    assert "INBOX · on the server: 2" in shown
    assert "stored 0 · known 0 · excluded 0 · in quarantine 1 · on their way 1 · missing 0" in shown
    assert "left the server: 1" in shown
