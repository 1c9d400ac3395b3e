"""Did a person write this letter? (domain.md S1: automatic mail that answers nothing starts no chain).

RFC 3834 (automatic responses), RFC 3464 and 6522 (reports), RFC 8098 (receipts), RFC 2369, 2919 and 8058
(lists), and the fields in use before them. The sender's words in topic or text never count.
"""

import re

from core.enums import MailClass
from mail.header_fields import Fields
from mail.mime import Part

_AUTO_REPLY_FIELDS = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply")
_REPLY_PRECEDENCE = frozenset({"auto_reply", "auto-reply"})
_BULK_PRECEDENCE = frozenset({"bulk", "junk"})
_DAEMON = re.compile(rb"(?:mailer-daemon|postmaster)@", re.IGNORECASE)


def classify(root: Part) -> MailClass:
    """The class of a letter, from its fields and its outermost structure."""
    if _is_bounce(root):
        return MailClass.BOUNCE
    if _is_auto_reply(root):
        return MailClass.AUTO_REPLY
    return _classify_list(root.fields)


def _is_bounce(root: Part) -> bool:
    if root.content_type.value == "multipart/report":
        kind = root.content_type.parameters.get("report-type", "").lower()
        if kind in {"delivery-status", ""}:
            return True
    if root.fields.has("x-failed-recipients"):
        return True
    sender = root.fields.first("from") or b""
    return _word(root.fields, "return-path") == "<>" and _DAEMON.search(sender) is not None


def _is_auto_reply(root: Part) -> bool:
    if root.content_type.value == "multipart/report":
        return True  # A receipt or another report about a letter of ours.
    fields = root.fields
    submitted = _word(fields, "auto-submitted").partition(";")[0].strip()
    if submitted not in {"", "no"} and not _is_from_list(fields):
        return True
    suppressed = _word(fields, "x-auto-response-suppress")
    return (
        any(_word(fields, name) not in {"", "no"} for name in _AUTO_REPLY_FIELDS)
        or _word(fields, "precedence") in _REPLY_PRECEDENCE
        or (suppressed != "" and _word(fields, "return-path") == "<>")
    )


def _is_from_list(fields: Fields) -> bool:
    return fields.has("list-id") or fields.has("list-post") or fields.has("list-unsubscribe")


def _classify_list(fields: Fields) -> MailClass:
    precedence = _word(fields, "precedence")
    if fields.has("list-post") or fields.has("mailing-list") or precedence == "list":
        return MailClass.NEWSLETTER if _word(fields, "list-post") == "no" else MailClass.LIST
    if (
        fields.has("list-unsubscribe")
        or fields.has("list-unsubscribe-post")
        or precedence in _BULK_PRECEDENCE
    ):
        return MailClass.NEWSLETTER
    return MailClass.LIST if fields.has("list-id") else MailClass.NORMAL


def _word(fields: Fields, name: str) -> str:
    return (fields.first(name) or b"").decode("ascii", "replace").strip().lower()
