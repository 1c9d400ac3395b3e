"""When a user goes, their open work goes to others (domain.md U4).

In turn, but whole: everything with one subject goes to one receiver. Who recorded what stays as it was.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from core.enums import MailboxState, Role, UserState
from core.errors import Invalid, Missing, NotFound
from core.models import Interaction, InteractionOwner, Promise, Subject, User, Wait
from core.repositories import handover, users
from core.repositories.access import require_role
from core.services.mailbox_connecting import forget_preparing
from core.services.people import check_another_administrator
from core.services.subject_people import join_team
from core.services.work import Work, Works
from core.values import Caller, Ref, RefKind, UserId

OWNER_LEFT = "owner_left"
"""Why a mailbox is paused: a word for the door's texts."""


@dataclass(slots=True)
class _Receivers:
    """Who gets what: each subject goes whole to one of them, in turn."""

    ids: Sequence[UserId]
    _turn: Iterator[UserId] = field(init=False)
    _by_subject: dict[int, UserId] = field(default_factory=dict)
    received: Counter[UserId] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._turn = cycle(self.ids)

    def next(self) -> UserId:
        """The receiver of one thing.

        Raises:
            Missing: There is something to hand over and nobody to take it.
        """
        receiver = next(self._turn, None)
        if receiver is None:
            raise Missing("hand_over_to")
        self.received[receiver] += 1
        return receiver

    def of_subject(self, subject_id: int) -> UserId:
        """The receiver of everything with this subject."""
        if subject_id not in self._by_subject:
            self._by_subject[subject_id] = self.next()
        return self._by_subject[subject_id]


class Handover:
    """Letting a user go."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def deactivate(
        self, caller: Caller | None, user_id: UserId, hand_over_to: Sequence[UserId] = ()
    ) -> None:
        """Deactivate a user and hand over open deals, plans, unreviewed items and contacts, in turn.

        Their mailboxes are paused; nobody else reads them by this alone. Not to be undone; whoever comes back
        comes by a new invitation.

        Raises:
            NotAllowed: The caller is no administrator.
            NotFound: There is no such user, or a receiver is none or not active.
            Invalid: A user cannot hand over to themselves.
            Missing: There is something to hand over and no receiver.
            StateForbids: The user is the only administrator.
        """
        require_role(caller, Role.ADMINISTRATOR, action="deactivate_user")
        async with self._works.begin(caller, "deactivate_user") as work:
            user = await users.get_user(work.session, user_id)
            await check_another_administrator(work.session, user)
            receivers = await _read_receivers(work, user, hand_over_to)
            await _hand_over_deals(work, user, receivers)
            await _hand_over_interactions(work, user, receivers)
            await _hand_over_attention(work, user, receivers)
            for contact in await handover.list_contacts_of(work.session, user.id):
                of = Ref(RefKind.CONTACT, contact.id)
                work.change(contact, of=of, responsible_id=receivers.next())
            for mailbox in await handover.list_mailboxes_of(work.session, user.id, MailboxState.ACTIVE):
                of = Ref(RefKind.MAILBOX, mailbox.id)
                work.change(mailbox, of=of, state=MailboxState.PAUSED, state_reason=OWNER_LEFT)
            for mailbox in await handover.list_mailboxes_of(work.session, user.id, MailboxState.PREPARING):
                await forget_preparing(work, mailbox)
            work.change(user, of=Ref(RefKind.USER, user.id), state=UserState.DEACTIVATED)
            for receiver, count in sorted(receivers.received.items()):
                key = f"handover:{user.id}:{receiver}:{int(work.now.timestamp())}"
                work.notify(receiver, "inbox", note="handed_over", key=key, count=count, user=user.id)


async def _read_receivers(work: Work, user: User, ids: Sequence[UserId]) -> _Receivers:
    wanted = list(dict.fromkeys(ids))
    if user.id in wanted:
        raise Invalid("hand_over_to", str(Ref(RefKind.USER, user.id)))
    active = {one.id for one in await users.list_active_users(work.session, wanted)}
    for one in wanted:
        if one not in active:
            raise NotFound(Ref(RefKind.USER, one))
    return _Receivers(wanted)


async def _hand_over_deals(work: Work, user: User, receivers: _Receivers) -> None:
    for deal in await handover.list_open_deals(work.session, user.id):
        receiver = receivers.of_subject(deal.subject_id)
        work.change(deal, of=Ref(RefKind.DEAL, deal.id), responsible_id=receiver)
        subject = await work.session.get_one(Subject, deal.subject_id)
        await join_team(work, subject, [receiver])


async def _hand_over_interactions(work: Work, user: User, receivers: _Receivers) -> None:
    interactions = await handover.list_open_interactions(work.session, user.id)
    ids = [one.id for one in interactions]
    await work.touch(*ids)
    rows = await handover.list_owner_rows(work.session, ids, [user.id, *receivers.ids])
    places = {(row.interaction_id, row.user_id): row for row in rows}
    new_owner: dict[int, UserId] = {}
    for interaction in interactions:
        receiver = receivers.of_subject(interaction.subject_id)
        new_owner[interaction.id] = receiver
        if interaction.responsible_id == user.id:
            of = Ref(RefKind.INTERACTION, interaction.id)
            work.change(interaction, of=of, responsible_id=receiver)
        left = places.get((interaction.id, user.id))
        await _give_place(work, interaction, left, places.get((interaction.id, receiver)), receiver)
    for reminder in await handover.list_waiting_reminders(work.session, user.id):
        if reminder.interaction_id in new_owner:
            of = Ref(RefKind.INTERACTION, reminder.interaction_id)
            work.change(reminder, of=of, user_id=new_owner[reminder.interaction_id])
    await work.session.flush()


async def _hand_over_attention(work: Work, user: User, receivers: _Receivers) -> None:
    """Promises to be kept or looked after, and answers that are waited for; whoever gets one sees where it was said."""
    rows: list[tuple[Promise | Wait, int]] = [
        *await handover.list_open_promises(work.session, user.id),
        *await handover.list_open_follow_ups(work.session, user.id),
    ]
    for row, subject_id in rows:
        receiver = receivers.of_subject(subject_id)
        work.change(row, of=Ref(RefKind.INTERACTION, row.interaction_id), user_id=receiver)
        key = (row.interaction_id, receiver)
        if await work.session.get(InteractionOwner, key) is None:
            interaction = await work.session.get_one(Interaction, row.interaction_id)
            await work.touch(interaction.id)
            await _give_place(work, interaction, None, None, receiver)
        await work.session.flush()  # What is looked for next may be what was just given.


async def _give_place(
    work: Work,
    interaction: Interaction,
    left: InteractionOwner | None,
    taken: InteractionOwner | None,
    receiver: UserId,
) -> None:
    """Put an interaction on the receiver's worklist as it was on the leaving user's: to be reviewed, or snoozed."""
    of = Ref(RefKind.INTERACTION, interaction.id)
    review_after = left.review_after if left is not None else None
    if left is not None:
        await work.remove(left, of=of)
    if taken is not None:
        if taken.reviewed:
            work.change(taken, of=of, reviewed=False, review_after=review_after)
        return
    row = InteractionOwner(
        interaction_id=interaction.id,
        user_id=receiver,
        reviewed=False,
        review_after=review_after,
        happened_at=interaction.happened_at,
    )
    await work.add(row, of=of)
