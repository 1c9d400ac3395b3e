"""One mailbox's task against a server that misbehaves: its reactions, and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.database import Database
from core.enums import MailboxState, MailSecurity
from core.models import Interaction
from core.queries.mailboxes import MailboxReport
from core.services.mailbox_drafts import MailServer
from core.services.review import Review
from core.values import InteractionId, MailboxId
from mail.back_off import delay_after
from mail.catch_up import FEW
from mail.settings import MailSettings
from mail.watcher import WHOLE_EVERY_POLLS, MailboxWatcher
from tests.conftest import FixedClock
from tests.factories.mail_world import ANNA, MailWorld, open_mail_world, raw_letter
from tests.mail.scripted_imap import CUT, SILENT, ScriptedIMAP, serve
from tests.mail.waiting import until


@pytest.fixture
async def world(database: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[MailWorld]:
    async with open_mail_world(database, clock, tmp_path) as running:
        yield running


@pytest.fixture
async def script() -> AsyncIterator[ScriptedIMAP]:
    async with serve(ScriptedIMAP()) as serving:
        yield serving


class Watching:
    """A watcher at work, and its mailbox as others see it."""

    def __init__(self, world: MailWorld, mailbox: MailboxId, settings: MailSettings) -> None:
        self._world = world
        self._mailbox = mailbox
        self.gate = asyncio.Semaphore(1)
        self.watcher = MailboxWatcher(mailbox, world.services, settings, self.gate)
        self.task = asyncio.create_task(self.watcher.run())

    async def report(self) -> MailboxReport:
        return (await self._world.services.mailboxes.report(None, self._mailbox))[0]

    async def has_failed(self, times: int) -> bool:
        return (await self.report()).failures >= times

    async def is_well(self) -> bool:
        report = await self.report()
        return report.failures == 0 and report.last_success_at is not None

    async def end(self) -> None:
        """Stop; it must be over long before anything that it may wait for."""
        self.watcher.stop()
        async with asyncio.timeout(4):
            await self.task


async def watch(world: MailWorld, script: ScriptedIMAP, **settings: Any) -> Watching:
    server = MailServer("127.0.0.1", script.port, MailSecurity.NONE)
    mailbox = await world.add(ANNA, world.post.organisation.anna, imap=server)
    return Watching(world, mailbox, replace(world.settings, **settings))


@pytest.mark.parametrize(
    "greeting", [CUT, SILENT, b"* BYE Too many connections\r\n", b"220 this is no IMAP\r\n"], ids=range(4)
)
async def test_a_server_that_cannot_be_used_is_tried_again_until_it_can(
    world: MailWorld, script: ScriptedIMAP, greeting: bytes
) -> None:
    right, script.greeting = script.greeting, greeting
    script.letters = {1: raw_letter("a")}
    watching = await watch(world, script, patience=timedelta(seconds=0.1))
    await until(lambda: watching.has_failed(2))
    report = await watching.report()
    assert (report.state, report.state_reason) == (MailboxState.ACTIVE, "unreachable")
    script.greeting = right
    await until(watching.is_well)
    await until(lambda: world.has("a"))
    await watching.end()


@pytest.mark.parametrize("command", ["LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "IDLE", "LOGIN"])
@pytest.mark.parametrize("answer", [CUT, b"* BYE later\r\n" + CUT, b"%t BAD what\r\n"], ids=range(3))
async def test_a_fault_at_any_command_loses_nothing(
    world: MailWorld, script: ScriptedIMAP, command: str, answer: bytes
) -> None:
    if command == "LOGIN" and answer.startswith(b"%t BAD"):
        answer = b"%t NO [UNAVAILABLE] later\r\n"
    script.letters = {1: raw_letter("a"), 2: raw_letter("b")}
    script.answers[command] = answer
    watching = await watch(world, script)
    await until(lambda: watching.has_failed(1))
    del script.answers[command]
    await until(watching.is_well)
    await until(lambda: world.has("a", "b"))
    await watching.end()


async def test_it_ends_at_once_while_the_server_says_nothing(world: MailWorld, script: ScriptedIMAP) -> None:
    script.greeting = SILENT
    watching = await watch(world, script)
    await asyncio.sleep(0.1)
    await watching.end()


async def test_it_ends_at_once_while_it_waits_to_try_again(world: MailWorld, script: ScriptedIMAP) -> None:
    script.greeting = CUT
    hour = timedelta(hours=1)
    watching = await watch(world, script, first_delay=hour, longest_delay=hour)
    await until(lambda: watching.has_failed(1))
    await watching.end()


async def test_a_removed_mailbox_is_watched_no_more(world: MailWorld, script: ScriptedIMAP) -> None:
    watching = await watch(world, script)
    await until(watching.is_well)
    await world.services.mailboxes.remove(None, watching.watcher.mailbox_id)
    async with asyncio.timeout(5):
        await watching.task


async def test_pain_1_a_hole_is_found_and_filled_by_itself(world: MailWorld, script: ScriptedIMAP) -> None:
    script.letters = {54: raw_letter("54"), 56: raw_letter("56")}
    watching = await watch(world, script, poll=timedelta(seconds=0.1))
    await until(watching.is_well)
    await until(lambda: world.has("54", "56"))
    script.letters[55] = raw_letter("55")
    await until(lambda: world.has("54", "55", "56"))
    await watching.end()


async def test_m4_everything_is_compared_now_and_then_though_nothing_seems_amiss(
    world: MailWorld, script: ScriptedIMAP
) -> None:
    script.letters = {1: raw_letter("a")}
    watching = await watch(world, script, poll=timedelta(seconds=0.005))

    async def has_compared_again() -> bool:
        return sum(one.startswith("UID SEARCH") for one in script.heard) >= 2

    await until(has_compared_again)
    polls = sum(one.startswith("EXAMINE") for one in script.heard)
    assert polls >= WHOLE_EVERY_POLLS
    await watching.end()


async def test_a_server_that_stopped_pushing_is_asked_after_each_idle(
    world: MailWorld, script: ScriptedIMAP
) -> None:
    watching = await watch(world, script, poll=timedelta(hours=1), idle=timedelta(seconds=0.05))
    await until(watching.is_well)
    script.letters = {1: raw_letter("not a word about it")}
    await until(lambda: world.has("not a word about it"))
    await watching.end()


async def test_what_a_server_announces_and_does_not_understand_is_done_without(
    world: MailWorld, script: ScriptedIMAP
) -> None:
    script.capabilities += b" ENABLE CONDSTORE QRESYNC"
    script.answers["ENABLE"] = b"%t BAD what\r\n"
    script.letters = {1: raw_letter("a")}
    watching = await watch(world, script)
    await until(watching.is_well)
    await until(lambda: world.has("a"))
    assert sum(one.startswith("ENABLE") for one in script.heard) == 1
    await watching.end()


async def test_news_does_not_wait_for_the_imports_of_others_and_an_import_does(
    world: MailWorld, script: ScriptedIMAP
) -> None:
    watching = await watch(world, script, poll=timedelta(seconds=0.1))
    await until(watching.is_well)
    async with watching.gate:
        script.letters = {1: raw_letter("a")}
        await until(lambda: world.has("a"))
        many = {uid: raw_letter(f"letter {uid}") for uid in range(2, 2 + FEW + 1)}
        script.letters.update(many)
        asked = len(script.heard)
        await until(lambda: _has_heard(script, "UID FETCH 2:*", asked))
        await asyncio.sleep(0.2)
        assert await world.has("a")
    await until(lambda: world.has("a", *(f"letter {uid}" for uid in many)))
    await watching.end()


async def test_it_ends_at_once_while_it_waits_for_the_imports_of_others(
    world: MailWorld, script: ScriptedIMAP
) -> None:
    script.letters = {uid: raw_letter(f"letter {uid}") for uid in range(1, FEW + 2)}
    watching = await watch(world, script)
    async with watching.gate:
        await until(lambda: _has_heard(script, "UID FETCH", 0))
        await watching.end()
    assert not watching.gate.locked()


async def _has_heard(script: ScriptedIMAP, command: str, after: int) -> bool:
    return any(one.startswith(command) for one in script.heard[after:])


async def test_r1_marks_follow_the_review_while_it_is_watched(world: MailWorld, script: ScriptedIMAP) -> None:
    script.letters = {1: raw_letter("a")}
    watching = await watch(world, script, poll=timedelta(seconds=0.1))
    await until(lambda: world.has("a"))
    await world.services.mailboxes.set_mirror_seen(None, watching.watcher.mailbox_id, is_on=True)
    post = world.post
    async with post.works.database.reading() as session:
        interaction = InteractionId(await session.scalar(select(Interaction.id)) or 0)
    await Review(post.works).mark_reviewed(post.organisation.anna, interaction)

    async def is_marked() -> bool:
        return script.flags == {1: "\\Seen"}

    await until(is_marked)
    await until(watching.is_well)
    await watching.end()


async def test_a_folder_that_ended_the_connection_holds_up_no_other(
    world: MailWorld, script: ScriptedIMAP
) -> None:
    script.answers["LIST"] = b'* LIST () "/" Sent\r\n* LIST () "/" INBOX\r\n%t OK\r\n'
    script.answers["EXAMINE"] = [CUT]
    script.letters = {1: raw_letter("a")}
    watching = await watch(world, script)
    await until(watching.is_well)
    examined = [one for one in script.heard if one.startswith("EXAMINE")]
    assert examined[:4] == ['EXAMINE "Sent"', 'EXAMINE "INBOX"', 'EXAMINE "Sent"', 'EXAMINE "INBOX"']
    await watching.end()


async def test_a_folder_that_cannot_be_opened_does_not_leave_the_watcher_without_one(
    world: MailWorld, script: ScriptedIMAP
) -> None:
    server = MailServer("127.0.0.1", script.port, MailSecurity.NONE)
    anna = world.post.organisation.anna
    mailbox = await world.add(ANNA, anna, imap=server, folders=("Clients", "Gone"))
    script.answers["EXAMINE"] = [b"* 0 EXISTS\r\n* OK [UIDVALIDITY 1]\r\n%t OK\r\n", b"%t NO gone\r\n"]
    watching = Watching(world, mailbox, replace(world.settings, poll=timedelta(hours=1)))
    await until(watching.is_well)
    examined = [one for one in script.heard if one.startswith("EXAMINE")]
    assert examined == ['EXAMINE "Clients"', 'EXAMINE "Gone"', 'EXAMINE "Clients"']
    script.letters = {1: raw_letter("a")}
    script.push(b"* 1 EXISTS")
    await until(lambda: world.has("a"))
    await watching.end()


async def test_a_folder_that_comes_later_is_taken_up(world: MailWorld, script: ScriptedIMAP) -> None:
    watching = await watch(world, script, poll=timedelta(seconds=0.005))
    await until(watching.is_well)
    script.answers["LIST"] = b'* LIST () "/" Sent\r\n* LIST () "/" INBOX\r\n%t OK\r\n'
    await until(lambda: _has_heard(script, 'EXAMINE "Sent"', 0))
    await watching.end()


@given(st.integers(1, 10_000))
def test_waiting_doubles_up_to_the_longest_and_is_jittered(failures: int) -> None:
    settings = MailSettings()
    full = min(300.0, 2.0 ** min(failures - 1, 30))
    assert full / 2 <= delay_after(failures, settings) <= full
