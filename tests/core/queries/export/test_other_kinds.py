import json
from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.database import Database
from core.enums import (
    ContactKind,
    FunctionalOption,
    InteractionState,
    InteractionType,
    Role,
    SubjectKind,
)
from core.queries.export.kinds import KINDS, export_kind
from core.queries.export.shapes import JsonObject
from core.services.capture import Capture
from core.services.care import Care
from core.services.contacts import ContactDraft, Contacts, Partnership
from core.services.deals import Deals
from core.services.mailboxes import Mailboxes
from core.services.merging import Merging
from core.services.options import Options
from core.services.promotion import Promotion
from core.services.reminders import Reminders
from core.values import DealId, InteractionDraft, When
from tests.conftest import NOON, FixedClock
from tests.factories.calls import address, person, record_call
from tests.factories.mail import OpenBox, Post, letter
from tests.factories.organisation import Organisation, make_organisation


async def export(organisation: Organisation, kind: str) -> list[JsonObject]:
    """Everything of a kind, as it reads after a way through JSON."""
    async with organisation.database.reading() as session:
        found = [one async for one in export_kind(session, kind, organisation.clock.now(), batch=2)]
    read: list[JsonObject] = json.loads(json.dumps(found))
    return read


@pytest.fixture
async def organisation(database: Database, clock: FixedClock) -> Organisation:
    return await make_organisation(database, clock)


async def make_deal(organisation: Organisation) -> tuple[DealId, list[int]]:
    """A deal of Anna's with two calls of John's; the deal's id and the calls'."""
    works, anna = organisation.works, organisation.anna
    john = person("John S.", "john@acme.example")
    first = await record_call(works, anna, [john, person("A buyer", "+44 20 7946 0999")])
    second = await Capture(works).record(
        anna,
        InteractionDraft(
            type=InteractionType.CALL, participants=(john,), when=When(NOON - timedelta(days=2))
        ),
        continues=first,
    )
    ref = await Promotion(works, currency="EUR").promote(
        anna, first, SubjectKind.DEAL, title="Forty pumps", partner_id=organisation.acme
    )
    return DealId(ref.id), [first, second]


async def test_every_field_of_a_lost_and_closed_deal(organisation: Organisation) -> None:
    anna = organisation.anna
    deal_id, calls = await make_deal(organisation)
    deals = Deals(organisation.works, currency="EUR")
    await deals.edit(anna, deal_id, "amount", "1500.50")
    await deals.edit(anna, deal_id, "expected_close_on", date(2026, 12, 1))
    await deals.add_to_team(anna, deal_id, organisation.boris.user_id)
    await deals.set_role(anna, deal_id, organisation.john, "decides")
    await deals.lose(anna, deal_id, "Price")
    await deals.close(anna, deal_id)
    [deal] = await export(organisation, "deals")
    people = deal.pop("participants")
    team = deal.pop("team")
    assert deal == {
        "id": deal_id,
        "subject_id": deal["subject_id"],
        "title": "Forty pumps",
        "partner": {"id": organisation.acme, "name": "Acme"},
        "kind": {"id": deal["kind"]["id"], "name": "Sale"},
        "kind_type": "plain",
        "stage": None,
        "status": "lost",
        "closed": True,
        "amount": 1500.5,
        "currency": "EUR",
        "probability": 0,
        "agreed": None,
        "cost": None,
        "loss_reason": {"id": deal["loss_reason"]["id"], "name": "Price"},
        "loss_shown_by": None,
        "competitor": None,
        "first_contact_at": "2026-11-22T12:00:00+00:00",
        "opened_at": "2026-11-24T12:00:00+00:00",
        "expected_close_on": "2026-12-01",
        "committed_on": None,
        "closed_at": "2026-11-24T12:00:00+00:00",
        "responsible": {"id": anna.user_id, "name": "Anna"},
        "demand": [],
        "interactions": calls,
        "stages": [],
        "benefit": None,
        "source": None,
        "merged_into": None,
    }
    assert {one["name"] for one in team} == {"Anna", "Boris"}
    assert {(one["contact_id"], one["role"]) for one in people if one["contact_id"] == organisation.john} == {
        (organisation.john, "decides")
    }
    assert [one["presentation"] for one in people if one["contact_id"] is None] == ["A buyer"]


async def test_a_deal_and_its_subject_share_title_interactions_and_people(organisation: Organisation) -> None:
    _, calls = await make_deal(organisation)
    [deal] = await export(organisation, "deals")
    [subject] = await export(organisation, "subjects")
    assert subject["id"] == deal["subject_id"]
    assert (subject["kind"], subject["title"], subject["active"]) == ("deal", "Forty pumps", True)
    assert subject["interactions"] == deal["interactions"] == calls
    assert subject["participants"] == deal["participants"]
    assert deal["amount"] is None


