"""How does Telegram turn HTML into text and entities?

A scanner of our own instead of html.parser: Telegram's grammar is not HTML's. Every `<` opens a tag, only four named
character references are known, an end tag may be `</>`, and errors are told by byte offset; html.parser would accept
most of what Telegram refuses, and a bot that forgets to escape a name would pass its tests.
Offsets and lengths of entities are UTF-16 code units.
"""

import re
from dataclasses import dataclass, field

from simulator.entity_nesting import settled
from simulator.errors import JsonObject, Violation, violation

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
_OTHER_TAGS = frozenset({"a", "span", "tg-emoji", "blockquote"})
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-z]+));?")
_TAG_NAME = re.compile(r"[^\s>/=\"']*")
_ATTRIBUTE = re.compile(r"\s*([^\s=>/\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
_LINK = re.compile(r"(?i)(?:https?|tg|tonsite)://\S+|mailto:\S+|tel:\S+|[\w-]+(?:\.[\w-]+)+(?:[/?#:]\S*)?")
_MAX_CODE_POINT = 0x10FFFF


def utf16_length(text: str) -> int:
    """Length as Telegram counts entities: characters beyond the basic plane count twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class _OpenTag:
    name: str
    entity: JsonObject
    start: int
    piece: int


@dataclass(slots=True)
class _Scanner:
    source: str
    position: int = 0
    length: int = 0
    pieces: list[str] = field(default_factory=list)
    entities: list[JsonObject] = field(default_factory=list)
    open_tags: list[_OpenTag] = field(default_factory=list)

    def run(self) -> tuple[str, list[JsonObject]]:
        while self.position < len(self.source):
            character = self.source[self.position]
            if character == "<":
                self._tag()
            elif character == "&":
                self._reference()
            else:
                self._plain()
        if self.open_tags:
            raise self._error(f'Can\'t find end tag corresponding to start tag "{self.open_tags[-1].name}"')
        return "".join(self.pieces), settled(self.entities)

    def _emit(self, text: str) -> None:
        self.pieces.append(text)
        self.length += utf16_length(text)

    def _plain(self) -> None:
        ends = [end for mark in "<&" if (end := self.source.find(mark, self.position)) != -1]
        end = min(ends, default=len(self.source))
        self._emit(self.source[self.position : end])
        self.position = end

    def _reference(self) -> None:
        match = _REFERENCE.match(self.source, self.position)
        decoded = _decode_reference(match) if match else None
        if match is None or decoded is None:
            self._emit("&")
            self.position += 1
        else:
            self._emit(decoded)
            self.position = match.end()

    def _tag(self) -> None:
        if self.source.startswith("</", self.position):
            self._end_tag()
        else:
            self._start_tag()

    def _start_tag(self) -> None:
        begin = self.position
        name = self._tag_name(begin + 1)
        if name not in _SIMPLE and name not in _OTHER_TAGS:
            raise self._error(f'Unsupported start tag "{name}"', begin)
        entity = self._entity_of(name, self._attributes(name, begin), begin)
        self.open_tags.append(_OpenTag(name, entity, self.length, len(self.pieces)))

    def _tag_name(self, start: int) -> str:
        match = _TAG_NAME.match(self.source, start)
        name = match.group() if match else ""
        self.position = start + len(name)
        return name.lower()

    def _attributes(self, name: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip_spaces()
            if self.position >= len(self.source):
                raise self._error(f'Unclosed start tag "{name}"', begin)
            if self.source[self.position] == ">":
                self.position += 1
                return attributes
            match = _ATTRIBUTE.match(self.source, self.position)
            if match is None:
                raise self._error(f'Unexpected end of name in the tag "{name}"', self.position)
            value = next((group for group in match.groups()[1:] if group is not None), "")
            attributes[match.group(1).lower()] = _REFERENCE.sub(
                lambda found: _decode_reference(found) or found.group(), value
            )
            self.position = match.end()

    def _skip_spaces(self) -> None:
        while self.position < len(self.source) and self.source[self.position].isspace():
            self.position += 1

    def _end_tag(self) -> None:
        begin = self.position
        name = self._tag_name(begin + 2)
        if not self.open_tags:
            raise self._error("Unexpected end tag", begin)
        opened = self.open_tags.pop()
        if name and name != opened.name:
            expected = (
                f'Unmatched end tag at byte offset {self._byte_offset(begin)}, expected "</{opened.name}>"'
            )
            raise self._error(f'{expected}, found "</{name}>"')
        self._skip_spaces()
        if not self.source.startswith(">", self.position):
            raise self._error("Unclosed end tag", begin)
        self.position += 1
        self._close(opened)

    def _entity_of(self, name: str, attributes: dict[str, str], begin: int) -> JsonObject:
        if name == "a":
            return {"type": "text_link", "url": attributes.get("href", "")}
        if name == "span":
            if attributes.get("class") != "tg-spoiler":
                raise self._error('Tag "span" must have class "tg-spoiler"', begin)
            return {"type": "spoiler"}
        if name == "tg-emoji":
            if not attributes.get("emoji-id", "").isdigit():
                raise self._error("Invalid custom emoji identifier specified")
            return {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
        if name == "blockquote":
            return {"type": "expandable_blockquote" if "expandable" in attributes else "blockquote"}
        language = attributes.get("class", "")
        if name == "code" and language.startswith("language-"):
            return {"type": "code", "language": language.removeprefix("language-")}
        return {"type": _SIMPLE[name]}

    def _close(self, opened: _OpenTag) -> None:
        length = self.length - opened.start
        if length == 0:
            return
        entity = opened.entity
        if opened.name == "a":
            text = "".join(self.pieces[opened.piece :])
            url = entity["url"] or text
            if not _LINK.fullmatch(url):
                return  # Telegram drops a link that leads nowhere and keeps its text.
            entity["url"] = url
        self.entities.append({"offset": opened.start, "length": length, **entity})

    def _byte_offset(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _error(self, text: str, position: int | None = None) -> Violation:
        place = "" if position is None else f" at byte offset {self._byte_offset(position)}"
        return violation(f"can't parse entities: {text}{place}")


def _decode_reference(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, named = match.groups()
    if named is not None:
        return _NAMED.get(named)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code > _MAX_CODE_POINT or 0xD800 <= code <= 0xDFFF:
        return None
    return chr(code)


def parse_html(source: str) -> tuple[str, list[JsonObject]]:
    """Text and entities of Telegram's HTML.

    Raises:
        Violation: "can't parse entities: ...", with the byte offset as Telegram tells it.
    """
    if "<" not in source and "&" not in source:
        return source, []
    return _Scanner(source).run()
