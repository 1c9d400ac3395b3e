"""Contacts: partners, their persons, individuals and users, with several addresses each (domain.md P5)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.enums import AddressKind, ContactKind
from core.models.base import Base


class Contact(Base):
    """Somebody an interaction can be with. `merged_into_id` marks a contact that was merged away, reversibly."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ContactKind]
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    """The name casefolded, ё as е, spaces collapsed: what equality of names compares."""
    tax_number: Mapped[str | None] = mapped_column(unique=True)
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), unique=True)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    timezone: Mapped[str | None]
    """The IANA zone of their clock, as somebody said; None: their phone number may tell it."""
    created_at: Mapped[datetime]
    unreviewed: Mapped[int] = mapped_column(default=0)
    last_interaction_at: Mapped[datetime | None]


class PersonPartner(Base):
    """A person works, or worked, for a partner."""

    __tablename__ = "person_partners"
    __table_args__ = (UniqueConstraint("person_id", "partner_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    partner_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    since: Mapped[date | None]
    until: Mapped[date | None]


class ContactAddress(Base):
    """One coordinate of a contact.

    `tail` holds a phone's digits reversed, so that a search by its last digits is a prefix search.
    """

    __tablename__ = "contact_addresses"
    __table_args__ = (
        UniqueConstraint("contact_id", "kind", "value"),
        Index("ix_contact_addresses_kind_value", "kind", "value"),
        Index("ix_contact_addresses_tail", "tail", postgresql_ops={"tail": "text_pattern_ops"}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    kind: Mapped[AddressKind]
    value: Mapped[str]
    original: Mapped[str]
    tail: Mapped[str | None]
    bounced_at: Mapped[datetime | None]
    """When a letter to it was last reported as undeliverable."""