async def test_every_field_of_a_chain(organisation: Organisation) -> None:
    works, anna = organisation.works, organisation.anna
    stranger = person("A buyer", "+44 20 7946 0999")
    head = await record_call(
        works, anna, [person("John S.", "john@acme.example"), stranger, person("Nobody")], topic="Pumps"
    )
    member = await Capture(works).record(
        anna,
        InteractionDraft(
            type=InteractionType.MEETING, participants=(stranger, person("J. Smith", "john@acme.example"))
        ),
        continues=head,
    )
    [chain] = await export(organisation, "subjects")
    assert chain == {
        "id": chain["id"],
        "kind": "chain",
        "title": "Pumps",
        "head_id": head,
        "state": "open",
        "active": True,
        "unreviewed": chain["unreviewed"],
        "planned": 0,
        "last_interaction_at": chain["last_interaction_at"],
        "created_at": "2026-11-24T12:00:00+00:00",
        "participants": [
            {"contact_id": organisation.john, "presentation": "John Smith", "role": ""},
            {"contact_id": None, "presentation": "A buyer", "role": ""},
        ],
        "interactions": [head, member],
    }


async def test_s4_a_chain_that_was_merged_away_is_no_subject_any_more(organisation: Organisation) -> None:
    await make_deal(organisation)
    subjects = await export(organisation, "subjects")
    assert [one["kind"] for one in subjects] == ["deal"]


async def test_s1_the_chain_of_a_deleted_interaction_is_there_for_it(organisation: Organisation) -> None:
    call = await record_call(organisation.works, organisation.anna)
    await Care(organisation.works).delete(organisation.anna, call)
    (interaction,) = await export(organisation, "interactions")
    (subject,) = await export(organisation, "subjects")
    assert interaction["deleted"]
    assert interaction["subject"]["id"] == subject["id"]
    assert (subject["interactions"], subject["unreviewed"]) == ([], 0)


async def test_s9_a_chain_is_active_until_ninety_days_have_passed(organisation: Organisation) -> None:
    works, anna = organisation.works, organisation.anna
    await Capture(works).record(anna, InteractionDraft(type=InteractionType.CALL))
    [fresh] = await export(organisation, "subjects")
    organisation.clock.move(timedelta(days=91))
    [old] = await export(organisation, "subjects")
    assert (fresh["active"], old["active"]) == (True, False)


async def test_every_field_of_contacts(organisation: Organisation) -> None:
    works, anna = organisation.works, organisation.anna
    contacts = Contacts(works)
    partner = await contacts.create(
        anna, ContactDraft(ContactKind.PARTNER, "Granite", tax_number="7701234567")
    )
    paul = await contacts.create(
        anna,
        ContactDraft(ContactKind.PERSON, "Paul", (address("paul@granite.example"),), partner_id=partner),
    )
    await contacts.set_partner(
        anna, Partnership(paul, organisation.acme, date(2020, 1, 1), date(2024, 12, 31))
    )
    call = await record_call(works, anna, [person("Paul", "paul@granite.example")])
    exported = {one["id"]: one for one in await export(organisation, "contacts")}
    assert exported[partner]["tax_number"] == "7701234567"
    found = exported[paul]
    assert call
    assert found == {
        "id": paul,
        "kind": "person",
        "name": "Paul",
        "partners": [
            {"id": partner, "name": "Granite", "from": None, "to": None},
            {"id": organisation.acme, "name": "Acme", "from": "2020-01-01", "to": "2024-12-31"},
        ],
        "tax_number": None,
        "timezone": None,
        "addresses": [{"kind": "email", "value": "paul@granite.example", "original": "paul@granite.example"}],
        "responsible": found["responsible"],
        "user_id": None,
        "merged_into": None,
        "created_at": "2026-11-24T12:00:00+00:00",
        "last_interaction_at": "2026-11-24T12:00:00+00:00",
        "unreviewed": 0,
    }
    assert exported[paul]["responsible"] in (None, {"id": anna.user_id, "name": "Anna"})


async def test_p5_a_merged_contact_names_the_one_it_went_into(organisation: Organisation) -> None:
    twin = await Contacts(organisation.works).create(
        organisation.anna, ContactDraft(ContactKind.INDIVIDUAL, "M. Jones")
    )
    await Merging(organisation.works).merge(organisation.anna, organisation.mary, twin)
    exported = {one["id"]: one for one in await export(organisation, "contacts")}
    assert exported[twin]["merged_into"] == organisation.mary


