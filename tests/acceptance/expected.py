"""What `zveno export` has to say after the first run: domain.md and the shapes of interface.md, written out."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from simulator.errors import JsonObject
from tests.acceptance.house import House
from tests.acceptance.letters import ANSWER, CLIENT, MAILBOX, QUESTION, REMINDER, THREAD
from tests.acceptance.ways import CALL_TEXT, MEETING_TEXT, SMS_TEXT

ANNA = {"id": 2, "name": "Anna Petrova"}
VERA = {"id": 1, "name": "Vera"}
PHONE = "+79161234567"
COMPANY = 3
"""Contacts 1 and 2 are the users."""

DEAL_KIND = {"en": "Sale", "ru": "Продажа"}


class Between:
    """Equal to every ISO instant with an offset from `first` to `last`."""

    def __init__(self, first: datetime, last: datetime) -> None:
        self.first, self.last = first, last

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, str):
            return NotImplemented
        at = datetime.fromisoformat(other)
        return at.tzinfo is not None and self.first <= at <= self.last

    def __hash__(self) -> int:
        raise TypeError("it equals many")

    def __repr__(self) -> str:
        return f"<from {self.first} to {self.last}>"


class Positive:
    """Equal to every whole number above 0."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and other > 0

    def __hash__(self) -> int:
        raise TypeError("it equals many")

    def __repr__(self) -> str:
        return "<a number above 0>"


SENT_AT = {
    QUESTION: "2026-11-24T08:00:00+00:00",
    REMINDER: "2026-11-24T08:30:00+00:00",
    ANSWER: "2026-11-24T08:45:00+00:00",
}

ACTIONS = (
    ("capture", ANNA, "i1"),
    ("capture", ANNA, "i2"),
    ("capture", ANNA, "i3"),
    ("add_mailbox", None, "m1"),
    ("capture_letters", None, "i4"),
    ("capture_letters", None, "i5"),
    ("review", ANNA, "i5"),
    ("capture_letters", None, "i6"),
    ("make_company", ANNA, "c3"),
    ("change_subject", ANNA, "i1"),
    ("promote_deal", ANNA, None),
    ("undo", ANNA, None),
    ("promote_deal", ANNA, None),
)
"""What was done by whom to what, from the first recording on; None: an object whose number is not known before.

"make_company" stands for the way in which that was done.
"""

NOTICES = [("letter:4:2", "i4"), ("letter:5:2", "letters:5")]
"""Cards that came of their own accord: of incoming letters, the second with those of its minute; none of the answer (domain.md R2)."""


