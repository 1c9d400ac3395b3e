"""Files of interactions, handed out in the chat."""

from core.models import User
from core.values import AttachmentDraft, InteractionId
from tests.bot.hand import Hand
from tests.bot.office import Office
from tests.factories.calls import person, record_call
from tests.factories.people import caller_of

ANNA = 1001
BORIS = 1002


async def a_call_with_files(office: Office, user: User) -> InteractionId:
    content = b"%PDF-1.7 twenty pallets"
    files = (
        AttachmentDraft("spec <1>.pdf", "application/pdf", len(content), office.services.blobs.save(content)),
        AttachmentDraft("lost.doc", "application/msword", 10),
        AttachmentDraft("empty.txt", "text/plain", 0, office.services.blobs.save(b"")),
    )
    return await record_call(office.works, caller_of(user), [person("John")], attachments=files)


async def test_a_file_is_handed_out(office: Office) -> None:
    user = await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    call = await a_call_with_files(office, user)
    assert "📎 spec <1>.pdf 1 KB, lost.doc 1 KB, empty.txt 1 KB" in await hand.write(f"/i{call}")
    listed = await hand.tap("Files 3")
    assert listed.splitlines()[0] == "📎 Files 3"
    await office.tap(ANNA, await hand.message(), text="1")
    sent = (await office.last(ANNA))["document"]
    assert (sent["file_name"], sent["file_size"]) == ("spec _1_.pdf", 23)


async def a_call_with(office: Office, user: User, *files: AttachmentDraft) -> InteractionId:
    return await record_call(office.works, caller_of(user), [person("John")], attachments=files)


async def test_a_program_is_handed_out_only_after_a_warning_and_cannot_be_started_by_a_tap(
    office: Office,
) -> None:
    user = await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    digest = office.services.blobs.save(b"MZ program")
    disguised = "..\\invoice\u202efdp.exe"
    call = await a_call_with(office, user, AttachmentDraft(disguised, "application/pdf", 10, digest))
    listed = await hand.write(f"/file i{call}")
    assert listed.splitlines()[-1] == "1. ⚠️ invoicefdp.exe 1 KB"
    warned = await hand.tap("1")
    assert warned.splitlines()[0] == "⚠️ invoicefdp.exe may be a program."
    assert "document" not in await office.last(ANNA)
    await office.tap(ANNA, await hand.message(), text="⬇️ Send it")
    sent = (await office.last(ANNA))["document"]
    assert sent["file_name"] == "invoicefdp.exe.bin"


async def test_a_file_that_is_gone_from_the_store_or_too_big_says_so(office: Office) -> None:
    user = await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    lost = AttachmentDraft("a.txt", "text/plain", 3, "0" * 64)
    huge = AttachmentDraft("b.zip", "application/zip", 50 * 1024 * 1024 + 1, "1" * 64)
    call = await a_call_with(office, user, lost, huge)
    assert "no longer in the store" in await hand.write(f"/file i{call} 1")
    assert "50 MB" in await hand.write(f"/file i{call} 2")


async def test_what_cannot_be_handed_out_says_why(office: Office) -> None:
    user = await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    call = await a_call_with_files(office, user)
    assert await hand.write(f"/file i{call} 2") == "Only the name of this file is known."
    assert await hand.write(f"/file i{call} 3") == "This file is empty."
    assert "No such" in await hand.write(f"/file i{call} 4")
    assert "No such" in await hand.write(f"/file i{call} 0")


async def test_u2_files_of_others_are_not_there(office: Office) -> None:
    await office.add_user(ANNA)
    boris = await office.add_user(BORIS, "Boris")
    hand = Hand(office, ANNA)
    call = await a_call_with_files(office, boris)
    assert "No such" in await hand.write(f"/file i{call} 1")
    await hand.forge(f"show:files:{call}")
    assert "No such" in await hand.see()


async def test_pictures_of_the_text_are_no_files_but_can_be_had(office: Office) -> None:
    user = await office.add_user(ANNA)
    hand = Hand(office, ANNA)
    digest = office.services.blobs.save(b"\x89PNG")
    logo = AttachmentDraft("logo.png", "image/png", 4, digest, inline=True)
    with_both = await a_call_with(
        office, user, AttachmentDraft("price.pdf", "application/pdf", 4, digest), logo
    )
    card = await hand.write(f"/i{with_both}")
    assert "📎 price.pdf 1 KB" in card
    assert "logo" not in card
    assert "logo.png" in await hand.tap("Files 1")
    alone = await a_call_with(office, user, logo)
    assert "📎" not in await hand.write(f"/i{alone}")
    assert "logo.png" in await hand.tap("🖼 Pictures")
