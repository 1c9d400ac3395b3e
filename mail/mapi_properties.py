"""The properties in a block of MAPI, as TNEF carries them (MS-OXTNEF, 2.1.3.4). Linear, never raising."""

from dataclasses import dataclass

MAX_PROPERTIES = 10_000

_MULTIPLE = 0x1000
_NAMED_FROM = 0x8000
_STRING, _UNICODE, _BINARY, _OBJECT, _LONG = 0x001E, 0x001F, 0x0102, 0x000D, 0x0003
_VARIABLE = frozenset({_STRING, _UNICODE, _BINARY, _OBJECT})
_FIXED_BYTES = {
    0x0002: 4,  # short, padded
    _LONG: 4,
    0x0004: 4,  # float
    0x0005: 8,  # double
    0x0006: 8,  # currency
    0x0007: 8,  # application time
    0x000A: 4,  # error
    0x000B: 4,  # boolean, padded
    0x0014: 8,  # long long
    0x0040: 8,  # time
    0x0048: 16,  # class id
}


class _CutError(Exception):
    """The block ends inside a property, or has one of an unknown type: nothing after it can be found."""


@dataclass(slots=True)
class _Cursor:
    data: bytes
    position: int = 0

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self.take(size), "little")

    def take(self, size: int) -> bytes:
        if size > len(self.data) - self.position:
            raise _CutError
        self.position += size
        return self.data[self.position - size : self.position]

    def take_padded(self, size: int) -> bytes:
        taken = self.take(size)
        self.position += -size % 4
        return taken


def read_properties(data: bytes) -> dict[int, bytes | str | int]:
    """The texts, bytes and numbers of a block by property id, named and multi-valued ones apart.

    Text of one byte a letter stays bytes: which letters they mean is told elsewhere. What stands before a fault
    is returned.
    """
    cursor = _Cursor(data)
    found: dict[int, bytes | str | int] = {}
    try:
        for _ in range(min(cursor.number(), MAX_PROPERTIES)):
            kind, name = cursor.number(2), cursor.number(2)
            if name >= _NAMED_FROM:
                _skip_name(cursor)
            values = _read_values(cursor, kind)
            if len(values) == 1 and name < _NAMED_FROM:
                found.setdefault(name, values[0])
    except _CutError:
        return found
    return found


def _skip_name(cursor: _Cursor) -> None:
    cursor.take(16)
    if cursor.number() == 0:
        cursor.take(4)
    else:
        cursor.take_padded(cursor.number())


def _read_values(cursor: _Cursor, kind: int) -> list[bytes | str | int]:
    base = kind & ~_MULTIPLE
    if base in _VARIABLE:
        return [_read_variable(cursor, base) for _ in range(_count(cursor))]
    size = _FIXED_BYTES.get(base)
    if size is None:
        raise _CutError
    count = _count(cursor) if kind & _MULTIPLE else 1
    return [
        int.from_bytes(cursor.take(size), "little") if base == _LONG else cursor.take(size)
        for _ in range(count)
    ]


def _count(cursor: _Cursor) -> int:
    """How many values follow; each takes four bytes at least, so that a lie is seen at once."""
    count = cursor.number()
    if count * 4 > len(cursor.data) - cursor.position:
        raise _CutError
    return count


def _read_variable(cursor: _Cursor, kind: int) -> bytes | str:
    value = cursor.take_padded(cursor.number())
    return value.decode("utf-16-le", "replace").rstrip("\0") if kind == _UNICODE else value
