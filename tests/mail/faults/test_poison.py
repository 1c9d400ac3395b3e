"""One letter that a server cannot give out or lies about: it gets a fate, and the others are not held up by it."""

from pathlib import Path

import pytest

from core.database import Database
from core.enums import MailFate
from tests.conftest import FixedClock
from tests.factories.mail_world import open_mail_world, raw_letter
from tests.mail.faults.under_fire import UnderFire, under_fire
from tests.mail.scripted_imap import CUT, ScriptedIMAP, serve
from tests.mail.waiting import until


def script_with(**lies: object) -> ScriptedIMAP:
    letters = {uid: raw_letter(topic) for uid, topic in enumerate(("a", "b", "c", "d"), start=1)}
    script = ScriptedIMAP(letters=letters)
    for name, lie in lies.items():
        setattr(script, name, lie)
    return script


async def fates(fire: UnderFire) -> dict[int, tuple[MailFate, str | None]]:
    return {uid: (fate, rule) for uid, fate, rule in await fire.world.post.fates()}


@pytest.mark.parametrize(
    ("lies", "reason"),
    [
        ({"told_literals": {2: 2**31}}, "too_large"),
        ({"poison": {2: b"* 2 FETCH (BODY[] {2147483648}\r\n"}}, "too_large"),
        ({"poison": {2: b"* 2 FETCH (UID 2 BODY[] (\r\n"}}, "undeliverable"),
        ({"told_literals": {2: 3}}, "undeliverable"),
        ({"poison": {2: b"%t NO [SERVERFAULT] message is damaged\r\n"}}, "undeliverable"),
    ],
    ids=["huge and named", "huge and not named first", "garbled", "longer than said", "refused"],
)
async def test_m4_a_poisonous_letter_is_quarantined_with_its_reason_and_the_others_are_stored(
    database: Database, clock: FixedClock, tmp_path: Path, lies: dict[str, object], reason: str
) -> None:
    script = script_with(**lies)
    async with (
        serve(script),
        open_mail_world(database, clock, tmp_path) as world,
        under_fire(world, script) as fire,
    ):
        await until(fire.is_whole)
        assert await fire.has_once("a", "c", "d")
        assert (await fates(fire))[2] == (MailFate.QUARANTINED, reason)
        assert [one.gap for one in (await fire.report()).folders] == [0]


async def test_m4_a_letter_at_which_the_line_is_always_cut_holds_up_no_other_and_comes_when_it_can(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    script = script_with(poison={2: b"* 2 FETCH (UID 2 BODY[] {500}\r\nhalf" + CUT})
    async with (
        serve(script),
        open_mail_world(database, clock, tmp_path) as world,
        under_fire(world, script) as fire,
    ):
        await until(lambda: fire.has_once("a", "c", "d"))
        script.letters[5] = raw_letter("e")
        await until(lambda: fire.has_once("a", "c", "d", "e"))
        assert (await fates(fire)).keys() == {1, 3, 4, 5}
        script.poison.clear()
        await until(fire.is_whole)
        assert await fire.has_once("a", "b", "c", "d", "e")