class Expected:
    """The exports after the first run.

    Args:
        house: Whose calendar tells when it all was.
        language: In which the first lists were filled.
        subject_id: Of the deal.
        deal_id: The deal's own number.
    """

    def __init__(self, house: House, language: str, subject_id: int, deal_id: int) -> None:
        assert house.calendar is not None
        start = datetime.fromisoformat(house.calendar.path.read_text(encoding="utf-8"))
        self._now = Between(start, house.calendar.now())
        self._half_an_hour_ago = Between(start - timedelta(minutes=30), house.calendar.now())
        self._language = language
        self._subject_id = subject_id
        self._deal_id = deal_id

    # -- interactions

    def interactions(self) -> list[JsonObject]:
        """Three of the chat, three of the mailbox; the call and the letters in the deal (S4, S6)."""
        return [
            self._call(),
            self._meeting(),
            self._sms(),
            self._reminder(),
            self._question(),
            self._answer(),
        ]

    def _interaction(self, number: int, **fields: Any) -> JsonObject:
        common = {
            "id": number,
            "direction": None,
            "channel": None,
            "state": "done",
            "topic": "",
            "happened_at": self._now,
            "due_on": None,
            "ends_at": None,
            "time_known": True,
            "wall_time": None,
            "timezone": "Europe/Moscow",
            "recorded_at": self._now,
            "result": None,
            "duration_s": None,
            "place": "",
            "goal": "",
            "author": ANNA,
            "responsible": ANNA,
            "importance": "normal",
            "owners": [{"user": ANNA, "reviewed": True, "review_after": None}],
            "reviewed": True,
            "parent_id": None,
            "source": "chat",
            "link_reason": "own",
            "tags": [],
            "comments": [],
            "attachments": [],
            "mail": None,
            "sms": None,
            "version": 1,
            "deleted": False,
        }
        return {**common, **fields}

    def _deal_subject(self) -> JsonObject:
        return {"kind": "deal", "id": self._subject_id, "title": "Pallets"}

    def _call(self) -> JsonObject:
        """Linked by hand; a done call of its own responsible starts reviewed (R2)."""
        return self._interaction(
            1,
            type="call",
            direction="out",
            text=CALL_TEXT,
            subject=self._deal_subject(),
            link_reason="chosen",
            participants=[person(1, "party", "John Smith, Acme", mail=CLIENT, contact_id=COMPANY)],
        )

    def _meeting(self) -> JsonObject:
        """A done meeting ended when it was told of, and was half an hour long (I4)."""
        return self._interaction(
            2,
            type="meeting",
            text=MEETING_TEXT,
            happened_at=self._half_an_hour_ago,
            ends_at=self._now,
            subject={"kind": "chain", "id": 2, "title": MEETING_TEXT},
            participants=[person(2, "party", "Mary Jones, Beta")],
        )

    def _sms(self) -> JsonObject:
        return self._interaction(
            3,
            type="sms",
            direction="out",
            channel="sms",
            text=SMS_TEXT,
            subject={"kind": "chain", "id": 3, "title": SMS_TEXT},
            participants=[person(3, "party", "Peter", phone=PHONE)],
        )

    def _letter(self, number: int, message_id: str, **fields: Any) -> JsonObject:
        """Happened at its Date, which lies within 48 hours before it came (I6)."""
        return self._interaction(
            number,
            type="email",
            happened_at=SENT_AT[message_id],
            author=None,
            source="mailbox",
            link_reason="thread",
            subject=self._deal_subject(),
            **fields,
        )

    def _reminder(self) -> JsonObject:
        """The child that came first: its parent was adopted later (M3); incoming, unreviewed (R2)."""
        return self._letter(
            4,
            REMINDER,
            direction="in",
            topic="Re: Pallets",
            text="And what is the price?",
            owners=[{"user": ANNA, "reviewed": False, "review_after": None}],
            reviewed=False,
            parent_id=5,
            participants=[
                person(4, "from", "John Smith", mail=CLIENT, contact_id=COMPANY),
                person(5, "to", MAILBOX.address, mail=MAILBOX.address, contact_id=2),
            ],
            mail=letter(REMINDER, "INBOX", [QUESTION], [QUESTION]),
        )

    def _question(self) -> JsonObject:
        return self._letter(
            5,
            QUESTION,
            direction="in",
            topic="Pallets",
            text="We need 20 pallets.",
            participants=[
                person(6, "from", "John Smith", mail=CLIENT, contact_id=COMPANY),
                person(7, "to", MAILBOX.address, mail=MAILBOX.address, contact_id=2),
            ],
            mail=letter(QUESTION, "INBOX", [], []),
        )

    def _answer(self) -> JsonObject:
        """Out because it was seen in Sent (M2); outgoing starts reviewed (R2)."""
        return self._letter(
            6,
            ANSWER,
            direction="out",
            topic="Re: Pallets",
            text="100 each.",
            parent_id=4,
            participants=[
                person(8, "from", "Anna", mail=MAILBOX.address, contact_id=2),
                person(9, "to", "John Smith", mail=CLIENT, contact_id=COMPANY),
            ],
            mail=letter(ANSWER, "Sent", [REMINDER], [QUESTION, REMINDER]),
        )

    # -- what they are about

    def subjects(self) -> list[JsonObject]:
        """Two chains of one, and the deal; a chain without members is no subject any more (S1, S6, S9)."""
        return [
            self._subject(
                2, "chain", MEETING_TEXT, [2], head_id=2, last_interaction_at=self._half_an_hour_ago
            ),
            self._subject(3, "chain", SMS_TEXT, [3], head_id=3, participants=[contact(None, "Peter")]),
            self._subject(
                self._subject_id,
                "deal",
                "Pallets",
                [1, 4, 5, 6],
                unreviewed=1,
                participants=[contact(COMPANY, "Acme")],
            ),
        ]

    def _subject(
        self, number: int, kind: str, title: str, interactions: list[int], **fields: Any
    ) -> JsonObject:
        return {
            "id": number,
            "kind": kind,
            "title": title,
            "head_id": None,
            "state": "open",
            "active": True,
            "unreviewed": 0,
            "planned": 0,
            "last_interaction_at": self._now,
            "created_at": self._now,
            "participants": [],
            "interactions": interactions,
            **fields,
        }

    def deals(self) -> list[JsonObject]:
        """Partner: the only one among the participants; the own user in the team (S6, D1)."""
        nothing = dict.fromkeys(
            (
                "stage",
                "amount",
                "probability",
                "agreed",
                "cost",
                "benefit",
                "source",
                "loss_reason",
                "loss_shown_by",
                "competitor",
                "expected_close_on",
                "committed_on",
                "closed_at",
                "merged_into",
            )
        )
        return [
            {
                **nothing,
                "id": self._deal_id,
                "subject_id": self._subject_id,
                "title": "Pallets",
                "partner": {"id": COMPANY, "name": "Acme"},
                "kind": {"id": 1, "name": DEAL_KIND[self._language]},
                "kind_type": "plain",
                "status": "in_progress",
                "closed": False,
                "currency": "RUB",
                "first_contact_at": SENT_AT[QUESTION],
                "opened_at": self._now,
                "responsible": ANNA,
                "team": [ANNA],
                "participants": [contact(COMPANY, "Acme")],
                "demand": [],
                "interactions": [1, 4, 5, 6],
                "stages": [],
            }
        ]

    # -- people and mailboxes

    def contacts(self) -> list[JsonObject]:
        """The users and the company; it counts one unreviewed letter, own users count none (S9)."""
        return [
            self._contact(1, "user", "Vera", user_id=1),
            self._contact(
                2, "user", "Anna Petrova", user_id=2, addresses=[address("email", MAILBOX.address)]
            ),
            self._contact(
                COMPANY,
                "partner",
                "Acme",
                addresses=[address("email", CLIENT)],
                responsible=ANNA,
                last_interaction_at=self._now,
                unreviewed=1,
            ),
        ]

    def _contact(self, number: int, kind: str, name: str, **fields: Any) -> JsonObject:
        return {
            "id": number,
            "kind": kind,
            "name": name,
            "partners": [],
            "tax_number": None,
            "addresses": [],
            "responsible": None,
            "user_id": None,
            "merged_into": None,
            "created_at": self._now,
            "last_interaction_at": None,
            "unreviewed": 0,
            **fields,
        }

    def users(self) -> list[JsonObject]:
        """The administrator of ADMIN_IDS and the invited rep (U1)."""
        return [
            self._user(1, 1001, "Vera", "administrator"),
            self._user(2, 1002, "Anna Petrova", "rep"),
        ]

    def _user(self, number: int, telegram_id: int, name: str, role: str) -> JsonObject:
        return {
            "id": number,
            "telegram_id": telegram_id,
            "name": name,
            "role": role,
            "state": "active",
            "department": None,
            "contact_id": number,
            "language": self._language,
            "timezone": "Europe/Moscow",
            "country": "RU",
            "day_starts": 9,
            "day_ends": 18,
            "public_holidays": True,
            "reachable": True,
            "created_at": self._now,
        }

    def mailboxes(self) -> list[JsonObject]:
        """Every UID is stored: nothing dropped (M4)."""
        return [
            {
                "id": 1,
                "address": MAILBOX.address,
                "owner": ANNA,
                "department": None,
                "state": "active",
                "state_reason": None,
                "failures": 0,
                "last_success_at": self._now,
                "mirror_seen": False,
                "verify_certificate": True,
                "auth": "password",
                "folders": [self._folder("INBOX", "inbox", 2), self._folder("Sent", "sent", 1)],
            }
        ]

    def _folder(self, name: str, role: str, letters: int) -> JsonObject:
        return {
            "name": name,
            "role": role,
            "server": letters,
            "stored": letters,
            "known": 0,
            "excluded": {},
            "quarantined": 0,
            "gap": 0,
            "backlog": 0,
            "missing": 0,
            "left": 0,
            "last_success_at": self._now,
        }

    # -- what was done

    def faults_of_outbox(self, rows: list[JsonObject]) -> list[str]:
        """Everything was sent at the first attempt, each thing once, and letters came as they should."""
        faults = [
            f"{row['key']}: {row['state']}, {row['attempts']} attempts, {row['error']}"
            for row in rows
            if (row["state"], row["attempts"], row["error"]) != ("sent", 1, None)
        ]
        keys = [row["key"] for row in rows]
        faults += [f"{key}: twice" for key in set(keys) if keys.count(key) > 1]
        notices = [(row["key"], row["show"]) for row in rows if row["kind"] == "notice"]
        if notices != NOTICES:
            faults.append(f"notices: {notices}")
        faults += [f"{row['key']}: to {row['to']}" for row in rows if row["to"] not in (ANNA, VERA)]
        return faults

    def faults_of_audit(self, rows: list[JsonObject], makes_company: str) -> list[str]:
        """Who did what to what; the deal taken back is one step, undone by one step (S6)."""
        steps = steps_of(rows)
        first = next(place for place, step in enumerate(steps) if step["action"] == "capture")
        told = [
            ("make_company" if step["action"] == makes_company else step["action"], step["by"])
            for step in steps[first:]
        ]
        faults = differences(told, [one[:2] for one in ACTIONS], "steps")
        for step, (action, _, wanted) in zip(steps[first:], ACTIONS, strict=False):
            if wanted is not None and wanted not in step["objects"]:
                faults.append(f"{action}: {step['objects']} without {wanted}")
        undone = [step for step in steps if step["undone"]]
        undoing = [step for step in steps if step["undoes"] is not None]
        if [step["action"] for step in undone] != ["promote_deal"] or len(undoing) != 1:
            faults.append(f"undone: {undone}, by {undoing}")
        elif undoing[0]["undoes"] != undone[0]["step"]:
            faults.append(f"undo undoes {undoing[0]['undoes']}")
        faults += [f"{row['id']}: at {row['at']}" for row in rows if row["at"] != self._now]
        moved = [
            row for row in rows if row["action"] == "change_subject" and row["after"] == {"subject_id": 4}
        ]
        if [(row["before"]["subject_id"], row["before"]["ids"]) for row in moved] != [(1, [1])]:
            faults.append(f"the chain's move: {moved}")
        return faults


