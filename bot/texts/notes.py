"""The words beside a card that say what has just happened: codes of the core's confirmations and notices."""

from collections.abc import Mapping
from typing import Any

from bot.html import Html, esc, fill, join, lines, shorten
from bot.i18n import N_
from bot.reader import Reader
from bot.texts.meetings import MEETING_NOTES, moved_word
from bot.texts.oauth import ENDS, OTHER_END
from bot.texts.reminders import reminder_word
from bot.texts.rooms import ROOM_EVENTS, ROOM_NOTES

NOTES = {
    "answer": N_("An answer came"),
    "answered_already": N_("There is an answer already"),
    "assigned": N_("This is yours now"),
    "attached": N_("Attached"),
    "away_called_off": N_("Called off"),
    "away_over": N_("Welcome back"),
    "away_set": N_("Days off are noted"),
    "away_set_for_you": N_("Days off were noted for you"),
    "attributed": N_("Noted who wrote it"),
    "awake": N_("⏰ Put off until now"),
    "bounced": N_("⚠️ A letter was not delivered"),
    "calendar_files_set": N_("Files of meetings are set"),
    "calendar_revoked": N_("The calendar's address works no more"),
    "captured": N_("Recorded"),
    "carried_out": N_("Done"),
    "choose_subject": N_("Two subjects claim this letter"),
    "certificate_not_verified": N_("⚠️ The server's certificate is not checked any more"),
    "certificate_verified": N_("The server's certificate is checked"),
    "closed": N_("Closed"),
    "commented": N_("Comment added"),
    "contact_changed": N_("Contact changed"),
    "contact_created": N_("Contact created"),
    "deal_created": N_("Deal created"),
    "deals_merged": N_("The two deals are one now"),
    "deal_split": N_("A deal of its own now"),
    "deleted": N_("Deleted; it can be restored"),
    "demand_added": N_("Written down as demand"),
    "demand_changed": N_("Noted; what was first asked is kept"),
    "demand_met": N_("Noted"),
    "demand_unsettled": N_("Not closed yet: how far was each met, and why not wholly?"),
    "demand_removed": N_("Removed; /undo brings it back"),
    "discard_mailbox": N_("Not connected: nothing was taken, the password is forgotten"),
    "digest_set": N_("When it is told is set"),
    "edited": N_("Changed"),
    "erased": N_("Erased for good"),
    "follow_up_set": N_("⏳ If nobody answers, you are told"),
    "follow_up_stopped": N_("Waiting no longer"),
    "handed_over": N_("Handed over"),
    "holidays_set": N_("Public holidays are set"),
    "hours_set": N_("Working hours are set"),
    "hushed": N_("Left out of the silent ones; /undo brings it back"),
    "unhushed": N_("Among the silent ones again"),
    "kind_changed": N_("The kind of deals is changed"),
    "language_set": N_("The language is set"),
    "letter": N_("A letter came"),
    "letters": N_("Letters came"),
    "linked": N_("Linked"),
    "list_archived": N_("It is in use: archived, history keeps it"),
    "list_changed": N_("The list is changed"),
    "lost": N_("Lost"),
    "letter_dismissed": N_("Dismissed; /undo takes it back"),
    "letter_retried": N_("It is on its way again"),
    "mail_gap": N_("⚠️ Letters are missing"),
    "mailbox_connected_for_you": N_("An administrator has connected your mailbox"),
    "mailbox_added": N_("Mailbox added"),
    "mailbox_back": N_("The mail server answers again"),
    "mailbox_connected": N_("The mailbox is connected"),
    "mailbox_password_set": N_("The password is set"),
    "mailbox_stopped": N_("⚠️ A mailbox has stopped"),
    "mailbox_unreachable": N_("⚠️ A mailbox cannot be reached"),
    "merged": N_("Merged"),
    "mirror_seen_off": N_("The mail server is left alone"),
    "mirror_seen_on": N_("Reviewed letters are marked as read on the mail server"),
    "mailbox_shared": N_("Shared; it can be taken back"),
    "no_answer": N_("⏳ No answer yet"),
    "not_business": N_("Noted"),
    "oauth_failed": N_("⚠️ The mailbox is not connected"),
    "option_off": N_("Switched off"),
    "option_on": N_("Switched on"),
    "pause_mailbox": N_("Paused"),
    "overdue_given": N_("Overdue plans are yours now"),
    "overdue_handed_over": N_("Handed over"),
    "participant_added": N_("Participant added"),
    "participant_removed": N_("Participant removed"),
    "plan_dropped": N_("Cancelled"),
    "plan_moved": N_("Moved"),
    "promise_broken": N_("Noted as broken"),
    "promise_due": N_("🤝 A promise is due"),
    "promise_kept": N_("Noted as kept"),
    "promise_noted": N_("The promise is noted"),
    "promise_put_off": N_("The promise has another time"),
    "promise_withdrawn": N_("It counts no more"),
    "promoted": N_("Created"),
    "quarantined": N_("⚠️ Letters could not be taken"),
    "reminder": N_("⏰ Reminder"),
    "default_reminders_set": N_("Reminders ahead are set"),
    "quiet_set": N_("Quiet hours are set"),
    "reminder_late": N_("⏰ While I was away"),
    "reminder_removed": N_("The reminder is off"),
    "reminder_set": N_("The reminder is set"),
    "reminders_missed": N_("⏰ While I was away"),
    "user_unreachable": N_("⚠️ Reminders do not reach somebody: their chat takes no messages"),
    "reason_unknown": N_("That reason is not on the list; nothing was changed"),
    "routing_set": N_("Routing is set"),
    "rule_added": N_("The rule holds from now on"),
    "rule_broken": N_("⚠️ A rule names something that is gone, and is skipped"),
    "rule_moved": N_("The rule has another place now"),
    "rule_removed": N_("The rule is removed"),
    "reopened": N_("Reopened"),
    "repeat_set": N_("It repeats"),
    "repeat_stopped": N_("It repeats no more"),
    "remove_mailbox": N_("Removed; what was captured stays"),
    "restored": N_("Restored"),
    "resume_mailbox": N_("Watched again"),
    "reviewed": N_("Reviewed"),
    "role_set": N_("The role is set"),
    "settled": N_("Settled"),
    "snoozed": N_("Put off"),
    "standing_in": N_("You stand in"),
    "stage_moved": N_("Moved to another stage"),
    "subject_alone": N_("It belongs there now, by itself"),
    "subject_changed": N_("It belongs elsewhere by now; nothing was done"),
    "subject_chain": N_("Its whole chain belongs there now"),
    "subject_nothing": N_("Nothing to change: it belongs there already"),
    "subject_reopened": N_("Reopened"),
    "taken": N_("It is yours now"),
    "thread_shared": N_("The thread is shared; it can be taken back"),
    "unshared": N_("Private again"),
    "tagged": N_("Tag added"),
    "task_renewed": N_("Planned again"),
    "team_joined": N_("Joined the team"),
    "team_left": N_("Left the team"),
    "timezone_set": N_("The time zone is set"),
    "timezone_set_for_you": N_("Your time zone was set"),
    "time_past": N_("Saved for the next half hour, because “{said}” is past; 📅 Move sets another time"),
    "time_unread": N_("Saved for the next half hour: the time “{said}” was not understood; 📅 Move sets it"),
    "undone": N_("Undone"),
    "unlinked": N_("Unlinked"),
    "unreviewed": N_("To be reviewed again"),
    "untagged": N_("Tag removed"),
    "won": N_("Won"),
    **MEETING_NOTES,
    **ROOM_NOTES,
}
"""Code and what is said. New codes of services belong here."""