async def test_every_field_of_users(organisation: Organisation) -> None:
    users = {one["name"]: one for one in await export(organisation, "users")}
    assert set(users) == {"Anna", "Boris", "Maria", "Oleg", "Ada"}
    anna = users["Anna"]
    assert anna == {
        "id": organisation.anna.user_id,
        "telegram_id": None,
        "name": "Anna",
        "role": Role.REP,
        "state": "active",
        "department": {"id": anna["department"]["id"], "name": "North"},
        "contact_id": anna["contact_id"],
        "language": "en",
        "timezone": "UTC",
        "country": "RU",
        "day_starts": 9,
        "day_ends": 18,
        "public_holidays": True,
        "reachable": True,
        "created_at": "2026-11-24T12:00:00+00:00",
    }
    assert users["Ada"]["department"] is None


async def test_reminders_and_outbox_tell_where_they_stand(organisation: Organisation) -> None:
    anna = organisation.anna
    plan_id = await Capture(organisation.works).record(
        anna,
        InteractionDraft(
            type=InteractionType.CALL, state=InteractionState.PLANNED, when=When(NOON + timedelta(hours=2))
        ),
    )
    [waiting] = await export(organisation, "reminders")
    assert waiting == {
        "id": waiting["id"],
        "interaction_id": plan_id,
        "user": {"id": anna.user_id, "name": "Anna"},
        "due_at": "2026-11-24T13:45:00+00:00",
        "sent_at": None,
        "state": "waiting",
    }
    organisation.clock.move(timedelta(hours=1, minutes=45))
    await Reminders(organisation.works).send_due()
    [sent] = await export(organisation, "reminders")
    assert (sent["state"], sent["sent_at"]) == ("sent", "2026-11-24T13:45:00+00:00")
    [row] = await export(organisation, "outbox")
    assert row == {
        "id": row["id"],
        "key": f"reminder:{waiting['id']}",
        "kind": "notice",
        "to": {"id": anna.user_id, "name": "Anna"},
        "show": f"reminder:{plan_id}",
        "note": "reminder",
        "state": "new",
        "attempts": 0,
        "error": None,
        "created_at": "2026-11-24T13:45:00+00:00",
    }


async def test_mailboxes_come_with_the_fate_of_every_letter_and_without_their_password(
    organisation: Organisation,
) -> None:
    post = Post(organisation)
    mailbox_id = await post.add(organisation.anna, "anna@zveno.example")
    await post.deliver(await post.open(mailbox_id), letter("first"))
    [mailbox] = await export(organisation, "mailboxes")
    [folder] = mailbox.pop("folders")
    assert mailbox == {
        "id": mailbox_id,
        "address": "anna@zveno.example",
        "owner": {"id": organisation.anna.user_id, "name": "Anna"},
        "department": None,
        "state": "active",
        "state_reason": None,
        "failures": 0,
        "last_success_at": mailbox["last_success_at"],
        "mirror_seen": False,
        "verify_certificate": True,
        "auth": "password",
    }
    assert (folder["name"], folder["role"], folder["stored"]) == ("INBOX", "inbox", 1)
    assert (folder["known"], folder["excluded"], folder["quarantined"]) == (0, {}, 0)
    assert {"server", "gap", "last_success_at"} <= set(folder)


async def test_the_audit_says_who_changed_what_from_what(organisation: Organisation) -> None:
    deal_id, _ = await make_deal(organisation)
    await Deals(organisation.works, currency="EUR").edit(
        organisation.anna, deal_id, "amount", str(Decimal(10))
    )
    change = (await export(organisation, "audit"))[-1]
    assert change["by"] == {"id": organisation.anna.user_id, "name": "Anna"}
    assert (change["object"], change["entity"]) == (f"d{deal_id}", "deals")
    assert change["before"] == {"amount": None}
    assert Decimal(change["after"]["amount"]) == 10
    assert change["at"] == "2026-11-24T12:00:00+00:00"


async def test_the_audit_gives_no_secrets_away(organisation: Organisation) -> None:
    post = Post(organisation)
    mailbox_id = await post.add(organisation.anna, "anna@zveno.example")
    mailboxes = Mailboxes(organisation.works, OpenBox())
    await mailboxes.set_password(None, mailbox_id, "very-secret-word")
    assert "very-secret-word" not in json.dumps(await export(organisation, "audit"))
    assert "very-secret-word" not in json.dumps(await export(organisation, "mailboxes"))


async def test_o2_what_is_switched_off_stays_in_the_export(organisation: Organisation) -> None:
    await make_deal(organisation)
    await Options(organisation.works).set(None, FunctionalOption.DEALS, is_on=False)
    await Options(organisation.works).set(None, FunctionalOption.OTHER_INTERACTIONS, is_on=False)
    assert len(await export(organisation, "deals")) == 1
    assert len(await export(organisation, "interactions")) == 2


@pytest.mark.parametrize("kind", list(KINDS))
async def test_an_empty_database_exports_nothing_of_a_kind(
    database: Database, clock: FixedClock, kind: str
) -> None:
    async with database.reading() as session:
        assert [one async for one in export_kind(session, kind, clock.now())] == []