def differences(found: Any, expected: Any, place: str = "") -> list[str]:
    """Where two exports differ, field by field."""
    if isinstance(found, dict) and isinstance(expected, dict):
        return [
            fault
            for name in sorted({*found, *expected})
            for fault in differences(
                found.get(name, "absent"), expected.get(name, "absent"), f"{place}.{name}"
            )
        ]
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        return [
            fault
            for number, (one, other) in enumerate(zip(found, expected, strict=True))
            for fault in differences(one, other, f"{place}[{number}]")
        ]
    return [] if found == expected else [f"{place}: {found!r}, not {expected!r}"]


def steps_of(rows: list[JsonObject]) -> list[JsonObject]:
    """The audit by step, with the objects that each has changed."""
    steps: dict[int, JsonObject] = {}
    for row in rows:
        step = steps.setdefault(
            row["step"],
            {**{key: row[key] for key in ("step", "action", "by", "undone", "undoes")}, "objects": []},
        )
        step["objects"].append(row["object"])
    return list(steps.values())


def person(
    number: int,
    role: str,
    presentation: str,
    *,
    mail: str = "",
    phone: str = "",
    contact_id: int | None = None,
) -> JsonObject:
    """A participant."""
    addresses = [address("email", mail)] if mail else []
    if phone:
        addresses.append({"kind": "phone", "value": phone, "original": "+7 916 123-45-67"})
    return {
        "id": number,
        "role": role,
        "presentation": presentation,
        "addresses": addresses,
        "contact_id": contact_id,
        "attendance": None,
    }


def address(kind: str, value: str) -> JsonObject:
    """A coordinate that was written in its normal form."""
    return {"kind": kind, "value": value, "original": value}


def contact(contact_id: int | None, presentation: str) -> JsonObject:
    """A participant of a subject."""
    return {"contact_id": contact_id, "presentation": presentation, "role": ""}


def letter(message_id: str, folder: str, in_reply_to: list[str], references: list[str]) -> JsonObject:
    """What is kept of a letter beside its text."""
    raw = THREAD[message_id]
    return {
        "message_id": message_id,
        "in_reply_to": in_reply_to,
        "references": references,
        "class": "normal",
        "sent_on": SENT_AT[message_id],
        "size": len(raw),
        "raw_sha256": hashlib.sha256(raw).hexdigest(),
        "duplicate_of": None,
        "seen_in": [{"mailbox": 1, "folder": folder, "uidvalidity": Positive(), "uid": Positive()}],
        "defects": [],
        "new_text": None,
    }
