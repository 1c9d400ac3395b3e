"""What becomes of an update whose handler fails."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot import services as ports
from core.enums import UpdateState
from core.models import InboundUpdate
from core.rules.time_doubt import UnsaidTime
from core.services.inbox import ATTEMPTS, is_transient
from core.values import Caller, InteractionDraft, InteractionId
from tests.bot.office import Office

ANNA = 1001


class BrokenUndo:
    """A service with a fault of ours."""

    async def undo_last(self, caller: Caller, *, step_id: int | None = None) -> Any:
        raise ZeroDivisionError(caller.user_id, step_id)


class BrokenCapture:
    """Another one."""

    async def record(
        self,
        caller: Caller,
        draft: InteractionDraft,
        *,
        continues: InteractionId | None = None,
        unsaid: UnsaidTime | None = None,
    ) -> InteractionId:
        raise ZeroDivisionError(caller.user_id, draft.type, continues, unsaid)


@dataclass
class FlakyUndo:
    """A service whose database is away for a while."""

    real: ports.Undo
    failures: int
    tries: list[int] = field(default_factory=list)

    async def undo_last(self, caller: Caller, *, step_id: int | None = None) -> Any:
        self.tries.append(len(self.tries))
        if len(self.tries) <= self.failures:
            raise OperationalError("SELECT 1", {}, Exception("database is locked"))
        return await self.real.undo_last(caller, step_id=step_id)


async def newest_update(office: Office) -> InboundUpdate:
    async with office.database.reading() as session:
        row = await session.scalar(select(InboundUpdate).order_by(InboundUpdate.id.desc()).limit(1))
        assert row is not None
        return row


async def test_a_fault_of_ours_is_told_with_a_code_and_not_repeated(office: Office) -> None:
    await office.add_user(ANNA)
    office.services.undo = BrokenUndo()
    (answer,) = await office.write(ANNA, "/undo")
    row = await newest_update(office)
    assert (row.state, row.attempts) == (UpdateState.FAILED, 1)
    assert answer["text"].startswith("That could not be saved, and nothing was changed.")
    assert f"U{row.id}" in answer["text"]
    assert row.error is not None
    assert row.error.startswith("ZeroDivisionError at test_processing.py")
    (after,) = await office.write(ANNA, "/cancel")
    assert after["text"] == "Nothing was in progress."


async def test_a_failing_tap_is_answered_all_the_same(office: Office) -> None:
    await office.add_user(ANNA)
    await office.write(ANNA, "Agreed on the price")
    office.services.capture = BrokenCapture()
    tap = await office.tap(ANNA, await office.last(ANNA), text="1. 📞 Call")
    assert tap.answer is not None
    assert (await newest_update(office)).state is UpdateState.FAILED


async def test_what_the_database_did_is_tried_again(office: Office) -> None:
    await office.add_user(ANNA)
    flaky = FlakyUndo(office.services.undo, failures=ATTEMPTS - 1)
    office.services.undo = flaky
    (answer,) = await office.write(ANNA, "/undo")
    assert answer["text"] == "There is nothing to undo."
    row = await newest_update(office)
    assert (row.state, row.attempts, len(flaky.tries)) == (UpdateState.DONE, ATTEMPTS - 1, ATTEMPTS)


async def test_a_database_that_stays_away_ends_the_update_with_a_notice(office: Office) -> None:
    await office.add_user(ANNA)
    flaky = FlakyUndo(office.services.undo, failures=100)
    office.services.undo = flaky
    (answer,) = await office.write(ANNA, "/undo")
    row = await newest_update(office)
    assert (row.state, row.attempts, len(flaky.tries)) == (UpdateState.FAILED, ATTEMPTS, ATTEMPTS)
    assert f"U{row.id}" in answer["text"]


def test_only_the_databases_moods_are_transient() -> None:
    assert is_transient(OperationalError("x", {}, Exception("locked")))
    assert not is_transient(ZeroDivisionError())
