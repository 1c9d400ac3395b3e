"""The interactions of a subject as a tree: what answers or continues what (domain.md S3)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.models import Interaction
from core.queries.rows import COUNT_LIMIT, InteractionRow, Page, load_rows
from core.queries.worklists import PAGE_SIZE
from core.repositories.access import Viewer, sees_interaction


@dataclass(frozen=True, slots=True)
class TreeRow:
    """An interaction, and how many steps it is away from the one that began its branch."""

    depth: int
    row: InteractionRow


async def list_subject_tree(
    session: AsyncSession, subject_id: int, viewer: Viewer, number: int
) -> Page[TreeRow]:
    """The interactions of a subject that the viewer sees, branch by branch, the oldest first.

    A subject with more than `COUNT_LIMIT` interactions shows its newest ones; what they answer is then missing
    and they begin branches of their own.
    """
    newest = await session.execute(
        select(Interaction.id, Interaction.parent_id)
        .where(
            Interaction.subject_id == subject_id, Interaction.deleted_at.is_(None), sees_interaction(viewer)
        )
        .order_by(Interaction.happened_at.desc(), Interaction.id.desc())
        .limit(COUNT_LIMIT)
    )
    found = [(row[0], row[1]) for row in reversed(newest.all())]
    ordered = order_as_tree(found)
    pages = max(1, -(-len(ordered) // PAGE_SIZE))
    number = min(max(1, number), pages)
    shown = ordered[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    rows = {row.id: row for row in await load_rows(session, [one for one, _ in shown], viewer.user_id)}
    tree = tuple(TreeRow(depth, rows[one]) for one, depth in shown if one in rows)
    return Page(tree, number, pages, len(ordered), len(ordered) >= COUNT_LIMIT)


def order_as_tree(members: Sequence[tuple[int, int | None]]) -> list[tuple[int, int]]:
    """Ids with their depth, each branch together; each id once, whatever the parents say.

    Args:
        members: Ids with their parents, in the order of siblings.
    """
    known = {one for one, _ in members}
    children: dict[int | None, list[int]] = defaultdict(list)
    for one, parent in members:
        children[parent if parent in known and parent != one else None].append(one)
    ordered: list[tuple[int, int]] = []
    seen: set[int] = set()
    for start in (*children[None], *known):
        waiting = [(start, 0)]
        while waiting:
            one, depth = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            ordered.append((one, depth))
            waiting.extend((child, depth + 1) for child in reversed(children[one]))
    return ordered
