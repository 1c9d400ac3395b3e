"""Words that say what became of a plan and what comes next, as `core.rules.plan_answer` compares them.

Case folded, ё as е, in English and Russian.
"""

import re
from enum import StrEnum

from core.enums import InteractionType


class Outcome(StrEnum):
    """What became of a plan."""

    HELD = "held"
    MOVED = "moved"
    NO_SHOW = "no_show"
    NOT_REACHED = "not_reached"
    CANCELLED = "cancelled"


FILLERS = frozenset(
    [
        "he",
        "she",
        "they",
        "it",
        "the",
        "a",
        "was",
        "is",
        "has",
        "have",
        "been",
        "we",
        "client",
        "customer",
        "meeting",
        "call",
        "visit",
        "talk",
        "он",
        "она",
        "они",
        "мы",
        "его",
        "ее",
        "было",
        "был",
        "была",
        "встреча",
        "встречу",
        "звонок",
        "разговор",
        "визит",
        "клиент",
        "там",
        "все",
        "вс",
        "увы",
    ]
)
"""Words that may stand beside an outcome without making it a statement about something else."""

OUTCOMES: tuple[tuple[Outcome, re.Pattern[str]], ...] = tuple(
    (outcome, re.compile(rf"(?:{pattern})(?!\w)"))
    for outcome, pattern in (
        (
            Outcome.NO_SHOW,
            (
                r"no[ -]?show|(?:didn.?t|did not) (?:come|show up|turn up)|nobody (?:came|was there|there)"
                r"|не приш(?:ел|ла|ли)|не яви(?:лся|лась|лись)|не приехал[аи]?|никого не было|никто не пришел"
            ),
        ),
        (
            Outcome.NOT_REACHED,
            (
                r"not reached|no answer|(?:didn.?t|did not|doesn.?t) (?:answer|pick up)|(?:couldn.?t|could not) reach"
                r"|not available|voicemail|busy|не дозвони(?:лся|лась|лись)|недозвон|нет ответа|занято"
                r"|не (?:взял|взяла|взяли|берет|берут|снял|сняла) трубку|трубку не (?:взял|взяла|берет|берут)"
                r"|не (?:отвечает|отвечают|ответил|ответила|ответили)|недоступ(?:ен|на|ны)"
            ),
        ),
        (
            Outcome.CANCELLED,
            (
                r"cancell?ed|called off|cancell?ation|fell through|отмен(?:а|или|ил|ила|илось|илась|ился|ена|ен)"
                r"|не состоял(?:ось|ась|ся)|сорвал(?:ось|ась|ся)"
            ),
        ),
        (
            Outcome.MOVED,
            (
                r"moved|postponed|rescheduled|put off|перенес(?:ли|ла|ти|ен|ена)?|перенос|сдвинул[аи]?|сдвинуть"
                r"|отложил[аи]?|отложена?|отложить"
            ),
        ),
    )
)

KINDS: tuple[tuple[InteractionType, re.Pattern[str]], ...] = (
    (InteractionType.CALL, re.compile(r"(?:called|phoned|rang|(?:по|со|пере)звонил\w*|дозвони\w*)(?!\w)")),
    (InteractionType.MEETING, re.compile(r"(?:met|visited|встретил\w*|встреча|съездил\w*)(?!\w)")),
    (InteractionType.EMAIL, re.compile(r"(?:emailed|e-mailed|написал\w* (?:письмо|на почту))(?!\w)")),
)

NEXT: tuple[tuple[InteractionType, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?:{pattern})(?!\w)"))
    for kind, pattern in (
        (
            InteractionType.CALL,
            (
                r"(?:to )?(?:call|ring|phone)(?: back)?|call back|callback|(?:по|пере|со)звонить(?:ся)?"
                r"|созвон(?:имся)?|звонок|(?:по|пере)звоню|наберу|набрать"
            ),
        ),
        (
            InteractionType.MEETING,
            r"(?:to )?meet(?:ing)?|(?:to )?visit|встретиться|встретимся|встреча|встречу|съездить|заехать|визит",
        ),
        (InteractionType.EMAIL, r"(?:to )?(?:e-?mail|write)(?: to)?|написать|напишу|письмо"),
        (InteractionType.SMS, r"(?:to )?(?:sms|text)|смс"),
        (
            InteractionType.PLANNED,
            (
                r"(?:to )?(?:send|show|bring|prepare|come back|return|follow up|check|remind|discuss|sign|agree)"
                r"|next step|отправить|отправлю|выслать|вышлю|прислать|пришлю|показать|привезти|подготовить|вернуться"
                r"|напомнить|уточнить|проверить|обсудить|подписать|согласовать|связаться|след\w* шаг"
            ),
        ),
    )
)
