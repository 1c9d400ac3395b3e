"""Finding by name, phone, address or words, on both databases alike (architecture.md 12)."""

import re
from collections.abc import Collection
from dataclasses import replace

from core.queries import search as views
from core.queries.search import FoundPage
from core.queries.search_hits import ALL_KINDS, SearchTerms
from core.repositories.access import viewer_of
from core.rules.coordinates import parse_email, parse_messenger, parse_phone, phone_tail, plain_text
from core.rules.words import query_words
from core.services.work import Works
from core.values import Caller, RefKind

MAX_QUERY = 500
MIN_DIGITS = 3
"""Fewer last digits of a phone find half of the book."""

MAX_PAGE = 100
_DIGITS = re.compile(r"[+\d\s().\-/]+")


class Search:
    """The one search."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def find(
        self,
        caller: Caller,
        text: str,
        *,
        limit: int = 8,
        offset: int = 0,
        kinds: Collection[RefKind] = ALL_KINDS,
    ) -> FoundPage:
        """What the caller may see of what a text finds: contacts, then deals and the like, then interactions.

        All words must match, the last may be the beginning of one; digits find phones by their end, a whole
        e-mail address or messenger name finds exactly. Any text is a query; one without a word finds nothing.

        Args:
            caller: Whose eyes.
            text: The query.
            limit: Rows at most.
            offset: Rows left out before.
            kinds: What is looked for; deals are found as subjects.
        """
        terms = read_terms(text, caller.country)
        async with self._works.database.reading_aside() as session:
            viewer = await viewer_of(session, caller)
            return await views.find(
                session,
                viewer,
                replace(terms, kinds=frozenset(kinds)),
                limit=min(max(limit, 1), MAX_PAGE),
                offset=max(offset, 0),
            )


def read_terms(text: str, country: str) -> SearchTerms:
    """What a text asks for."""
    query = plain_text(text[:MAX_QUERY])
    address = parse_email(query) or parse_messenger(query)
    if address is not None:
        return SearchTerms(query_words(query), address=(address.kind, address.value))
    tail = ""
    if _DIGITS.fullmatch(query) and sum(map(str.isdecimal, query)) >= MIN_DIGITS:
        phone = parse_phone(query, country)
        tail = phone_tail(phone.value if phone is not None else query)
    return SearchTerms(query_words(query), tail=tail)
