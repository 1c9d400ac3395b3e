"""What becomes of every kind of update and of message that Telegram knows (architecture.md rule 5).

Nothing is dropped in silence: a kind is either taken, answered with what can be done instead, or ignored here
by name with the reason. A test holds these tables against aiogram's.
"""

from enum import StrEnum

from aiogram.enums import ContentType


class Fate(StrEnum):
    """What is done with a kind."""

    TAKEN = "taken"
    DECLINED = "declined"
    """The sender is told that nothing was saved, and what can be done."""
    NOT_ASKED_FOR = "not_asked_for"
    """Telegram is told not to send it; should it come, it is finished with a line in the log."""


UPDATES: dict[str, Fate] = {
    "message": Fate.TAKEN,
    "edited_message": Fate.TAKEN,
    "callback_query": Fate.TAKEN,
    "my_chat_member": Fate.TAKEN,
    "channel_post": Fate.NOT_ASKED_FOR,
    "edited_channel_post": Fate.NOT_ASKED_FOR,
    "business_connection": Fate.NOT_ASKED_FOR,
    "business_message": Fate.NOT_ASKED_FOR,
    "edited_business_message": Fate.NOT_ASKED_FOR,
    "deleted_business_messages": Fate.NOT_ASKED_FOR,
    "guest_message": Fate.NOT_ASKED_FOR,
    "message_reaction": Fate.TAKEN,
    "message_reaction_count": Fate.NOT_ASKED_FOR,
    "inline_query": Fate.NOT_ASKED_FOR,
    "chosen_inline_result": Fate.NOT_ASKED_FOR,
    "shipping_query": Fate.NOT_ASKED_FOR,
    "pre_checkout_query": Fate.NOT_ASKED_FOR,
    "purchased_paid_media": Fate.NOT_ASKED_FOR,
    "poll": Fate.NOT_ASKED_FOR,
    "poll_answer": Fate.NOT_ASKED_FOR,
    "chat_member": Fate.NOT_ASKED_FOR,
    "chat_join_request": Fate.NOT_ASKED_FOR,
    "chat_boost": Fate.NOT_ASKED_FOR,
    "removed_chat_boost": Fate.NOT_ASKED_FOR,
    "managed_bot": Fate.NOT_ASKED_FOR,
    "subscription": Fate.NOT_ASKED_FOR,
    "stopped_message_generation": Fate.NOT_ASKED_FOR,
}

ALLOWED_UPDATES = [kind for kind, fate in UPDATES.items() if fate is Fate.TAKEN]
"""What Telegram is asked to send."""


class Content(StrEnum):
    """How a message is taken, whatever Telegram calls its content."""

    TEXT = "text"
    CONTACT = "contact"
    LOCATION = "location"
    FILE = "file"
    """Has bytes that could be kept, and perhaps a caption."""
    SERVICE = "service"
    """Tells of the chat itself, not written by the user: nothing to save and nothing to answer."""
    OTHER = "other"
    """Nothing that could be kept: declined."""


