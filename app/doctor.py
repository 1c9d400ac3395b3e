"""Whether everything that the product needs is there: the question of `zveno doctor`."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from app.bootstrap import Core
from app.telegram_door import TelegramAway, open_telegram
from core.enums import MailboxState
from core.errors import CoreError
from core.queries.mailboxes import find_wrong_tallies
from core.queries.recount import find_wrong_counters
from mail.check import check_mailbox
from migrations import runner

LEAST_FREE = 500 * 1024 * 1024
"""Bytes; below it the disk is about to be full."""

_NAMED = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One check."""

    name: str
    passed: bool
    detail: str


async def examine(core: Core) -> AsyncIterator[Finding]:
    """All checks, one after another; a failing one does not keep the others from being made."""
    yield Finding("settings", passed=True, detail="")
    database = await _check_database(core)
    yield database
    yield await _check_telegram(core)
    yield await _check_disk(core.settings.blob_dir)
    if database.passed:
        yield await _check_counters(core)
        yield await _check_tallies(core)
        async for finding in _check_letters(core):
            yield finding
        async for finding in _check_mailboxes(core):
            yield finding


async def _check_database(core: Core) -> Finding:
    try:
        current = await runner.is_current(core.database)
    except (SQLAlchemyError, OSError) as error:
        return Finding("database", passed=False, detail=f"cannot be used ({type(error).__name__})")
    detail = core.database.dialect if current else "the schema is old: run `zveno migrate`"
    return Finding("database", passed=current, detail=detail)


async def _check_counters(core: Core) -> Finding:
    """Recount what is kept per subject and contact (domain.md S9); none differs, or something is broken."""
    async with core.database.reading_aside() as session:
        wrong = await find_wrong_counters(session)
    named = ", ".join(str(one.ref) for one in wrong[:_NAMED])
    return Finding("counters", passed=not wrong, detail=f"{len(wrong)} wrong: {named}" if wrong else "")


async def _check_tallies(core: Core) -> Finding:
    """Recount the letters of every folder; the tallies that reports are made of agree, or something is broken."""
    async with core.database.reading_aside() as session:
        wrong = await find_wrong_tallies(session)
    named = ", ".join(map(str, wrong[:_NAMED]))
    return Finding("mail tallies", passed=not wrong, detail=f"wrong for folders {named}" if wrong else "")


async def _check_letters(core: Core) -> AsyncIterator[Finding]:
    """Whether letters are missing (domain.md M4), and whether a mailbox waits for a person."""
    for one in await core.services.mailboxes.report():
        missing = sum(folder.missing for folder in one.folders)
        told = [
            f"backlog {sum(folder.backlog for folder in one.folders)}",
            f"missing {missing}",
            f"in quarantine {sum(folder.quarantined for folder in one.folders)}",
        ]
        if one.state is not MailboxState.ACTIVE:
            told.insert(0, f"{one.state} ({one.state_reason})" if one.state_reason else str(one.state))
        if not one.verify_certificate:
            told.append("certificate not verified")
        passed = not missing and one.state is not MailboxState.STOPPED
        yield Finding(f"mailbox {one.id} letters", passed=passed, detail=", ".join(told))


async def _check_telegram(core: Core) -> Finding:
    door = open_telegram(core.settings)
    if door is None:
        return Finding("telegram", passed=False, detail="BOT_TOKEN is not set")
    try:
        username = await door.find_username()
        pending = await door.count_pending()
    except TelegramAway as error:
        return Finding("telegram", passed=False, detail=str(error))
    return Finding("telegram", passed=True, detail=f"@{username}, {pending} updates waiting")


async def _check_disk(folder: Path) -> Finding:
    def free_bytes() -> int:
        place = folder.absolute()
        while not place.exists():
            place = place.parent
        return shutil.disk_usage(place).free

    try:
        free = await asyncio.to_thread(free_bytes)
    except OSError as error:
        return Finding("disk", passed=False, detail=type(error).__name__)
    return Finding("disk", passed=free >= LEAST_FREE, detail=f"{free // 1024**2} MiB free")


async def _check_mailboxes(core: Core) -> AsyncIterator[Finding]:
    for mailbox_id in await core.services.mailboxes.list_watched():
        name = f"mailbox {mailbox_id}"
        try:
            lines = await check_mailbox(mailbox_id, core.mail, core.mail_settings, core.clock.now())
        except CoreError as error:
            yield Finding(name, passed=False, detail=str(error))
            continue
        for line in lines:
            yield Finding(f"{name} {line.name}", line.passed, line.detail)
