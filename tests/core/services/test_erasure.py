"""Erasing for good (domain.md I8): nothing of the content is left in any table, file or index."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from core.enums import Direction, InteractionType, SubjectKind, UpdateState
from core.errors import CannotUndo, NotAllowed, NotFound, StateForbids
from core.models import AuditStep, Base, InboundUpdate, User
from core.queries.recount import find_wrong_counters
from core.services.erasure import Erasure
from core.values import AttachmentDraft, InteractionDraft, InteractionId
from tests.conftest import NOON
from tests.factories.calls import person
from tests.factories.core import Core
from tests.factories.mail import FolderBlobs

SECRET = "blackcurrant"


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    folder = tmp_path / "blobs"
    folder.mkdir()
    return FolderBlobs(folder)


async def record(core: Core, blobs: FolderBlobs) -> InteractionId:
    digest = blobs.save(SECRET.encode())
    draft = InteractionDraft(
        type=InteractionType.SMS,
        direction=Direction.IN,
        topic=f"{SECRET} topic",
        text=f"{SECRET} text",
        goal=f"{SECRET} goal",
        place=f"{SECRET} place",
        tags=(SECRET,),
        participants=(person(f"Mr {SECRET}", f"{SECRET}@acme.example"),),
        attachments=(AttachmentDraft(f"{SECRET}.txt", "text/plain", 12, digest),),
    )
    one = await core.capture.record(core.org.anna, draft)
    await core.care.comment(core.org.anna, one, f"{SECRET} comment")
    await core.care.edit(core.org.anna, one, "goal", f"another {SECRET}")
    async with core.org.database.transaction() as session:
        author = await session.get_one(User, core.org.anna.user_id)
        author.telegram_id = 77
        session.add(
            InboundUpdate(
                bot_id=1,
                update_id=1,
                lane=77,
                body={"text": SECRET},
                state=UpdateState.DONE,
                received_at=NOON,
            )
        )
    return one


async def find_traces(core: Core) -> list[str]:
    """Tables in which the word still stands."""
    found = []
    async with core.org.database.reading_aside() as session:
        for table in Base.metadata.sorted_tables:
            rows = (await session.execute(select(*table.columns))).all()
            found += [table.name for row in rows if SECRET in repr(row)]
        words = (await session.execute(text("SELECT words FROM search_words"))).all()
        found += ["search_words" for row in words if SECRET[:9] in repr(row)]
    return found


async def test_i8_erasing_leaves_no_content_behind(core: Core, blobs: FolderBlobs) -> None:
    one = await record(core, blobs)
    assert await find_traces(core)
    await Erasure(core.org.works, blobs).erase(core.org.administrator, one)
    assert await find_traces(core) == []
    assert list(blobs.folder.iterdir()) == []
    async with core.org.database.reading() as session:
        assert await find_wrong_counters(session) == []


async def test_i8_erasing_is_on_record_and_for_good(core: Core, blobs: FolderBlobs) -> None:
    one = await record(core, blobs)
    erasure = Erasure(core.org.works, blobs)
    await erasure.erase(core.org.administrator, one)
    with pytest.raises(StateForbids):
        await erasure.erase(core.org.administrator, one)
    with pytest.raises(StateForbids):
        await core.care.restore(core.org.anna, one)
    with pytest.raises(CannotUndo):
        await core.undo.undo_last(core.org.administrator)
    async with core.org.database.reading() as session:
        step = await session.scalar(select(AuditStep).where(AuditStep.action == "erase"))
    assert step is not None
    assert step.user_id == core.org.administrator.user_id


async def test_i8_only_administrators_erase(core: Core, blobs: FolderBlobs) -> None:
    one = await record(core, blobs)
    for caller in (core.org.anna, core.org.manager):
        with pytest.raises(NotAllowed):
            await Erasure(core.org.works, blobs).erase(caller, one)
    with pytest.raises(NotFound):
        await Erasure(core.org.works, blobs).erase(core.org.administrator, InteractionId(999))
    assert (await core.interaction(one)).text == f"{SECRET} text"


async def test_i8_bytes_that_another_interaction_holds_stay(core: Core, blobs: FolderBlobs) -> None:
    one = await record(core, blobs)
    same = AttachmentDraft("copy.txt", "text/plain", 12, blobs.save(SECRET.encode()))
    await core.capture.record(
        core.org.boris, InteractionDraft(type=InteractionType.CALL, attachments=(same,))
    )
    await Erasure(core.org.works, blobs).erase(core.org.administrator, one)
    assert len(list(blobs.folder.iterdir())) == 1


async def test_i8_a_deal_keeps_its_people_when_an_interaction_of_it_is_erased(
    core: Core, blobs: FolderBlobs
) -> None:
    one = await record(core, blobs)
    two = await core.capture.record(core.org.anna, InteractionDraft(type=InteractionType.CALL), continues=one)
    await core.promotion.promote(core.org.anna, two, SubjectKind.DEAL, title="Pumps")
    await Erasure(core.org.works, blobs).erase(core.org.administrator, one)
    assert await core.members((await core.subject_of(two)).id) == {one, two}
    async with core.org.database.reading() as session:
        assert await find_wrong_counters(session) == []
