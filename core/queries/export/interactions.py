"""Interactions with all that hangs on them; `since` means recorded since."""

from collections.abc import Sequence

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Interaction
from core.queries.export.interaction_parts import Parts, load_parts
from core.queries.export.shapes import Batch, JsonObject, Names, Slice, day, instant, load_user_names


async def load_interactions(session: AsyncSession, wanted: Slice) -> Batch:
    """The next interactions by id."""
    rows = (
        await session.scalars(
            select(Interaction)
            .where(
                Interaction.id > wanted.after,
                Interaction.recorded_at >= wanted.since if wanted.since is not None else true(),
            )
            .order_by(Interaction.id)
            .limit(wanted.limit)
        )
    ).all()
    if not rows:
        return Batch([], None)
    parts = await load_parts(session, rows)
    names = await load_user_names(session, _people_of(rows, parts))
    return Batch([_shape(row, parts, names) for row in rows], rows[-1].id)


def _people_of(rows: Sequence[Interaction], parts: Parts) -> set[int | None]:
    people: set[int | None] = {owner.user_id for owners in parts.owners.values() for owner in owners}
    for row in rows:
        people |= {row.author_id, row.responsible_id}
    return people


def _shape(row: Interaction, parts: Parts, names: Names) -> JsonObject:
    owners = parts.owners.get(row.id, [])
    return {
        "id": row.id,
        "type": row.type,
        "direction": row.direction,
        "channel": row.channel,
        "state": row.state,
        "topic": row.topic,
        "text": row.text,
        "happened_at": instant(row.happened_at),
        "due_on": day(row.due_on),
        "ends_at": instant(row.ends_at),
        "time_known": row.time_known,
        "wall_time": row.wall_time,
        "timezone": row.timezone,
        "recorded_at": instant(row.recorded_at),
        "result": row.result,
        "duration_s": row.duration_s,
        "place": row.place,
        "goal": row.goal,
        "author": names(row.author_id),
        "responsible": names(row.responsible_id),
        "importance": row.importance,
        "owners": [
            {
                "user": names(owner.user_id),
                "reviewed": owner.reviewed,
                "review_after": instant(owner.review_after),
            }
            for owner in owners
        ],
        "reviewed": all(owner.reviewed for owner in owners),
        "subject": parts.subjects[row.subject_id],
        "parent_id": row.parent_id,
        "source": row.source,
        "link_reason": row.link_reason,
        "tags": parts.tags.get(row.id, []),
        "comments": parts.comments.get(row.id, []),
        "participants": parts.participants.get(row.id, []),
        "attachments": parts.attachments.get(row.id, []),
        "mail": parts.mail.get(row.id),
        "sms": None,
        "version": row.version,
        "deleted": row.deleted_at is not None,
    }
