"""The way of connecting a mailbox in the chat, up to where the tests differ."""

from sqlalchemy import select, text

from core.models import Base, Mailbox
from simulator.mail_server import LocalMail, MailAccount
from tests.bot.hand import Hand
from tests.bot.office import Office

ANNA, BORIS, ADA = 1001, 1002, 1009
ACCOUNT = MailAccount("anna@zveno.example", "anna@zveno.example", "correct horse", "Anna")
PLAIN_LOGIN = MailAccount("boris@zveno.example", "boris", "battery staple", "Boris")


def letter_of(number: int, sender: str = "client@acme.example", *fields: str) -> bytes:
    """A letter to Anna, with further header fields."""
    head = [
        f"From: {sender}",
        f"To: {ACCOUNT.address}",
        f"Subject: Price {number}",
        f"Message-ID: <{number}@acme.example>",
        *fields,
    ]
    return "\r\n".join([*head, "", "How much?", ""]).encode()


async def everything_stored(office: Office) -> str:
    """All rows of all tables as text."""
    async with office.database.reading() as session:
        tables = [(await session.execute(select(table))).all() for table in Base.metadata.sorted_tables]
        words = (await session.execute(text("SELECT * FROM search_words"))).all()
    return repr((tables, words))


async def mailboxes_of(office: Office) -> list[Mailbox]:
    async with office.database.reading() as session:
        return list(await session.scalars(select(Mailbox).order_by(Mailbox.id)))


async def up_to_the_password(hand: Hand, server: LocalMail, address: str = ACCOUNT.address) -> str:
    """Settings, Mailboxes, Add; the domain is nobody's, so the server is asked for."""
    await hand.write("/settings")
    await hand.tap("📮")
    await hand.tap("➕")
    asked = await hand.write(address)
    assert address in asked
    return await hand.write(f"127.0.0.1:{server.imap_port} none")


async def connected(hand: Hand, server: LocalMail) -> str:
    """As far as the question since when."""
    await up_to_the_password(hand, server)
    return await hand.write("correct horse")
