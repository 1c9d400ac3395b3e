"""Which letters do Message-ID, In-Reply-To and References name? (RFC 5322, 3.6.4)."""

import re

MAX_IDS = 100
"""Of a longer list the first and the latest are kept: the root of a thread and the nearest ancestors."""

_BRACKETED = re.compile(r"<([^<>]{1,998})>")
_BARE = re.compile(r"[^\s<>,;\"]{1,998}@[^\s<>,;\"]{1,998}")
_UNWANTED = re.compile(r"[\s\x00-\x1f\x7f]+")


def parse_message_ids(raw: bytes) -> tuple[str, ...]:
    """Ids in order, each once, without brackets and without the blanks that folding leaves in them."""
    text = raw.decode("utf-8", "replace")
    found = [_UNWANTED.sub("", match) for match in _BRACKETED.findall(text)]
    if not any(found):
        found = [_UNWANTED.sub("", match) for match in _BARE.findall(text)]
    ids = list(dict.fromkeys(one for one in found if one))
    return tuple(ids) if len(ids) <= MAX_IDS else (ids[0], *ids[-(MAX_IDS - 1) :])
