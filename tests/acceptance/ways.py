"""The two ways to do the same in the chat: by buttons, and typed (interface.md, Conversation)."""

from typing import Protocol

from tests.acceptance.person import Person

WORDS = {
    "en": {
        "language": "English",
        "zone": "Moscow",
        "city": "Moscow",
        "joined": "All set",
        "refused": "not part of it",
        "call": "Call",
        "meeting": "🤝 Meeting",
        "sms": "💬 SMS",
        "more": "☰ More",
        "people": "👥 People",
        "belongs": "🔗 Belongs to…",
        "promote": "💼 Make a deal",
        "create": "✅ Create",
        "undo": "↩️ Undo",
        "reviewed": "✅ Reviewed",
        "company": "company",
        "letter": "A letter came",
        "recorded": "Recorded",
        "promoted": "Created",
        "undone": "Undone",
        "moved": "Its whole chain belongs there now",
    },
    "ru": {
        "language": "Русский",
        "zone": "Москва",
        "city": "Москва",
        "joined": "Готово",
        "refused": "в ней нет",
        "call": "Звонок",
        "meeting": "🤝 Встреча",
        "sms": "💬 SMS",
        "more": "☰ Ещё",
        "people": "👥 Люди",
        "belongs": "🔗 Отнести к…",
        "promote": "💼 Сделать сделкой",
        "create": "✅ Создать",
        "undo": "↩️ Отменить",
        "reviewed": "✅ Рассмотрено",
        "company": "компания",
        "letter": "Пришло письмо",
        "recorded": "Записано",
        "promoted": "Создано",
        "undone": "Возвращено как было",
        "moved": "Отнесена вся цепочка",
    },
}
"""What the chat says and what its buttons are called."""

CALL_WHO, CALL_TEXT = "John Smith, Acme, john@acme.example", "agreed on the price"
MEETING_WHO, MEETING_TEXT = "Mary Jones, Beta", "showed the samples"
SMS_WHO, SMS_TEXT = "Peter, +7 916 123-45-67", "on my way"


class Way(Protocol):
    """How a person gets things done; each step ends with its card before their eyes."""

    makes_company: str
    """The audit's word for how the company was made."""

    async def introduce(self, person: Person) -> None:
        """Answer the first questions."""
        ...

    async def record(self, person: Person) -> None:
        """Record a call, a meeting and an SMS, in this order."""
        ...

    async def make_company(self, person: Person) -> None:
        """Say that who was called is the company Acme."""
        ...

    async def review(self, person: Person, letter: str) -> None:
        """Mark the letter that is before their eyes reviewed."""
        ...

    async def link(self, person: Person) -> None:
        """Put the call, i1, into the letters' chain, which i4 is in."""
        ...

    async def promote(self, person: Person) -> None:
        """Make a deal of the chain that i1 is in."""
        ...

    async def undo(self, person: Person) -> None:
        """Take back what was just done."""
        ...


class ByButtons:
    """Writes only what no button can say."""

    makes_company = "introduce"

    async def introduce(self, person: Person) -> None:
        words = WORDS[person.language]
        await person.tap(words["language"])
        await person.tap(words["zone"], words["joined"])

    async def record(self, person: Person) -> None:
        words = WORDS[person.language]
        await person.write(f"{CALL_WHO}: {CALL_TEXT}")
        await person.tap(words["call"], words["recorded"])
        for kind, who, text in (("meeting", MEETING_WHO, MEETING_TEXT), ("sms", SMS_WHO, SMS_TEXT)):
            await person.write(f"/{kind}", words[kind])
            await person.write(who, words[kind])
            await person.write(text, words["recorded"])

    async def make_company(self, person: Person) -> None:
        words = WORDS[person.language]
        await person.write("/i1", "/i1")
        await person.tap(words["more"])
        await person.tap(words["people"], "p1")
        await person.tap("1", "John Smith, Acme")
        await person.tap("🏢 Acme")

    async def review(self, person: Person, letter: str) -> None:
        await person.tap(WORDS[person.language]["reviewed"], letter)

    async def link(self, person: Person) -> None:
        words = WORDS[person.language]
        await person.write("/i1", "/i1")
        await person.tap(words["belongs"])
        await person.tap("🔗 Pallets", words["moved"])

    async def promote(self, person: Person) -> None:
        words = WORDS[person.language]
        await person.tap(words["promote"], "Acme")
        await person.tap(words["create"], words["promoted"])

    async def undo(self, person: Person) -> None:
        words = WORDS[person.language]
        await person.tap(words["undo"], words["undone"])


class Typed:
    """Taps nothing."""

    makes_company = "create_contact"

    async def introduce(self, person: Person) -> None:
        words = WORDS[person.language]
        await person.write(f"/settings lang {person.language} tz {words['city']}", words["joined"])

    async def record(self, person: Person) -> None:
        words = WORDS[person.language]
        await person.write(f"/call {CALL_WHO}: {CALL_TEXT}", words["recorded"])
        await person.write(f"/meeting {MEETING_WHO}: {MEETING_TEXT}", words["recorded"])
        await person.write(f"{SMS_WHO}: {SMS_TEXT}")
        await person.write("/4", words["recorded"])

    async def make_company(self, person: Person) -> None:
        company = WORDS[person.language]["company"]
        await person.write(f"/contact new Acme john@acme.example {company}", "/c3")

    async def review(self, person: Person, letter: str) -> None:
        await person.write(f"/reviewed {letter.removeprefix('/')}", letter)

    async def link(self, person: Person) -> None:
        await person.write("/subject i1 i4", WORDS[person.language]["moved"])

    async def promote(self, person: Person) -> None:
        await person.write("/deal i1", WORDS[person.language]["promoted"])

    async def undo(self, person: Person) -> None:
        await person.write("/undo", WORDS[person.language]["undone"])
