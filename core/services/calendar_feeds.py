"""Calendar feeds: an address with a secret, under which calendar programs read a user's appointments.

Only the hash of the secret is kept, as with invitations: it is shown once, when it is made, and another one takes
its place whenever the user wishes.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select

from core.enums import FunctionalOption, Language, UserState
from core.errors import NotFound
from core.models import CalendarFeed, User
from core.queries.agenda import Stretch
from core.queries.calendar import CalendarEvent, load_event, load_events, load_upcoming
from core.repositories import users
from core.repositories.access import get_visible_interaction
from core.repositories.options import load_off, require_option, types_but
from core.rules.user_day import Span, user_day
from core.services.work import Works
from core.values import Caller, InteractionId, Ref, RefKind

BEHIND = timedelta(days=30)
AHEAD = timedelta(days=180)
"""What a feed holds, seen from the day of its reader."""

SECRET_LENGTH = 43
SETTINGS = "calendar"
"""The screen of a user's feed."""

NOWHERE = "zveno.invalid"
"""The host of a product that is not reached from outside (RFC 2606)."""

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class FeedView:
    """How a user's feed stands.

    Attributes:
        is_possible: Whether the product can be reached from outside at all (PUBLIC_URL).
        created_at: When its address was made; None: there is none.
        sends_files: Whether a calendar file comes along when a meeting is planned.
    """

    is_possible: bool
    created_at: datetime | None
    sends_files: bool


@dataclass(frozen=True, slots=True)
class FeedContent:
    """What a feed tells, and whose it is."""

    name: str
    language: Language
    timezone: str
    events: tuple[CalendarEvent, ...]


class CalendarFeeds:
    """Making, reading and revoking feeds, and events one by one.

    Attributes:
        host: Where the product lives: makes the identities of events those of this place alone.

    Args:
        works: Database and clock.
        public_url: Where the product is reached from outside; None: feeds cannot be.
    """

    def __init__(self, works: Works, public_url: str | None) -> None:
        self._works = works
        self._public_url = public_url
        self.host = (urlsplit(public_url).hostname if public_url else None) or NOWHERE

    async def get_feed(self, caller: Caller) -> FeedView:
        """How the caller's feed stands."""
        async with self._works.database.reading() as session:
            feed = await session.get(CalendarFeed, caller.user_id)
            user = await session.get_one(User, caller.user_id)
            return FeedView(
                self._public_url is not None, feed.created_at if feed else None, user.calendar_files
            )

    async def renew(self, caller: Caller) -> str | None:
        """Make a new address; the one before stops working.

        Returns:
            The address, which nobody can be shown again; None where the product cannot be reached from outside.

        Raises:
            OptionOff: `other_interactions` is off.
        """
        if self._public_url is None:
            return None
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        async with self._works.begin(caller, "renew_calendar") as work:
            await require_option(work.session, FunctionalOption.OTHER_INTERACTIONS)
            of = Ref(RefKind.USER, caller.user_id)
            feed = await work.session.get(CalendarFeed, caller.user_id, with_for_update=True)
            if feed is None:
                feed = CalendarFeed(user_id=caller.user_id, secret_sha256=_hash(secret), created_at=work.now)
                await work.add(feed, of=of)
            else:
                work.change(feed, of=of, secret_sha256=_hash(secret), created_at=work.now)
        return f"{self._public_url}/calendar/{secret}.ics"

    async def revoke(self, caller: Caller) -> None:
        """Have the address stop working; there being none is no error."""
        async with self._works.begin(caller, "revoke_calendar") as work:
            feed = await work.session.get(CalendarFeed, caller.user_id, with_for_update=True)
            if feed is not None:
                await work.remove(feed, of=Ref(RefKind.USER, caller.user_id))
            work.confirm(SETTINGS, note="calendar_revoked")

    async def send_files(self, caller: Caller, *, wanted: bool) -> None:
        """Choose whether a calendar file comes along when a meeting is planned."""
        async with self._works.begin(caller, "set_calendar_files") as work:
            user = await users.get_user(work.session, caller.user_id)
            work.change(user, of=Ref(RefKind.USER, user.id), calendar_files=wanted)
            work.confirm(SETTINGS, note="calendar_files_set")

    async def read(self, secret: str) -> FeedContent | None:
        """What the feed with this secret tells; None where there is none that is read now.

        A secret is looked up by its hash: how long that takes tells nothing of those there are.
        """
        now = self._works.clock.now()
        async with self._works.database.reading() as session:
            user = await session.scalar(
                select(User)
                .join(CalendarFeed, CalendarFeed.user_id == User.id)
                .where(CalendarFeed.secret_sha256 == _hash(secret), User.state == UserState.ACTIVE)
            )
            off = await load_off(session)
            if user is None or FunctionalOption.OTHER_INTERACTIONS in off:
                return None
            stretch = Stretch(user.id, user_day(now, user.timezone), 1, types_but(off))
            span = Span(now - BEHIND, now + AHEAD)
            events = await load_events(session, stretch, span)
            repeated = await load_upcoming(session, stretch, Span(now, span.end))
            return FeedContent(user.name, user.language, user.timezone, (*events, *repeated))

    async def event(self, caller: Caller, interaction_id: InteractionId) -> CalendarEvent:
        """A plan, call or meeting as an event.

        Raises:
            NotFound: There is none for the caller; letters and SMS are no events.
        """
        async with self._works.database.reading() as session:
            await get_visible_interaction(session, caller, interaction_id)
            event = await load_event(session, interaction_id)
            if event is None or not event.is_event:
                raise NotFound(Ref(RefKind.INTERACTION, interaction_id))
            return event


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