_FILES = {
    ContentType.ANIMATION,
    ContentType.AUDIO,
    ContentType.DOCUMENT,
    ContentType.LIVE_PHOTO,
    ContentType.PHOTO,
    ContentType.VIDEO,
    ContentType.VIDEO_NOTE,
    ContentType.VOICE,
}
_OTHERS = {
    ContentType.UNKNOWN,
    ContentType.PAID_MEDIA,
    ContentType.STICKER,
    ContentType.STORY,
    ContentType.CHECKLIST,
    ContentType.DICE,
    ContentType.GAME,
    ContentType.POLL,
    ContentType.INVOICE,
    ContentType.GIFT,
    ContentType.UNIQUE_GIFT,
    ContentType.GIVEAWAY,
    ContentType.GIVEAWAY_WINNERS,
    ContentType.WEB_APP_DATA,
    ContentType.PASSPORT_DATA,
    ContentType.USERS_SHARED,
    ContentType.USER_SHARED,
    ContentType.CHAT_SHARED,
    ContentType.RICH_MESSAGE,
}
_SERVICES = {
    ContentType.NEW_CHAT_MEMBERS,
    ContentType.LEFT_CHAT_MEMBER,
    ContentType.CHAT_OWNER_LEFT,
    ContentType.CHAT_OWNER_CHANGED,
    ContentType.NEW_CHAT_TITLE,
    ContentType.NEW_CHAT_PHOTO,
    ContentType.DELETE_CHAT_PHOTO,
    ContentType.GROUP_CHAT_CREATED,
    ContentType.SUPERGROUP_CHAT_CREATED,
    ContentType.CHANNEL_CHAT_CREATED,
    ContentType.MESSAGE_AUTO_DELETE_TIMER_CHANGED,
    ContentType.MIGRATE_TO_CHAT_ID,
    ContentType.MIGRATE_FROM_CHAT_ID,
    ContentType.PINNED_MESSAGE,
    ContentType.SUCCESSFUL_PAYMENT,
    ContentType.REFUNDED_PAYMENT,
    ContentType.GIFT_UPGRADE_SENT,
    ContentType.CONNECTED_WEBSITE,
    ContentType.WRITE_ACCESS_ALLOWED,
    ContentType.PROXIMITY_ALERT_TRIGGERED,
    ContentType.BOOST_ADDED,
    ContentType.CHAT_BACKGROUND_SET,
    ContentType.CHECKLIST_TASKS_DONE,
    ContentType.CHECKLIST_TASKS_ADDED,
    ContentType.DIRECT_MESSAGE_PRICE_CHANGED,
    ContentType.FORUM_TOPIC_CREATED,
    ContentType.FORUM_TOPIC_EDITED,
    ContentType.FORUM_TOPIC_CLOSED,
    ContentType.FORUM_TOPIC_REOPENED,
    ContentType.GENERAL_FORUM_TOPIC_HIDDEN,
    ContentType.GENERAL_FORUM_TOPIC_UNHIDDEN,
    ContentType.GIVEAWAY_CREATED,
    ContentType.GIVEAWAY_COMPLETED,
    ContentType.MANAGED_BOT_CREATED,
    ContentType.PAID_MESSAGE_PRICE_CHANGED,
    ContentType.POLL_OPTION_ADDED,
    ContentType.POLL_OPTION_DELETED,
    ContentType.SUGGESTED_POST_APPROVED,
    ContentType.SUGGESTED_POST_APPROVAL_FAILED,
    ContentType.SUGGESTED_POST_DECLINED,
    ContentType.SUGGESTED_POST_PAID,
    ContentType.SUGGESTED_POST_REFUNDED,
    ContentType.VIDEO_CHAT_SCHEDULED,
    ContentType.VIDEO_CHAT_STARTED,
    ContentType.VIDEO_CHAT_ENDED,
    ContentType.VIDEO_CHAT_PARTICIPANTS_INVITED,
    ContentType.COMMUNITY_CHAT_ADDED,
    ContentType.COMMUNITY_CHAT_REMOVED,
    ContentType.COMMUNITY_CHAT_JOINED,
}

CONTENTS: dict[str, Content] = {
    ContentType.TEXT.value: Content.TEXT,
    ContentType.CONTACT.value: Content.CONTACT,
    ContentType.LOCATION.value: Content.LOCATION,
    ContentType.VENUE.value: Content.LOCATION,
    **{kind.value: Content.FILE for kind in _FILES},
    **{kind.value: Content.OTHER for kind in _OTHERS},
    **{kind.value: Content.SERVICE for kind in _SERVICES},
}


def content_of(content_type: str) -> Content:
    """How a message of this content type is taken; types of a newer Bot API are declined."""
    return CONTENTS.get(content_type, Content.OTHER)
