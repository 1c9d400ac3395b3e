"""The people of an interaction: adding, removing, saying who they are (domain.md P1, P4)."""

from bot.asking import ask
from bot.contact_text import read_contact, split_presentation
from bot.errors import UsageWrong
from bot.i18n import N_
from bot.texts.contacts import read_contact_kind
from bot.turn import Reply, Show, Turn
from bot.verbs import Arguments, VerbTable
from core.enums import ContactKind
from core.rules.participant_text import participant_from_text
from core.services.contacts import ContactDraft
from core.values import ContactId, InteractionId, ParticipantId, RefKind

verbs = VerbTable()

ADD_WORDS = frozenset({"add", "+", "добавить"})
REMOVE_WORDS = frozenset({"remove", "delete", "-", "убрать", "удалить"})
YES_WORDS = frozenset({"yes", "да"})
ME_WORDS = frozenset({"me", "я"})
ORIGINAL_QUESTION = N_("Who wrote it? A name and an e-mail address.")
NEW_WORDS = frozenset({"new", "новый", "новая", "новое"})


def _interaction(arguments: Arguments) -> InteractionId:
    return InteractionId(arguments.ref(RefKind.INTERACTION).id)


def _participant(arguments: Arguments) -> ParticipantId:
    return ParticipantId(arguments.ref(RefKind.PARTICIPANT).id)


@verbs.verb("participant", usage=N_("/participant i5 add John Smith, +7 916 123-45-67"))
async def change_participants(turn: Turn, arguments: Arguments) -> Reply | None:
    """Add or remove a participant; without more they are shown."""
    interaction_id = _interaction(arguments)
    if not arguments:
        return Show(f"participants:{interaction_id}")
    word = arguments.word().casefold()
    if word in REMOVE_WORDS:
        await turn.services.participants.remove(turn.caller, interaction_id, _participant(arguments))
        return None
    if word not in ADD_WORDS:
        raise UsageWrong
    if not arguments:
        question = turn._("Who else? A name, with phone or e-mail if there is one.")
        return ask(turn, "participant", f"i{interaction_id} add", question)
    draft = participant_from_text(arguments.text(), turn.user.country)
    await turn.services.participants.add(turn.caller, interaction_id, draft)
    return None


@verbs.verb("link", usage=N_("/link i5 p2 c4"))
async def link(turn: Turn, arguments: Arguments) -> Reply | None:
    """Say who a participant is: a contact, or a new one; without it the likely ones are shown."""
    interaction_id = _interaction(arguments)
    if not arguments:
        return Show(f"participants:{interaction_id}")
    participant_id = _participant(arguments)
    if not arguments:
        return Show(f"who:{interaction_id}:{participant_id}")
    if arguments.peek().casefold() in NEW_WORDS:
        arguments.word()
        await _introduce(turn, interaction_id, participant_id, arguments.rest)
        return None
    contact_id = ContactId(arguments.ref(RefKind.CONTACT).id)
    await turn.services.participants.link(turn.caller, interaction_id, participant_id, contact_id)
    return None


@verbs.verb("introduce")
async def introduce(turn: Turn, arguments: Arguments) -> None:
    """Make a new person or company of a participant."""
    interaction_id, participant_id = _interaction(arguments), _participant(arguments)
    await _introduce(turn, interaction_id, participant_id, arguments.rest)


async def _introduce(
    turn: Turn, interaction_id: InteractionId, participant_id: ParticipantId, words: str
) -> None:
    found = await turn.services.views.link_candidates(turn.caller, interaction_id, participant_id)
    person, company = split_presentation(found.participant.presentation)
    kind = read_contact_kind(words.strip()) if words.strip() else ContactKind.PERSON
    if kind is not None:
        name = company if kind is ContactKind.PARTNER else person
        draft = ContactDraft(kind, name)
    else:
        said = read_contact(words, turn.user.country)
        draft = ContactDraft(said.kind, said.name, said.addresses, said.partner_id)
    await turn.services.introductions.introduce(turn.caller, interaction_id, participant_id, draft)


@verbs.verb("original", usage=N_("/original i5 John Smith, john@acme.example"))
async def attribute(turn: Turn, arguments: Arguments) -> Reply | None:
    """Say who wrote what a letter forwards: yes, me, or somebody else."""
    interaction_id = _interaction(arguments)
    if not arguments:
        return ask(turn, "original", f"i{interaction_id}", turn._(ORIGINAL_QUESTION))
    words = arguments.text()
    draft = None
    if words.casefold() in YES_WORDS:
        original = (await turn.services.views.interaction_card(turn.caller, interaction_id)).original
        if original is None:
            return Show(f"i{interaction_id}")
        draft = participant_from_text(f"{original.name}, {original.address}", turn.user.country)
    elif words.casefold() not in ME_WORDS:
        draft = participant_from_text(words, turn.user.country)
    await turn.services.participants.attribute(turn.caller, interaction_id, draft)
    return None


@verbs.verb("unlink", usage=N_("/unlink i5 p2"))
async def unlink(turn: Turn, arguments: Arguments) -> None:
    """Say that a participant is not the contact they are linked to."""
    await turn.services.participants.unlink(turn.caller, _interaction(arguments), _participant(arguments))


verbs.question("original", ORIGINAL_QUESTION)
