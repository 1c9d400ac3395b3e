"""Letters as the usual mail programs write them, with what is new in each: letters/*.txt, a file a program.

%%% letter plain ru: what the case is about      (or html; the language is the letter's)
the letter: its header fields, a blank line, its body
%%% new                                          (or `%%% same` where nothing is to be cut)
what is new in it
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "letters"

_LETTER, _NEW, _SAME = "%%% letter ", "%%% new\n", "%%% same\n"


class ClientLetter(NamedTuple):
    """A letter of a program; `new` is None where nothing is to be cut."""

    client: str
    case: str
    language: str
    raw: bytes
    new: str | None

    @property
    def name(self) -> str:
        """What a test calls it."""
        return f"{self.client}-{self.language}-{self.case.strip().replace(' ', '_')}"


def read_letters() -> list[ClientLetter]:
    """All letters, program by program."""
    return [one for path in sorted(FOLDER.glob("*.txt")) for one in _read(path)]


def _read(path: Path) -> Iterator[ClientLetter]:
    for block in path.read_text("utf-8").split(_LETTER)[1:]:
        title, _, rest = block.partition("\n")
        kind, language = title.partition(":")[0].split()
        whole, new = rest.split(_NEW) if _NEW in rest else (rest.partition(_SAME)[0], None)
        header, _, body = whole.partition("\n\n")
        fields = f"{header}\nMIME-Version: 1.0\nContent-Type: text/{kind}; charset=utf-8\n\n"
        case = title.partition(":")[2]
        yield ClientLetter(
            path.stem,
            case,
            language,
            (fields + body).encode().replace(b"\n", b"\r\n"),
            None if new is None else new.strip(),
        )
