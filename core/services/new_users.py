"""Making a user: every user is a contact too, so that they can take part in interactions (domain.md P5)."""

from dataclasses import dataclass

from core.enums import ContactKind, Language, Role
from core.models import Contact, User
from core.repositories import search
from core.rules.coordinates import name_key
from core.services.work import Work
from core.values import DepartmentId, Ref, RefKind

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class UserDefaults:
    """What a user has until they choose: DEFAULT_LANGUAGE, DEFAULT_TIMEZONE, DEFAULT_COUNTRY."""

    language: Language
    timezone: str
    country: str


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user about to be made."""

    name: str
    role: Role
    language: Language
    telegram_id: int | None = None
    department_id: DepartmentId | int | None = None


async def add_user(work: Work, new: NewUser, defaults: UserDefaults) -> User:
    """Insert a user and their contact; flushed, so that both have an id."""
    user = User(
        telegram_id=new.telegram_id,
        name=new.name[:MAX_NAME],
        role=new.role,
        department_id=new.department_id,
        language=new.language,
        timezone=defaults.timezone,
        country=defaults.country,
        created_at=work.now,
    )
    await work.add(user, of=None, note={"role": new.role})
    await work.session.flush()
    contact = Contact(
        kind=ContactKind.USER,
        name=user.name,
        name_key=name_key(user.name),
        user_id=user.id,
        created_at=work.now,
    )
    await work.add(contact, of=Ref(RefKind.USER, user.id))
    await work.session.flush()
    await search.index_contact(work.session, contact.id, [contact.name])
    return user
