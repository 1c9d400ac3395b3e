"""Recording an interaction that a person tells of: a call, a meeting, a letter, an SMS, a plan (domain.md I)."""

from dataclasses import replace
from typing import Any

from core.enums import Channel, Direction, InteractionState, InteractionType, LinkReason
from core.errors import TimeInvalid
from core.models import Interaction, User
from core.repositories.options import require_option
from core.rules import times
from core.rules.options import option_of
from core.rules.time_doubt import UnsaidTime
from core.services import planning
from core.services.automatic_links import link_draft
from core.services.recording import Circumstances, OwnerDraft, record_interaction
from core.services.waits import follow_up_if_said
from core.services.work import Work, Works
from core.values import Caller, InteractionDraft, InteractionId, Ref, RefKind, UserId, When

_DIRECTED = frozenset({InteractionType.CALL, InteractionType.EMAIL, InteractionType.SMS})
NEVER_DONE = frozenset({InteractionType.PLANNED})


class Capture:
    """The way in for what people record themselves."""

    def __init__(self, works: Works) -> None:
        self._works = works

    async def record(
        self,
        caller: Caller,
        draft: InteractionDraft,
        *,
        continues: InteractionId | None = None,
        unsaid: UnsaidTime | None = None,
    ) -> InteractionId:
        """Record an interaction, in one transaction, and confirm it with its card.

        What continues nothing and names no subject belongs where its contacts' only work is, or its card asks
        (domain.md S8).

        Args:
            caller: The author; also the responsible unless the draft names another.
            draft: What is known; a missing time takes its default (domain.md I4).
            continues: The interaction that this one follows: it becomes the parent, and its subject as it is
                now is taken (domain.md S7).
            unsaid: A time that was said and cannot be: the confirmation says so.

        Raises:
            OptionOff: This type is switched off.
            TimeInvalid: The times contradict each other or are out of reach.
            NotFound: The subject or the interaction continued is not there for the caller.
        """
        async with self._works.begin(caller, "capture") as work:
            asked: tuple[int, ...] = ()
            if continues is None:
                draft, (_, asked) = await link_draft(work, caller, draft)
            interaction = await record_in(work, caller, draft, continues=continues)
            await follow_up_if_said(work, interaction, draft.text)
            choices = {"subjects": list(asked)} if asked else {}
            told: dict[str, Any] = {"said": unsaid.words} if unsaid is not None else {}
            note = unsaid.why.value if unsaid is not None else "captured"
            work.confirm(Ref(RefKind.INTERACTION, interaction.id), note=note, **told, **choices)
            await _send_file(work, interaction)
            return InteractionId(interaction.id)


async def _send_file(work: Work, interaction: Interaction) -> None:
    """Send the calendar file of a meeting that was just planned along, where its responsible wants that."""
    is_meeting = interaction.type is InteractionType.MEETING and interaction.due_on is None
    if not is_meeting or interaction.state is not InteractionState.PLANNED:
        return
    user = await work.session.get_one(User, interaction.responsible_id)
    if user.calendar_files:
        work.notify(user.id, f"ics:{interaction.id}", note="")


async def record_in(
    work: Work, caller: Caller, draft: InteractionDraft, *, continues: InteractionId | None = None
) -> Interaction:
    """Record an interaction inside a transaction that does more. Raises as `record`."""
    await require_option(work.session, option_of(draft.type))
    if continues is not None:
        draft = replace(draft, parent_id=continues, link_reason=LinkReason.CONTINUES)
    draft = normalise(draft)
    said = draft.when or times.default_when(draft.type, draft.state, work.now)
    when = times.check_when(times.with_length(said, draft.type, draft.state), work.now)
    _check_not_ahead(draft, when, work)
    responsible_id = draft.responsible_id or caller.user_id
    interaction = await record_interaction(
        work,
        draft,
        Circumstances(
            responsible_id=responsible_id,
            when=when,
            owners=(OwnerDraft(responsible_id),),
            author_id=caller.user_id,
            timezone=caller.timezone,
            chat_message=caller.origin.message,
        ),
    )
    await _plan_reminder(work, interaction)
    if responsible_id != caller.user_id:
        notify_assigned(work, interaction, responsible_id)
    return interaction


def normalise(draft: InteractionDraft) -> InteractionDraft:
    """The draft with what its type implies: directions and channels where they exist, and nowhere else (I1)."""
    direction = draft.direction
    if draft.type not in _DIRECTED:
        direction = None
    elif direction is None:
        direction = Direction.OUT
    is_sms = draft.type is InteractionType.SMS
    is_call = draft.type is InteractionType.CALL
    return replace(
        draft,
        direction=direction,
        channel=(draft.channel or Channel.SMS) if is_sms else None,
        result=draft.result if is_call else None,
        duration=draft.duration if is_call else None,
        state=InteractionState.PLANNED if draft.type in NEVER_DONE else draft.state,
        tags=tuple(tag.strip().lstrip("#").casefold() for tag in draft.tags if tag.strip("# ")),
    )


def _check_not_ahead(draft: InteractionDraft, when: When, work: Work) -> None:
    """What is done cannot have happened later than the day after now, whatever the zone.

    Raises:
        TimeInvalid: It would lie in the future.
    """
    if draft.state is InteractionState.DONE and when.at > work.now + times.AHEAD:
        raise TimeInvalid("when", when.at.isoformat())


async def _plan_reminder(work: Work, interaction: Interaction) -> None:
    if interaction.state is not InteractionState.PLANNED:
        return
    user = await work.session.get_one(User, interaction.responsible_id)
    await planning.add_default_reminder(work, interaction, user)


def notify_assigned(work: Work, interaction: Interaction, user_id: UserId | int) -> None:
    """Tell a user that somebody put an interaction on their worklist."""
    work.notify(user_id, Ref(RefKind.INTERACTION, interaction.id), note="assigned")
