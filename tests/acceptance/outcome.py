"""What a morning has left, in a form that can be compared between mornings: without ids and times.

Interactions are named by what they say, letters by their Message-ID, everything else by the interactions it holds.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.errors import JsonObject
from tests.acceptance.house import House
from tests.acceptance.keeper import Death

KINDS = (
    "interactions",
    "subjects",
    "deals",
    "contacts",
    "mailboxes",
    "outbox",
    "audit",
    "reminders",
    "users",
)

_TIMES = ("at", "happened_at", "ends_at", "recorded_at", "created_at", "last_interaction_at", "review_after")
_REF = re.compile(r"/([isdc]\d+)")
_LETTERS = "✉️ Letters"
"""How a message begins that tells of several letters at once."""


@dataclass(frozen=True)
class Outcome:
    """Everything that can be compared.

    Attributes:
        stored: By kind, how often each object is there.
        sent: How often each thing was shown by a message of its own.
        names: What each reference stands for.
    """

    stored: dict[str, Counter[str]]
    sent: Counter[str]
    names: dict[str, str]


async def read_outcome(house: House, account_id: int) -> Outcome:
    """Export everything and read the chat."""
    exports = await house.exports(*KINDS)
    names = _name_all(exports)
    stored = {
        "interactions": Counter(_interaction(one, names) for one in exports["interactions"]),
        "subjects": Counter(_subject(one, names) for one in exports["subjects"]),
        "deals": Counter(_deal(one, names) for one in exports["deals"]),
        "contacts": Counter(
            f"{one['kind']} {one['name']} {one['addresses']} {one['unreviewed']}"
            for one in exports["contacts"]
        ),
        "mailboxes": Counter(_mailbox(one) for one in exports["mailboxes"]),
        "outbox": Counter(
            f"{one['kind']} {note} {_named(show, names)} {one['state']} {one['error']}"
            for one in exports["outbox"]
            for note, show in _told(one)
        ),
        "audit": Counter(_change(one, names) for one in exports["audit"] if one["by"] is not None),
        "letters": Counter(
            names[one["object"]]
            for one in exports["audit"]
            if (one["action"], one["entity"]) == ("capture_letters", "interactions") and one["before"] is None
        ),
        "reminders": Counter(
            f"{names[_ref('i', one['interaction_id'])]} {one['state']} {one['sent_at'] is None}"
            for one in exports["reminders"]
        ),
        "users": Counter(f"{one['name']} {one['role']} {one['state']}" for one in exports["users"]),
    }
    return Outcome(stored, await _read_sent(house, account_id, names), names)


def check_same(outcome: Outcome, wanted: Outcome) -> None:
    """Nothing is lost and nothing is there twice."""
    for kind, objects in wanted.stored.items():
        lost, doubled = objects - outcome.stored[kind], outcome.stored[kind] - objects
        assert not lost | doubled, f"{kind}: lost {dict(lost)}, doubled {dict(doubled)}"


def check_sent(outcome: Outcome, wanted: Outcome, deaths: Sequence[Death]) -> None:
    """Nothing was left unsaid; what was said again was in flight when the process died."""
    unsaid = wanted.sent - outcome.sent
    assert not unsaid, f"unsaid: {dict(unsaid)}"
    repeated = outcome.sent - wanted.sent
    in_flight = sum(len(death.screens) + death.updates for death in deaths)
    assert repeated.total() <= in_flight, (repeated, deaths)


def _name_all(exports: dict[str, list[JsonObject]]) -> dict[str, str]:
    names = {}
    for one in exports["interactions"]:
        mail = one["mail"]
        names[f"i{one['id']}"] = mail["message_id"] if mail else one["text"]
    for one in exports["subjects"]:
        members = sorted(names[f"i{number}"] for number in one["interactions"])
        names[f"s{one['id']}"] = f"{one['kind']} of {members}"
    for one in exports["deals"]:
        names[f"d{one['id']}"] = f"deal {one['title']}"
    for one in exports["contacts"]:
        names[f"c{one['id']}"] = f"contact {one['name']}"
    return names


def _told(row: JsonObject) -> list[tuple[str, str]]:
    """What a row of the outbox tells: letters that were captured together are told in one message."""
    name, *ids = str(row["show"]).split(":")
    if name != "letters":
        return [(row["note"], str(row["show"]))]
    return [("letter", f"i{number}") for number in ids]


def _ref(kind: str, number: int) -> str:
    return f"{kind}{number}"


def _named(ref: str, names: dict[str, str]) -> str:
    """A reference by name; one of something taken back, by its kind."""
    return names.get(ref, re.sub(r"\d+", "…", ref))


def _interaction(one: JsonObject, names: dict[str, str]) -> str:
    plain = {name: value for name, value in one.items() if name not in {*_TIMES, "id", "parent_id", "mail"}}
    plain["subject"] = names[f"s{one['subject']['id']}"]
    plain["parent"] = names[f"i{one['parent_id']}"] if one["parent_id"] is not None else None
    plain["wall_time"] = one["wall_time"] is not None
    plain["participants"] = [
        [person["role"], person["presentation"], person["addresses"], _contact(person, names)]
        for person in one["participants"]
    ]
    plain["owners"] = [[owner["user"]["name"], owner["reviewed"]] for owner in one["owners"]]
    plain["comments"] = [[comment["author"]["name"], comment["text"]] for comment in one["comments"]]
    if one["mail"] is not None:
        other = one["mail"]["duplicate_of"]
        plain["mail"] = {
            **one["mail"],
            "seen_in": len(one["mail"]["seen_in"]),
            "duplicate_of": names[f"i{other}"] if other is not None else None,
        }
    return _text(plain)


def _contact(person: JsonObject, names: dict[str, str]) -> str | None:
    return names[f"c{person['contact_id']}"] if person["contact_id"] is not None else None


def _subject(one: JsonObject, names: dict[str, str]) -> str:
    people = [[_contact(person, names), person["presentation"]] for person in one["participants"]]
    head = names[f"i{one['head_id']}"] if one["head_id"] is not None else None
    counted = [one[name] for name in ("state", "active", "unreviewed", "planned", "title")]
    return _text(
        {"name": names[f"s{one['id']}"], "head": head, "people": sorted(map(str, people)), "is": counted}
    )


def _deal(one: JsonObject, names: dict[str, str]) -> str:
    members = sorted(names[f"i{number}"] for number in one["interactions"])
    team = [user["name"] for user in one["team"]]
    return f"{one['title']} {one['status']} {one['partner']} {members} {team}"


def _mailbox(one: JsonObject) -> str:
    folders = sorted(
        f"{folder['name']} {[folder[name] for name in ('server', 'stored', 'known', 'excluded', 'gap')]}"
        for folder in one["folders"]
    )
    return f"{one['address']} {one['state']} {folders}"


def _change(one: JsonObject, names: dict[str, str]) -> str:
    fields = [sorted(one[side] or {}) for side in ("before", "after")]
    return (
        f"{one['action']} {one['entity']} of {_named(one['object'], names)}: {fields}, undone {one['undone']}"
    )


def _text(plain: dict[str, Any]) -> str:
    return repr(sorted(plain.items()))


async def _read_sent(house: House, account_id: int, names: dict[str, str]) -> Counter[str]:
    """What every message of the bot was about when it was sent: the reference in its first line, or that line."""
    sent: Counter[str] = Counter()
    for call in await house.people.calls("sendMessage", chat_id=account_id):
        if call["error"] is not None:
            continue
        line, *rows = str(call["params"]["text"]).splitlines()
        together = [ref[1] for row in rows if (ref := _REF.search(row))] if line.startswith(_LETTERS) else []
        ref = _REF.search(line)
        for one in together or ([ref[1]] if ref is not None else [line]):
            sent[_named(one, names)] += 1
    return sent
