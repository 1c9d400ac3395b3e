"""Connecting a mailbox in the chat: the password typed once, the choices, the preview, the start (pains.md 25)."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from core.enums import Language, MailAuth, MailboxState, MailSecurity, Role
from core.services.mailbox_drafts import MailboxDraft, MailServer
from core.values import Caller, MailboxId, UserId
from mail.connecting import ConnectingDoor
from mail.settings import MailSettings
from simulator.mail_server import LocalMail
from tests.bot.connecting import (
    ACCOUNT,
    ADA,
    ANNA,
    BORIS,
    PLAIN_LOGIN,
    connected,
    everything_stored,
    letter_of,
    mailboxes_of,
    up_to_the_password,
)
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.factories.deals import make_person
from tests.factories.mail import OpenBox
from tests.factories.people import caller_of
from tests.mail.scripted_imap import ScriptedIMAP, serve


@pytest.fixture
async def server() -> AsyncIterator[LocalMail]:
    async with LocalMail([ACCOUNT, PLAIN_LOGIN]) as running:
        yield running


@pytest.mark.parametrize("language", list(Language))
async def test_five_taps_connect_a_mailbox_and_the_password_is_nowhere(
    office: Office, server: LocalMail, caplog: pytest.LogCaptureFixture, language: Language
) -> None:
    caplog.set_level(logging.DEBUG)
    for number in range(3):
        await server.deliver(letter_of(number), ACCOUNT.address)
    await office.add_user(ANNA, language=language)
    hand = Hand(office, ANNA)
    since = await connected(hand, server)
    assert since.splitlines()[0] == "📮 anna@zveno.example"
    (mailbox,) = await mailboxes_of(office)
    assert mailbox.state is MailboxState.PREPARING
    assert await office.services.mailboxes.list_watched() == {}, "nothing is taken before the start"
    month = {Language.EN: "A month", Language.RU: "Месяц"}[language]
    await hand.tap(month)
    assert [one for one in await hand.labels() if one.startswith("✅")] == ["✅ Sent", "✅ INBOX"]
    preview = await hand.tap("›")
    assert {Language.EN: "3 letters", Language.RU: "3 письма"}[language] in preview
    begun = await hand.tap("▶️")
    assert "⏳" in begun
    assert hand.taps == 5, "and three things typed: the address, the server, the password"
    (mailbox,) = await mailboxes_of(office)
    assert mailbox.state is MailboxState.ACTIVE
    assert mailbox.progress_message == hand.message_id
    stored = await everything_stored(office)
    assert "correct horse" not in stored
    assert OpenBox().seal("correct horse") in stored
    chat = await office.people.chat(ANNA)
    assert not [one for one in chat["messages"] if "correct horse" in str(one.get("text"))]
    ours = [one for one in caplog.records if not one.name.startswith("pymap")]
    assert not [one for one in ours if "correct horse" in one.getMessage()]


async def test_a_wrong_password_and_a_wrong_server_are_told_and_nothing_is_kept(
    office: Office, server: LocalMail
) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await up_to_the_password(hand, server)
    refused = await hand.write("wrong word")
    assert "does not accept the login or the password" in refused
    assert "the password was not kept" in refused
    assert await mailboxes_of(office) == []
    await hand.tap("Server")
    await hand.write("127.0.0.1:1 none")
    away = await hand.write("correct horse")
    assert "No mail server answers at 127.0.0.1:1." in away
    stored = await everything_stored(office)
    assert "wrong word" not in stored
    assert "correct horse" not in stored
    await hand.tap("Server")
    await hand.write(f"127.0.0.1:{server.imap_port} none")
    assert "The login works" in await hand.write("correct horse")


async def test_another_login_than_the_address(office: Office, server: LocalMail) -> None:
    await office.add_user(BORIS, "Boris")
    hand = Hand(office, BORIS)
    await up_to_the_password(hand, server, PLAIN_LOGIN.address)
    assert "does not accept" in await hand.write("battery staple")
    await hand.tap("Another login")
    await hand.write("boris")
    assert "The login works" in await hand.write("battery staple")
    (mailbox,) = await mailboxes_of(office)
    assert mailbox.login == "boris"


async def test_what_does_not_make_sense_is_asked_for_again(office: Office, server: LocalMail) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await hand.write("/mailbox add")
    assert "does not do for the e-mail address" in await hand.write("nobody")
    assert "Where is the mail of" in await hand.write(ACCOUNT.address)
    assert "does not do for the port" in await hand.write("imap.zveno.example:0")
    assert "does not do for the encryption" in await hand.write("imap.zveno.example tsl")
    assert "Password of" in await hand.write(f"127.0.0.1:{server.imap_port} none")
    assert await hand.write("/cancel") == "Cancelled. Nothing was saved."
    assert "It is written so" in await hand.write("/mailbox password"), "the dialog is over"
    assert await mailboxes_of(office) == []


async def test_a_known_provider_needs_no_server(office: Office) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    asked = await hand.write("/mailbox add anna@yandex.ru")
    assert asked.splitlines()[0] == "Password of anna@yandex.ru?"
    assert "https://id.yandex.ru/security/app-passwords" in asked


async def test_the_preview_counts_people_and_newsletters_since_the_day(
    office: Office, server: LocalMail
) -> None:
    now = office.works.clock.now()
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await make_person(office.works, "Ivan Petrov", "ivan@acme.example")
    for number, sender, days, fields in (
        (1, "ivan@acme.example", 2, ()),
        (2, "unknown@beta.example", 3, ()),
        (3, "news@gamma.example", 4, ("List-Unsubscribe: <https://gamma.example/off>",)),
        (4, "ivan@acme.example", 90, ()),
    ):
        raw = letter_of(number, sender, *fields)
        await server.deliver(raw, ACCOUNT.address, when=now - timedelta(days=days))
    await connected(hand, server)
    await hand.tap("A month")
    preview = await hand.tap("Next")
    assert "3 letters, 1 with people you know, 1 newsletter" in preview
    await hand.tap("Back")
    await hand.tap("Back")
    await hand.tap("Everything")
    assert "4 letters" in await hand.tap("Next")
    (mailbox,) = await mailboxes_of(office)
    assert (mailbox.state, mailbox.since) == (MailboxState.PREPARING, None)


async def test_a_day_is_typed_and_one_to_come_is_refused(office: Office, server: LocalMail) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await connected(hand, server)
    (mailbox,) = await mailboxes_of(office)
    await hand.tap("Another day")
    assert "Which folders?" in await hand.write("2026-01-31")
    (mailbox,) = await mailboxes_of(office)
    assert mailbox.since == datetime(2026, 1, 31, tzinfo=UTC)
    refused = await hand.write(f"/mailbox m{mailbox.id} since 2030-01-01")
    assert "Nothing was changed" in refused
    assert (await mailboxes_of(office))[0].since == datetime(2026, 1, 31, tzinfo=UTC)


async def test_folders_are_chosen_by_taps_and_never_none(office: Office, server: LocalMail) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await server.deliver(letter_of(1), ACCOUNT.address, "Archive")
    await connected(hand, server)
    await hand.tap("A month")
    await hand.tap("Archive")
    assert "✅ Archive" in await hand.labels()
    assert (await mailboxes_of(office))[0].wanted_folders == ["Sent", "INBOX", "Archive"]
    await hand.tap("Archive")
    assert (await mailboxes_of(office))[0].wanted_folders is None, "the usual ones again"
    await hand.tap("Sent")
    await hand.tap("INBOX")
    assert (await mailboxes_of(office))[0].wanted_folders == ["INBOX"]
    assert "does not do for the folder" in await hand.said()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.EN, "The server has no folder of sent mail that I know"),
        (Language.RU, "На сервере нет знакомой папки отправленных"),
    ],
)
async def test_a_server_without_a_folder_of_sent_mail_is_told_of_and_watched(
    office: Office, language: Language, told: str
) -> None:
    await office.add_user(ANNA, language=language)
    hand = Hand(office, ANNA)
    async with serve(ScriptedIMAP(letters={1: letter_of(1)})) as script:
        await hand.write(f"/mailbox add {ACCOUNT.address}")
        await hand.write(f"127.0.0.1:{script.port} none")
        await hand.write("correct horse")
        await hand.tap({Language.EN: "Everything", Language.RU: "Всё"}[language])
        assert told in await hand.see()
        assert [one for one in await hand.labels() if one.startswith("✅")] == ["✅ INBOX"]
        assert "1 " in await hand.tap("›")
        await hand.tap("▶️")
    (mailbox,) = await mailboxes_of(office)
    assert (mailbox.state, mailbox.state_reason) == (MailboxState.ACTIVE, None)


async def test_the_second_who_connects_the_same_mailbox_is_told(office: Office, server: LocalMail) -> None:
    anna = await office.add_user(ANNA)
    await office.add_user(BORIS, "Boris")
    first, second = Hand(office, ANNA), Hand(office, BORIS)
    await connected(first, server)
    await connected(second, server)
    assert len(await mailboxes_of(office)) == 2, "who is only about to connect it hinders nobody"
    await first.tap("A month")
    await first.tap("Next")
    await first.tap("Start")
    await second.tap("A month")
    await second.tap("Next")
    assert "has connected this mailbox already" in await second.tap("Start")
    states = {one.owner_id: one.state for one in await mailboxes_of(office)}
    assert states.pop(anna.id) is MailboxState.ACTIVE
    assert list(states.values()) == [MailboxState.PREPARING]
    assert "has connected this mailbox already" in await connected(second, server)
    assert "Password" not in await second.write("Just a note"), "the dialog is over"
    assert "You have connected this mailbox already" in await connected(first, server)


async def test_who_begins_again_goes_on_with_one_and_cancel_forgets_it(
    office: Office, server: LocalMail
) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await connected(hand, server)
    await connected(hand, server)
    states = [one.state for one in await mailboxes_of(office)]
    assert states == [MailboxState.REMOVED, MailboxState.PREPARING]
    (_, mailbox) = await mailboxes_of(office)
    card = await hand.write(f"/m{mailbox.id}")
    assert "being connected" in card
    await hand.tap("Go on")
    assert "nothing was taken" in await hand.tap("Cancel")
    assert {one.sealed_password for one in await mailboxes_of(office)} == {""}
    assert "No such" in await hand.write(f"/mailbox m{mailbox.id} start")


async def test_u2_only_owners_and_administrators_connect_and_disconnect(
    office: Office, server: LocalMail
) -> None:
    anna = await office.add_user(ANNA)
    await office.add_user(BORIS, "Boris")
    await office.add_user(ADA, "Ada", role=Role.ADMINISTRATOR)
    boris, ada = Hand(office, BORIS), Hand(office, ADA)
    assert "Your role does not include this" in await boris.write(
        f"/mailbox add anna@zveno.example u{anna.id}"
    )
    await ada.write(f"/mailbox add anna@zveno.example u{anna.id}")
    await ada.write(f"127.0.0.1:{server.imap_port} none")
    await ada.write("correct horse")
    (mailbox,) = await mailboxes_of(office)
    assert mailbox.owner_id == anna.id
    unseen = "No such interaction, or it is not yours to see."
    for words in ("since all", "folder 1", "preview", "start", "discard", "remove", "remove yes"):
        assert await boris.write(f"/mailbox m{mailbox.id} {words}") == unseen
    assert await boris.write(f"/certificate m{mailbox.id} off") == unseen
    await ada.write(f"/mailbox m{mailbox.id} start")
    assert "An administrator has connected your mailbox" in (await office.last(ANNA))["text"]
    hand = Hand(office, ANNA)
    await hand.write(f"/m{mailbox.id}")
    asked = await hand.tap("Disconnect")
    assert "What was captured stays here" in asked
    assert (await mailboxes_of(office))[0].state is MailboxState.ACTIVE
    assert "Removed; what was captured stays" in await hand.tap("Disconnect")
    (mailbox,) = await mailboxes_of(office)
    assert (mailbox.state, mailbox.sealed_password) == (MailboxState.REMOVED, "")


async def test_the_certificate_is_given_up_with_a_warning_and_taken_up_again(
    office: Office, server: LocalMail
) -> None:
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    await connected(hand, server)
    (mailbox,) = await mailboxes_of(office)
    await hand.write(f"/mailbox m{mailbox.id} start")
    await office.services.mailboxes.mark_stopped(MailboxId(mailbox.id), "certificate")
    await hand.write(f"/m{mailbox.id}")
    assert "read the password and every letter" in await hand.tap("Do not check it")
    off = await hand.tap("Do not check it")
    assert "certificate is not checked" in off
    (mailbox,) = await mailboxes_of(office)
    assert (mailbox.state, mailbox.verify_certificate) == (MailboxState.ACTIVE, False)
    assert not (await office.services.mailboxes.open(MailboxId(mailbox.id))).verify_certificate
    await hand.tap("Check the certificate")
    assert (await mailboxes_of(office))[0].verify_certificate


@dataclass
class Links:
    """A provider to log in to in the browser, as mail.oauth_flow offers it."""

    asked: list[MailboxDraft | MailboxId] = field(default_factory=list)

    def offers(self, auth: MailAuth) -> bool:
        """Google alone is set up here."""
        return auth is MailAuth.OAUTH_GOOGLE

    async def begin_oauth(
        self, caller: Caller, wanted: MailboxDraft | MailboxId, *, prepares: bool = False
    ) -> str:
        """A link; a new mailbox is to wait."""
        assert prepares
        assert caller.user_id
        self.asked.append(wanted)
        return "https://accounts.example/authorise?state=once"


async def test_the_browser_is_offered_where_the_provider_is_set_up(office: Office) -> None:
    links = Links()
    office.services.connecting_door = ConnectingDoor(
        office.services.mailboxes, office.services.connecting, MailSettings(), links=links
    )
    await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    assert "How to log in to anna@gmail.com?" in await hand.write("/mailbox add anna@gmail.com")
    told = await hand.tap("In the browser")
    assert "good once" in told
    assert "🔗 Open the page" in await hand.labels()
    (draft,) = links.asked
    assert isinstance(draft, MailboxDraft)
    assert (draft.auth, draft.imap.host, draft.password) == (MailAuth.OAUTH_GOOGLE, "imap.gmail.com", "")
    await hand.write("/mailbox add anna@outlook.com")
    assert "Password of anna@outlook.com?" in await hand.see(), "not set up here"


async def test_who_comes_back_from_the_browser_goes_on_with_the_questions(
    office: Office, server: LocalMail
) -> None:
    anna = await office.add_user(ANNA)
    draft = MailboxDraft(
        address=ACCOUNT.address,
        imap=MailServer("127.0.0.1", server.imap_port, MailSecurity.NONE),
        login=ACCOUNT.login,
        password=ACCOUNT.password,
        owner_id=UserId(anna.id),
    )
    mailbox = await office.services.connecting.prepare(caller_of(anna), draft, [])
    hand = Hand(office, ANNA)
    await hand.write(f"/m{mailbox}")
    assert "Letters since when?" in await hand.tap("Go on")
    await hand.tap("Today")
    assert "✅ INBOX" in await hand.labels()
    await server.stop()
    away = await hand.tap("Next")
    assert "Nothing is lost: what you have chosen is kept" in away
    assert "Try again" in " ".join(await hand.labels())
