"""In which order may letters of a batch be captured together?

Letters that have to do with each other, as answers, as repetitions or under one name, are captured one after the
other, each finding what the former has become. All others go together: many rows, few statements.
"""

from collections.abc import Iterator, Sequence

from core.values import Letter


def cut_waves(letters: Sequence[Letter]) -> list[list[int]]:
    """Places of letters in waves: within a wave none has to do with another, and relations keep their order."""
    waves: list[list[int]] = []
    last: dict[tuple[str, str], int] = {}
    for place, letter in enumerate(letters):
        names = list(_names_of(letter))
        wave = max((last[name] + 1 for name in names if name in last), default=0)
        if wave == len(waves):
            waves.append([])
        waves[wave].append(place)
        last.update(dict.fromkeys(names, wave))
    return waves


def _names_of(letter: Letter) -> Iterator[tuple[str, str]]:
    """What relates letters: the ids they bear or refer to, and the identity of their content."""
    yield "content", letter.content_sha256
    for one in {letter.message_id, *letter.in_reply_to, *letter.references, *letter.own_ids}:
        if one:
            yield "id", one
