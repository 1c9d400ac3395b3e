"""One use case, one transaction, one audit step.

A service opens a `Work`, loads and changes rows through it, and leaves the block: the counters, the waits that
what was touched ends, the audit trail, the effects on the world and the end of the update that caused it all are then written in the same
transaction (architecture.md rule 3). After the commit the outbox is kicked, so that a confirmation does not
wait for the next sweep.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from core import failpoints
from core.clock import Clock
from core.database import Database
from core.enums import OutboxKind, OutboxState, SubjectKind
from core.models import AuditStep, Base, Interaction, OutboxItem, Subject
from core.ports import OutboxView
from core.repositories import audit, deal_rooms, dialogs, inbox, outbox
from core.repositories.counters import CounterLedger
from core.services.wait_settling import follow_counterparts, settle_waits
from core.values import Caller, InteractionId, Origin, Ref, RefKind, UserId

BIRTH_LEASE = timedelta(seconds=20)
"""How long the writing process has to deliver what it claimed at birth before others may."""

_SHOWN_OF_DEAL = frozenset({"title", "state"})
"""What of a deal's subject its room shows."""

Kick = Callable[[Sequence[OutboxView]], None]
"""Called after the commit with the outbox rows that this process claimed for itself."""

Wake = Callable[[datetime], None]
"""Called after the commit with the nearest moment at which a reminder that was set is due."""


