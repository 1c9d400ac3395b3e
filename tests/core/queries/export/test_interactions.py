import json
from datetime import timedelta

import pytest

from core.database import Database
from core.enums import (
    CallResult,
    FolderRole,
    Importance,
    InteractionState,
    InteractionType,
    LinkReason,
    MailClass,
)
from core.queries.export.kinds import export_kind
from core.queries.export.shapes import JsonObject
from core.services.capture import Capture
from core.services.care import Care
from core.services.review import Review
from core.values import AttachmentDraft, InteractionDraft, InteractionId, When
from tests.conftest import NOON, FixedClock
from tests.factories.calls import person, record_call
from tests.factories.mail import UIDVALIDITY, Post, letter, reply
from tests.factories.organisation import Organisation, make_organisation


async def export(
    organisation: Organisation, kind: str = "interactions", **options: object
) -> list[JsonObject]:
    """Everything of a kind, as it reads after a way through JSON."""
    async with organisation.database.reading() as session:
        found = [
            one
            async for one in export_kind(session, kind, organisation.clock.now(), **options)  # type: ignore[arg-type]
        ]
    read: list[JsonObject] = json.loads(json.dumps(found))
    return read


@pytest.fixture
async def organisation(database: Database, clock: FixedClock) -> Organisation:
    return await make_organisation(database, clock)


async def test_every_field_of_a_call(organisation: Organisation) -> None:
    anna = organisation.anna
    call_id = await Capture(organisation.works).record(
        anna,
        InteractionDraft(
            type=InteractionType.CALL,
            topic="Price of pumps",
            text="Wants forty",
            when=When(NOON - timedelta(hours=1)),
            result=CallResult.REACHED,
            duration=timedelta(minutes=2),
            importance=Importance.HIGH,
            participants=(person("John S.", "john@acme.example"), person("Somebody", "+44 20 7946 0999")),
            attachments=(AttachmentDraft("list.pdf", "application/pdf", 12, "a" * 64),),
            tags=("Pumps",),
        ),
    )
    await Care(organisation.works).comment(anna, call_id, "Call again")
    [call] = await export(organisation)
    participants = call.pop("participants")
    assert call == {
        "id": call_id,
        "type": "call",
        "direction": "out",
        "channel": None,
        "state": "done",
        "topic": "Price of pumps",
        "text": "Wants forty",
        "happened_at": "2026-11-24T11:00:00+00:00",
        "due_on": None,
        "ends_at": None,
        "time_known": True,
        "wall_time": None,
        "timezone": "UTC",
        "recorded_at": "2026-11-24T12:00:00+00:00",
        "result": "reached",
        "duration_s": 120,
        "place": "",
        "goal": "",
        "author": {"id": anna.user_id, "name": "Anna"},
        "responsible": {"id": anna.user_id, "name": "Anna"},
        "importance": "high",
        "owners": [{"user": {"id": anna.user_id, "name": "Anna"}, "reviewed": True, "review_after": None}],
        "reviewed": True,
        "subject": {"kind": "chain", "id": call["subject"]["id"], "title": "Price of pumps"},
        "parent_id": None,
        "source": "chat",
        "link_reason": "own",
        "tags": ["pumps"],
        "comments": [
            {
                "author": {"id": anna.user_id, "name": "Anna"},
                "at": "2026-11-24T12:00:00+00:00",
                "text": "Call again",
            }
        ],
        "attachments": [
            {"name": "list.pdf", "content_type": "application/pdf", "size": 12, "sha256": "a" * 64}
        ],
        "mail": None,
        "sms": None,
        "version": 1,
        "deleted": False,
    }
    john, stranger = participants
    assert (john["presentation"], john["contact_id"], john["role"]) == ("John S.", organisation.john, "party")
    assert john["addresses"] == [
        {"kind": "email", "value": "john@acme.example", "original": "john@acme.example"}
    ]
    assert stranger["contact_id"] is None
    assert stranger["addresses"][0]["value"] == "+442079460999"


async def test_a_plan_for_a_day_has_its_date_and_keeps_wall_time_and_zone(organisation: Organisation) -> None:
    due = NOON + timedelta(days=3)
    await Capture(organisation.works).record(
        organisation.anna,
        InteractionDraft(
            type=InteractionType.PLANNED,
            state=InteractionState.PLANNED,
            goal="Show samples",
            when=When(due, due_on=due.date(), time_known=False),
        ),
    )
    [plan] = await export(organisation)
    assert (plan["type"], plan["state"], plan["direction"]) == ("planned", "planned", None)
    assert (plan["due_on"], plan["time_known"]) == ("2026-11-27", False)
    assert plan["timezone"] == organisation.anna.timezone
    assert plan["reviewed"] is False
    assert plan["goal"] == "Show samples"
    assert plan["subject"]["title"] == "Show samples"


