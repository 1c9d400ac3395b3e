"""A mailbox that has stopped is said in words to the one who keeps it; no notice of the core is without words."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.texts.notes import NOTES
from core.enums import Language, MailSecurity
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.services.mailboxes import Mailboxes
from core.values import MailboxId, UserId
from tests.bot.office import Office
from tests.factories.mail import OpenBox

ANNA, BORIS = 1001, 1002
SERVICES = Path(__file__).parents[2] / "core" / "services"
WORDLESS = {"", "introduced"}
"""The screen that is shown with them says it all."""


async def _stop_mailbox(office: Office, owner_id: int, reason: str) -> MailboxId:
    mailboxes = Mailboxes(office.works, OpenBox())
    server = MailServer("127.0.0.1", 993, MailSecurity.TLS)
    draft = MailboxDraft(
        address="anna&co@acme.example",
        imap=server,
        login="anna",
        password="secret",
        owner_id=UserId(owner_id),
    )
    mailbox_id = await mailboxes.add(None, draft)
    await mailboxes.mark_stopped(mailbox_id, reason)
    await office.idle()
    return mailbox_id


async def test_the_owner_of_a_stopped_mailbox_is_told_which_and_why(office: Office) -> None:
    user = await office.add_user(ANNA)
    mailbox_id = await _stop_mailbox(office, user.id, "auth")
    first, *rest = (await office.last(ANNA))["text"].splitlines()
    assert first == f"⚠️ A mailbox has stopped · 📮 anna&co@acme.example · /m{mailbox_id}"
    assert "password" in " ".join(rest)


async def test_the_owner_is_told_in_russian(office: Office) -> None:
    user = await office.add_user(ANNA, language=Language.RU)
    await _stop_mailbox(office, user.id, "certificate")
    text = (await office.last(ANNA))["text"]
    assert text.startswith("⚠️ Почтовый ящик остановлен")
    assert "ертификат" in text


async def test_u2_a_mailbox_is_shown_to_its_owner_and_to_nobody_else(office: Office) -> None:
    user = await office.add_user(ANNA)
    await office.add_user(BORIS, "Boris")
    mailbox_id = await _stop_mailbox(office, user.id, "key")
    (own,) = await office.write(ANNA, f"/m{mailbox_id}")
    assert "anna&co@acme.example" in own["text"]
    (foreign,) = await office.write(BORIS, f"/m{mailbox_id}")
    assert "anna" not in foreign["text"]


def _notes(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "note" and isinstance(keyword.value, ast.Constant):
                    value = keyword.value.value
                    if isinstance(value, str):
                        yield value


def test_every_note_that_a_service_gives_has_its_words() -> None:
    given = {
        note for path in SERVICES.glob("*.py") for note in _notes(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert given - NOTES.keys() - WORDLESS == set()