FOLDER_LIMIT = 60

COUNTED = {
    "handed_over": N_("Work of /u{user}, who has left, is yours now: {count}"),
    "overdue_given": N_("Overdue plans of /u{user} are yours now: {count}"),
    "overdue_handed_over": N_("Handed over to /u{user}: {count}"),
}
"""Codes that say more when they come with a count and a user: those of notices, not of confirmations."""

SOUNDING = frozenset({"awake", "no_answer", "promise_due", "reminder", "answer"})
"""What may make a sound: reminders, and a client's answer to what the user waits for (conversation.md 10)."""


EVENTS = frozenset(
    {
        "answer",
        "assigned",
        "away_over",
        "away_set_for_you",
        "overdue_given",
        "standing_in",
        "timezone_set_for_you",
        "awake",
        "bounced",
        "choose_subject",
        "letter",
        "letters",
        "mail_gap",
        "mailbox_back",
        "mailbox_connected_for_you",
        "mailbox_connected",
        "mailbox_stopped",
        "mailbox_unreachable",
        "no_answer",
        "promise_due",
        "oauth_failed",
        "quarantined",
        "reminder",
        "reminder_late",
        "reminders_missed",
        "user_unreachable",
        "rule_broken",
        *MEETING_NOTES,
        *ROOM_EVENTS,
    }
)
"""What came of its own accord, said before everything else; the rest confirms what the reader has just done."""


DOUBTS = frozenset({"time_past", "time_unread"})
"""Codes that tell of a time that was said and cannot be."""


def with_note(reader: Reader, note: str, text: Html, about: Mapping[str, Any] | None = None) -> Html:
    """A screen with what has just happened: its first line stays first, since it names the object.

    Nothing is added for no code and for codes of a newer version.

    Args:
        reader: For whom.
        note: The code.
        text: The screen.
        about: What the core told besides the code.
    """
    message = NOTES.get(note)
    if message is None:
        return text
    said = fill("<i>{note}</i>", note=_word(reader, note, message, about or {}))
    return join(" · ", said, text) if note in EVENTS else lines(text, Html(""), said)


def _word(reader: Reader, note: str, message: str, about: Mapping[str, Any]) -> Html:
    count, user = about.get("count"), about.get("user")
    if note == "quarantined" and isinstance(count, int):
        text = reader.ngettext(
            "⚠️ {count} letter could not be taken", "⚠️ {count} letters could not be taken", count
        )
        return fill(text, count=count)
    if note in DOUBTS:
        return fill(reader._(message), said=esc(shorten(str(about.get("said", "")), FOLDER_LIMIT)))
    folder, gap = about.get("folder"), about.get("gap")
    if note == "mail_gap" and isinstance(folder, str) and isinstance(gap, int):
        text = reader.ngettext(
            "⚠️ {count} letter in “{folder}” could not be fetched yet",
            "⚠️ {count} letters in “{folder}” could not be fetched yet",
            gap,
        )
        return fill(text, count=gap, folder=esc(shorten(folder, FOLDER_LIMIT)))
    if note == "oauth_failed":
        why = reader._(ENDS.get(str(about.get("reason", "")), OTHER_END))
        return fill("{what}. {why}", what=esc(reader._(message)), why=esc(why))
    if note in COUNTED and isinstance(count, int) and isinstance(user, int):
        return fill(reader._(COUNTED[note]), count=count, user=user)
    more = moved_word(reader, about) if note == "meeting_moved" else reminder_word(reader, note, about)
    return more if more is not None else esc(reader._(message))
