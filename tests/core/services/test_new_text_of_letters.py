"""What is new in a letter is kept beside its whole text, and goes with it (domain.md I7, I8)."""

import pytest
from sqlalchemy import select

from core.database import Database
from core.models import Interaction, MailMessage
from core.queries.export.kinds import export_kind
from core.services.erasure import Erasure
from core.services.letter_drafts import message_row
from tests.conftest import FixedClock
from tests.factories.mail import FolderBlobs, Post, letter
from tests.factories.organisation import Organisation, make_organisation

WHOLE = "20 pallets.\n\n> How many?"


@pytest.fixture
async def organisation(database: Database, clock: FixedClock) -> Organisation:
    return await make_organisation(database, clock)


async def new_texts(organisation: Organisation) -> list[tuple[str, str | None]]:
    async with organisation.database.reading() as session:
        rows = await session.execute(
            select(Interaction.text, MailMessage.new_text)
            .join(MailMessage, MailMessage.interaction_id == Interaction.id)
            .order_by(Interaction.id)
        )
        return [(text, new) for text, new in rows]


async def test_i7_the_whole_text_stays_and_what_is_new_stands_beside_it(organisation: Organisation) -> None:
    post = Post(organisation)
    inbox = await post.inbox_of(organisation.anna, "anna@zveno.example")
    await post.deliver(inbox, letter("answer", text=WHOLE, new_text="20 pallets."))
    await post.deliver(inbox, letter("plain", text="Only this.", new_text=None))
    assert await new_texts(organisation) == [(WHOLE, "20 pallets."), ("Only this.", None)]


async def test_an_export_tells_both(organisation: Organisation) -> None:
    post = Post(organisation)
    inbox = await post.inbox_of(organisation.anna, "anna@zveno.example")
    await post.deliver(inbox, letter("answer", text=WHOLE, new_text="20 pallets."))
    async with organisation.database.reading() as session:
        found = [one async for one in export_kind(session, "interactions", organisation.clock.now())]
    mail = found[0]["mail"]
    assert isinstance(mail, dict)
    assert (found[0]["text"], mail["new_text"]) == (WHOLE, "20 pallets.")


async def test_i8_erasing_takes_it_along(
    organisation: Organisation, tmp_path_factory: pytest.TempPathFactory
) -> None:
    post = Post(organisation)
    inbox = await post.inbox_of(organisation.anna, "anna@zveno.example")
    one = await post.deliver(inbox, letter("answer", text=WHOLE, new_text="20 pallets."))
    blobs = FolderBlobs(tmp_path_factory.mktemp("blobs"))
    await Erasure(organisation.works, blobs).erase(organisation.administrator, one)
    assert await new_texts(organisation) == [("", None)]


def test_a_row_of_a_letter_names_what_is_new() -> None:
    assert message_row(1, letter("answer", new_text="20 pallets."), None)["new_text"] == "20 pallets."