class Work:
    """The transaction of one use case, and everything that is written at its end."""

    def __init__(
        self,
        session: AsyncSession,
        now: datetime,
        caller: Caller | None,
        action: str,
        origin: Origin | None = None,
    ) -> None:
        self.session = session
        self.now = now
        self.caller = caller
        self.origin = origin if caller is None else caller.origin
        self.step = AuditStep(at=now, user_id=caller.user_id if caller else None, action=action)
        self.counters = CounterLedger(session)
        self._changes: list[audit.PendingChange] = []
        self._born: set[Ref] = set()
        self._outbox: list[OutboxItem] = []
        self.wakes_at: datetime | None = None
        """The nearest moment at which something that was set in this transaction is due."""

    @property
    def user_id(self) -> UserId | None:
        """The acting user; None for the system itself."""
        return self.caller.user_id if self.caller else None

    async def touch(self, *interaction_ids: InteractionId | int) -> None:
        """Remember what interactions count for, before they are changed, so that counters can follow."""
        await self.counters.remember(interaction_ids)

    async def count_so_far(self) -> None:
        """Bring the counters up to date before the end: what comes next in this transaction reads them."""
        await self.session.flush()
        await self.counters.settle()

    async def add(self, row: Base, *, of: Ref | None, note: Mapping[str, Any] | None = None) -> None:
        """Insert a row and record it; `of` None means: the reference is the row itself, once it has an id.

        Args:
            row: The new row.
            of: The object that people know it by.
            note: What the audit shows of it; contents of messages do not belong there.
        """
        self.session.add(row)
        if of is None or of not in self._born:
            self._changes.append(audit.PendingChange(row=row, of=of, before=None, after=dict(note or {})))

    def bear(self, interaction_id: int, *, note: Mapping[str, Any]) -> None:
        """Record an interaction that was just inserted, and have it counted.

        What hangs on it and is inserted in this same transaction is part of it and gets no record of its own.
        """
        ref = Ref(RefKind.INTERACTION, interaction_id)
        self._born.add(ref)
        self.counters.expect(interaction_id)
        self._changes.append(
            audit.PendingChange(
                None, ref, None, dict(note), entity=Interaction.__tablename__, key=str(interaction_id)
            )
        )

    def inserted(self, entity: str, key: int, *, of: Ref) -> None:
        """Record a row that was inserted past `add` and hangs on an object."""
        if of not in self._born:
            self._changes.append(audit.PendingChange(None, of, None, {}, entity=entity, key=str(key)))

    def change(self, row: Base, *, of: Ref | None, **fields: Any) -> bool:
        """Set fields of a loaded row and record what they were; False when nothing differs.

        `of` is the object that people know the row by; None: the row itself.
        """
        before = {name: getattr(row, name) for name in fields}
        changed = {name: value for name, value in fields.items() if before[name] != value}
        if not changed:
            return False
        for name, value in changed.items():
            setattr(row, name, value)
        self._changes.append(
            audit.PendingChange(
                row=row, of=of, before={name: before[name] for name in changed}, after=dict(changed)
            )
        )
        return True

    async def remove(self, row: Base, *, of: Ref | None) -> None:
        """Delete a row and record all of it, so that undo can put it back."""
        self._changes.append(audit.PendingChange(row=row, of=of, before=audit.column_values(row), after=None))
        await self.session.delete(row)

    def record(
        self, entity: str, *, of: Ref, before: Mapping[str, Any], after: Mapping[str, Any], key: str = ""
    ) -> None:
        """Record a change made past `change`: of one row by its key, or of many under a name that undo knows."""
        self._changes.append(audit.PendingChange(None, of, dict(before), dict(after), entity=entity, key=key))

    def remind_at(self, due_at: datetime) -> None:
        """Have the timetable know of a reminder, which may be due before all that it waits for."""
        self.wakes_at = due_at if self.wakes_at is None else min(self.wakes_at, due_at)

    def confirm(self, show: Ref | str, *, note: str = "", **extra: Any) -> None:
        """Have the caller's chat show a screen once this is committed; without a chat nothing is shown."""
        if self.caller is None or self.caller.origin.reply_to is None:
            return
        origin = self.caller.origin
        key = f"u{origin.update_id}:{len(self._outbox)}"
        payload = {"show": str(show), "note": note, "reply_to": dict(origin.reply_to or {}), **extra}
        self._put(key, OutboxKind.SCREEN, self.caller.user_id, payload)

    def notify(
        self, user_id: UserId | int, show: Ref | str, *, note: str, key: str = "", **extra: Any
    ) -> None:
        """Send a user a screen of its own accord: a letter came, a reminder is due.

        `key` makes it once where the same cause can be met twice; without it this transaction makes it once.
        """
        payload = {"show": str(show), "note": note, **extra}
        self._put(key or f"once:{uuid4().hex}", OutboxKind.NOTICE, UserId(user_id), payload)

    def in_room(
        self, chat_id: int, action: str, *, user_id: UserId | int | None = None, **facts: Any
    ) -> None:
        """Have something done in a group of deal rooms: ``open``, ``follow``, ``say``, ``taken`` (bot.room_courier).

        Args:
            chat_id: The group.
            action: What.
            user_id: In whose language, and who is told when it cannot be; the caller if not said. It is in nobody's
                row of effects: a group that Telegram is slow with holds nobody's own chat back.
            facts: What it needs besides.
        """
        whose = user_id if user_id is not None else self.user_id
        payload = {"do": action, "chat": chat_id, "user": whose, **facts}
        self._put(f"room:{uuid4().hex}", OutboxKind.ROOM, None, payload)

    async def _follow_rooms(self) -> None:
        """Have topics follow the titles and ends of their deals, whatever has changed those."""
        changed = {
            change.row.id
            for change in self._changes
            if isinstance(change.row, Subject)
            and change.row.kind is SubjectKind.DEAL
            and change.before is not None
            and change.after is not None
            and not _SHOWN_OF_DEAL.isdisjoint(change.after)
        }
        if changed:
            for room_id, chat_id in await deal_rooms.list_open_of(self.session, changed):
                self.in_room(chat_id, "follow", room=room_id)

    def notices(self, note: str) -> list[OutboxItem]:
        """Notices with this note written so far that show an object and ask nothing, in order."""
        return [
            item
            for item in self._outbox
            if item.kind is OutboxKind.NOTICE
            and item.payload.get("note") == note
            and set(item.payload) == {"show", "note"}
        ]

    def withdraw(self, notices: Collection[OutboxItem]) -> None:
        """Leave notices out: another one tells what they would have told."""
        self._outbox = [one for one in self._outbox if one not in notices]

    def _put(self, key: str, kind: OutboxKind, user_id: UserId | None, payload: dict[str, Any]) -> None:
        self._outbox.append(
            OutboxItem(
                key=key, kind=kind, user_id=user_id, payload=payload, created_at=self.now, due_at=self.now
            )
        )

    async def finish(self, *, claim: bool) -> list[OutboxView]:
        """Write what belongs to the end of the transaction.

        Args:
            claim: Whether this process delivers its own outbox rows; they are then born claimed.

        Returns:
            The outbox rows claimed.

        Raises:
            AlreadyFinished: The update behind the call had its effect before.
        """
        await self.session.flush()
        await self.counters.settle()
        await settle_waits(self, self.counters.touched)
        await follow_counterparts(self, self.counters.changed)
        await self._follow_rooms()
        await audit.write_step(self.session, self.step, self._changes)
        if self.origin is not None:
            await self._finish_origin(self.origin)
        return await self._write_outbox(claim=claim)

    async def _finish_origin(self, origin: Origin) -> None:
        if origin.update_id is not None:
            await inbox.finish_update(self.session, origin.update_id)
        if origin.dialog_changed and self.user_id is not None:
            await dialogs.save_dialog(self.session, self.user_id, origin.dialog)

    async def _write_outbox(self, *, claim: bool) -> list[OutboxView]:
        if not self._outbox:
            return []
        if claim:
            lease = datetime.now(UTC) + BIRTH_LEASE
            for item in self._outbox:
                if item.state is not OutboxState.HELD:
                    item.state, item.lease_until, item.attempts = OutboxState.SENDING, lease, 1
        views = await outbox.write_items(self.session, self._outbox)
        return [view for view in views if view.attempts] if claim else []


@dataclass(slots=True)
class Works:
    """Begins works. Built once by the composition root.

    Attributes:
        kick: Set by the process that runs the outbox; None: another process or sweep delivers.
        wake: Set by the process that runs the timetable; None: another process looks for itself.
    """

    database: Database
    clock: Clock
    kick: Kick | None = None
    wake: Wake | None = None

    @asynccontextmanager
    async def begin(
        self, caller: Caller | None, action: str, *, origin: Origin | None = None
    ) -> AsyncIterator[Work]:
        """Open a work; leaving the block commits it, an exception rolls everything back.

        Args:
            caller: Who asks; None for the system itself.
            action: The audit's word for it, for example ``capture``.
            origin: The update behind a call of somebody who is no user yet; a caller brings their own.

        Raises:
            AlreadyFinished: The update behind the call had its effect before.
        """
        async with self.database.transaction() as session:
            work = Work(session, self.clock.now(), caller, action, origin)
            yield work
            claimed = await work.finish(claim=self.kick is not None)
            if work.origin is not None:
                failpoints.reach("effect_written")
        if work.origin is not None:
            failpoints.reach("effect_committed")
        if claimed and self.kick is not None:
            self.kick(claimed)
        if work.wakes_at is not None and self.wake is not None:
            self.wake(work.wakes_at)
