"""A quoted letter without marks of its own: its header repeated as text, or a line that says "original message".

Lines are taken as `plain_line` has them, but for what is drawn.
"""

import re
from collections.abc import Sequence

from mail.new_text_attribution import MAX_CHARACTERS

MAX_LINES = 16
"""Lines of a repeated header, those of its long fields too."""

_WANTED = 3
_WANTED_CERTAIN = 2
"""Fields that make a header; fewer where both an address and the time of a day are among them."""

_MAX_WRAPPED = 3

_NAMES = {
    "from": "from|от|от кого|отправитель|von|de|da|van|od|від|expéditeur|från|fra|lähettäjä|gönderen|发件人|差出人|보낸 사람",
    "date": "sent|date|sent at|отправлено|дата|дата и время|gesendet|datum|envoyé|fecha|enviado|enviado el|data|inviato"
    "|verzonden|wysłano|надіслано|skickat|sendt|lähetetty|odesláno|发送时间|日期|送信日時|날짜",
    "to": "to|кому|получатель|an|à|para|a|aan|do|komu|till|til|vastaanottaja|收件人|宛先|받는 사람",
    "cc": "cc|копия|kopie|copie|копія|dw|bcc|скрытая копия",
    "subject": "subject|тема|betreff|objet|asunto|assunto|oggetto|onderwerp|temat|ämne|emne|aihe|předmět|konu|предмет|主题|件名|제목",
    "other": "reply-to|importance|attachments|важность|вложения|priority|organization",
}
_ROLES = {name: role for role, names in _NAMES.items() for name in names.split("|")}
_FIELD = re.compile(
    r"^[>|\s]*(?:\*\*?|_)?([^\W\d_][\w -]{0,20}?) ?(?:\*\*?|_)? ?[:：] ?(?:\*\*?)?(.{0,400})$"
)
_ORIGINAL = re.compile(
    r"^[>|*\s]{0,10}[-_=]{2,} ?(?:original message|original appointment|reply message|исходное сообщение|исходное письмо"
    r"|первоначальное сообщение|оригинальное сообщение|ursprüngliche nachricht|original-nachricht|message d'origine"
    r"|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|wiadomość oryginalna"
    r"|вихідне повідомлення)(?: (?:from|by|от) [^-=_]{1,80})? ?[-_=]*\s*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"^[>|*\s]{0,10}(?:[-_=]{2,} ?(?:forwarded (?:message|letter|by .{0,100})|пересылаемое сообщение|пересланное сообщение"
    r"|перенаправленное сообщение|переадресованное сообщение|пересланное письмо|пересылаемое письмо"
    r"|weitergeleitete nachricht|message transféré|mensaje reenviado|переслане повідомлення)\b.{0,100}"
    r"|begin forwarded message ?:|начало (?:переадресованного|пересылаемого|пересланного) (?:сообщения|письма) ?:)\s*$",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"^[>*\s#=_-]{0,20}(?:please )?(?:type your reply|reply|write|ответьте|напишите ответ|пишите ответ|введите ответ)"
    r"[\w ]{0,40}(?:above this line|выше этой (?:линии|строки)|над этой (?:линией|строкой))[\s*#=_.-]{0,20}$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*(?:[-_=*\u2500\u2014]\s?){3,}$")
_ONE_LINE = re.compile(
    r"^(?:from|от) ?: .{1,150}? (?:sent|date|отправлено|дата) ?: .{4,60}?\d{1,2}:\d{2}", re.IGNORECASE
)
_ADDRESS = re.compile(r"\S@\w")
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}")
_DIGITS = re.compile(r"\d{4}|\d[/.]\d")


def starts_forwarded(line: str) -> bool:
    """Whether a letter that is passed on begins here."""
    return _FORWARD.match(line) is not None


def starts_original(line: str) -> bool:
    """Whether the letter that is answered begins here."""
    return _ORIGINAL.match(line) is not None or _ABOVE.match(line) is not None


def is_rule(line: str) -> bool:
    """Whether a line is only drawn."""
    return len(line) <= MAX_CHARACTERS and _RULE.match(line) is not None


def find_header(lines: Sequence[str], start: int) -> int | None:
    """The end of a header that is repeated from `start` on; None when none is.

    A sender, and two more of date, recipients and topic, with an address or a date among them, so that "From: Omsk,
    To: Kazan" in somebody's own words stays; two fields where there are both.
    """
    if _is_one_line(lines[start]):
        return start + 1
    roles: dict[str, str] = {}
    last, wrapped = "", 0
    place = end = start
    while place < min(len(lines), start + MAX_LINES):
        field = _field_of(lines[place])
        if field is not None:
            last, wrapped = field[0], 0
            roles.setdefault(*field)
            end = place + 1
        elif place == start:
            return None
        elif lines[place].strip("> "):
            wrapped += 1
            if wrapped > _MAX_WRAPPED or last not in {"to", "cc", "subject", "from"} or _is_whole(roles):
                break
            roles[last] += f" {lines[place]}"
        elif _is_whole(roles):
            break
        place += 1
    return end if _is_header(roles) else None


def _field_of(line: str) -> tuple[str, str] | None:
    found = _FIELD.match(line)
    role = _ROLES.get(found[1].strip().lower()) if found is not None else None
    return (role, found[2]) if found is not None and role is not None else None


def _is_whole(roles: dict[str, str]) -> bool:
    return {"from", "date", "to", "subject"} <= roles.keys()


def _is_header(roles: dict[str, str]) -> bool:
    said = " ".join(roles.values())
    date = roles.get("date", "")
    has_address = _ADDRESS.search(said) is not None
    has_date = _CLOCK.search(date) is not None and _DIGITS.search(date) is not None
    known = len(roles.keys() & {"from", "date", "to", "subject", "cc"})
    if has_address and has_date and known >= _WANTED_CERTAIN:
        return True
    return "from" in roles and known >= _WANTED and (has_address or has_date)


def _is_one_line(line: str) -> bool:
    """Whether a line is a header whose fields its HTML has run together."""
    return _ONE_LINE.match(line) is not None
