"""Every refusal of the core has a sentence, in both languages, that says whether anything was saved."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from bot import errors as bot_errors
from bot.html import Html, to_plain
from bot.i18n import load_catalogues
from bot.reader import Reader
from bot.texts.errors import EXPECTED, TABLE, describe
from core import errors
from core.enums import FunctionalOption, LackType, Language, Role
from core.queries.chat_users import ChatUser
from core.values import ContactId, Lack, Origin, Ref, RefKind, UserId
from tests.bot.test_formats import NOW

CATALOGUES = load_catalogues()
REF = Ref(RefKind.DEAL, 7)
SAMPLES: dict[str, Any] = {
    "ref": REF,
    "action": "option",
    "option": FunctionalOption.DEALS,
    "field": "amount",
    "value": "<script>",
    "state": "done",
    "blocking": ("i3", "d7"),
    "candidates": (ContactId(1), ContactId(2)),
    "contact_id": ContactId(4),
    "usage": "/option deals off",
    "name": "offer <1>.pdf",
    "address": "nowhere:1",
    "stage": "<script>",
    "lacks": (Lack(LackType.FIELD, field="amount"),),
    "target": 3,
    "may_override": True,
    "by": "<script>",
    "at": NOW,
    "row_ids": (1, 2),
    "into": Ref(RefKind.DEAL, 8),
    "problems": [(("stages", 0), "<script>")],
}


NEVER_IN_THE_CHAT = (errors.AlreadyFinished, errors.SetupInvalid)
"""An update that came twice is not answered; the file that sets the organisation up belongs to the command line."""


def expected_errors() -> Iterator[type[Exception]]:
    for module in (errors, bot_errors):
        for _, one in inspect.getmembers(module, inspect.isclass):
            if issubclass(one, EXPECTED) and one not in NEVER_IN_THE_CHAT:
                yield one


def build(error: type[Exception]) -> Exception:
    parameters = inspect.signature(error.__init__).parameters.values()
    known = [one for one in parameters if one.name in SAMPLES]
    by_name = {one.name: SAMPLES[one.name] for one in known if one.kind is one.KEYWORD_ONLY}
    return error(*(SAMPLES[one.name] for one in known if one.name not in by_name), **by_name)


def reader(language: Language) -> Reader:
    user = ChatUser(
        id=UserId(1),
        account_id=1,
        name="Anna",
        role=Role.REP,
        language=language,
        timezone="UTC",
        country="RU",
        introduced=True,
        reachable=True,
        department_id=None,
        day_starts=9,
        day_ends=18,
        public_holidays=True,
        dialog=None,
        off=frozenset(),
    )
    unused: Any = None
    return Reader(user, user.caller(Origin()), CATALOGUES.translator(language), unused, NOW)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("error", list(expected_errors()))
def test_every_refusal_has_its_sentence(error: type[Exception], language: Language) -> None:
    said = describe(build(error), reader(language))
    assert isinstance(said, Html)
    assert "<script>" not in said
    plain = to_plain(said)
    assert plain.endswith((".", "…", "/option deals off", str(REF)))
    assert "{" not in plain


def test_every_refusal_is_in_the_table_itself() -> None:
    missing = [one for one in expected_errors() if one not in TABLE and one is not errors.AmountInvalid]
    assert missing == []


@pytest.mark.parametrize("blocking", [("accept_invitation",), ()])
def test_a_step_that_is_never_undone_names_no_objects(blocking: tuple[str, ...]) -> None:
    said = describe(errors.CannotUndo(blocking), reader(Language.EN))
    assert said == "This step cannot be undone. Nothing was changed."
