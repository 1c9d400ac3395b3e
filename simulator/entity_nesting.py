"""Which entities may lie within each other? Literal text (code, pre) holds no other formatting and is not formatted."""

from collections.abc import Iterable

from simulator.errors import JsonObject

_LITERAL = frozenset({"code", "pre"})
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})


def settled(entities: Iterable[JsonObject]) -> list[JsonObject]:
    """The entities as Telegram keeps them, in order: literal ones win, doubled ones are dropped, quotes hold all.

    A code with a language that fills a pre gives it the language.
    """
    ordered = sorted(
        entities, key=lambda entity: (entity["offset"], -entity["length"], entity["type"] != "pre")
    )
    if len(ordered) < 2 and not any("language" in entity for entity in ordered):
        return ordered
    literal = _outermost_literal(ordered)
    kept: list[JsonObject] = list(literal)
    for entity in ordered:
        if entity["type"] in _LITERAL:
            continue
        pieces = [entity] if entity["type"] in _QUOTES else _outside(entity, literal)
        kept += [piece for piece in pieces if not any(_is_doubled(piece, former) for former in kept)]
    return sorted(kept, key=lambda entity: (entity["offset"], -entity["length"]))


def _outermost_literal(ordered: list[JsonObject]) -> list[JsonObject]:
    kept: list[JsonObject] = []
    for entity in ordered:
        if entity["type"] not in _LITERAL:
            continue
        outer = next((former for former in kept if _contains(former, entity)), None)
        if outer is None:
            kept.append(dict(entity))
        elif outer["type"] == "pre" and _range(outer) == _range(entity) and "language" in entity:
            outer["language"] = entity["language"]
    for entity in kept:
        if entity["type"] == "code":
            entity.pop("language", None)
    return kept


def _range(entity: JsonObject) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _contains(outer: JsonObject, inner: JsonObject) -> bool:
    (start, end), (inner_start, inner_end) = _range(outer), _range(inner)
    return start <= inner_start and inner_end <= end


def _is_doubled(entity: JsonObject, former: JsonObject) -> bool:
    return former["type"] == entity["type"] and _contains(former, entity)


def _outside(entity: JsonObject, literal: list[JsonObject]) -> list[JsonObject]:
    """What is left of an entity beside the literal ones."""
    position, end = _range(entity)
    pieces: list[JsonObject] = []
    for hole_start, hole_end in map(_range, literal):
        if hole_end <= position or hole_start >= end:
            continue
        if hole_start > position:
            pieces.append({**entity, "offset": position, "length": hole_start - position})
        position = hole_end
    if position < end:
        pieces.append({**entity, "offset": position, "length": end - position})
    return pieces