async def test_a_snooze_is_the_owners(organisation: Organisation) -> None:
    call_id = await record_call(organisation.works, organisation.anna)
    await Review(organisation.works).snooze(organisation.anna, call_id, NOON + timedelta(days=1))
    [call] = await export(organisation)
    assert call["owners"][0]["review_after"] == "2026-11-25T12:00:00+00:00"
    assert call["reviewed"] is False


async def test_a_continuation_names_parent_and_reason(organisation: Organisation) -> None:
    capture = Capture(organisation.works)
    first = await record_call(organisation.works, organisation.anna)
    second = await capture.record(
        organisation.anna, InteractionDraft(type=InteractionType.MEETING), continues=first
    )
    calls = await export(organisation)
    assert (calls[1]["id"], calls[1]["parent_id"]) == (second, first)
    assert calls[1]["link_reason"] == LinkReason.CONTINUES
    assert calls[0]["subject"]["id"] == calls[1]["subject"]["id"]


async def test_i8_a_deleted_interaction_is_exported_as_deleted(organisation: Organisation) -> None:
    call_id = await record_call(organisation.works, organisation.anna)
    await Care(organisation.works).delete(organisation.anna, call_id)
    [call] = await export(organisation)
    assert call["deleted"] is True


async def test_a_letter_has_its_ids_class_and_every_sighting(organisation: Organisation) -> None:
    post = Post(organisation)
    own_id = await post.add(organisation.anna, "anna@zveno.example")
    other_id = await post.add(organisation.boris, "boris@zveno.example")
    inbox, other = await post.open(own_id), await post.open(other_id)
    first = await post.deliver(inbox, letter("first", defects=("no_date",)))
    second = await post.deliver(inbox, reply("second", "first", mail_class=MailClass.NORMAL))
    await post.deliver(other, letter("first", defects=("no_date",)))
    exported = {one["id"]: one for one in await export(organisation)}
    mail = exported[first]["mail"]
    assert mail["message_id"] == "first@acme.example"
    assert (mail["class"], mail["defects"]) == ("normal", ["no_date"])
    assert [(one["mailbox"], one["folder"], one["uidvalidity"]) for one in mail["seen_in"]] == [
        (own_id, "INBOX", UIDVALIDITY),
        (other_id, "INBOX", UIDVALIDITY),
    ]
    assert {one["user"]["name"] for one in exported[first]["owners"]} == {"Anna", "Boris"}
    answer = exported[second]
    assert answer["mail"]["in_reply_to"] == ["first@acme.example"]
    assert answer["mail"]["references"] == ["first@acme.example"]
    assert answer["parent_id"] == first
    assert (answer["source"], answer["direction"]) == ("mailbox", "in")
    assert [one["role"] for one in answer["participants"]] == ["from", "to"]


async def test_a_sent_letter_is_outgoing(organisation: Organisation) -> None:
    post = Post(organisation)
    mailbox_id = await post.add(organisation.anna, "anna@zveno.example")
    sent = await post.open(mailbox_id, "Sent", FolderRole.SENT)
    await post.deliver(sent, letter("out", sender="anna@zveno.example", to=("john@acme.example",)))
    [one] = await export(organisation)
    assert (one["direction"], one["reviewed"]) == ("out", True)


async def test_since_leaves_out_what_was_recorded_earlier(organisation: Organisation) -> None:
    await record_call(organisation.works, organisation.anna)
    organisation.clock.move(timedelta(hours=2))
    later = await record_call(organisation.works, organisation.anna)
    found = await export(organisation, since=NOON + timedelta(hours=1))
    assert [one["id"] for one in found] == [later]


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
async def test_batches_give_everything_once_and_in_order(organisation: Organisation, batch: int) -> None:
    ids: list[InteractionId] = [
        await record_call(organisation.works, organisation.anna, [person("John", "john@acme.example")])
        for _ in range(5)
    ]
    found = await export(organisation, batch=batch)
    assert [one["id"] for one in found] == ids
    assert all(one["participants"][0]["contact_id"] == organisation.john for one in found)
