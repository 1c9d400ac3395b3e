"""The awkward letters of two public collections, each with what is expected of it: at least nine of ten agree.

What is expected is what the tests of the libraries expect that the letters come from, told by the numbers of lines:
nothing of the letters themselves stands here. Tests of quotations keep the signature; there what is new and the
signature are held against it together.
"""

import logging
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from typing import NamedTuple

import pytest

from mail.body_text import read_body
from mail.html_text import html_to_marked_text
from mail.mime import read_tree
from mail.new_text import NewText, split_letter

CORPUS = Path(__file__).parents[4] / "shared" / "mail-corpus"
TALON = CORPUS / "talon" / "tests" / "fixtures"
ZAPIER = CORPUS / "zapier-email-reply-parser" / "test" / "emails"
WANTED = 0.9

ZAPIER_LINES: dict[str, tuple[list[int], list[int]]] = {
    "correct_sig.txt": ([1], [3, 4]),
    "email_1_1.txt": ([1, 3, 4, 5], [7, 10, 11, 12, 13]),
    "email_1_2.txt": ([1, *range(9, 35)], [48, 49, 50, 51]),
    "email_1_3.txt": ([1, 3], [5, 52, 53, 54, 55]),
    "email_1_4.txt": ([1], []),
    "email_1_5.txt": ([*range(1, 16)], []),
    "email_1_6.txt": ([1, 3], []),
    "email_1_7.txt": ([1], []),
    "email_1_8.txt": ([13, 19], [36, 37]),
    "email_2_1.txt": ([1], []),
    "email_2_2.txt": ([1], []),
    "email_2_3.txt": ([1], []),
    "email_BlackBerry.txt": ([1], [3]),
    "email_bullets.txt": ([1, 3, 5, 8, 9], [20, 22]),
    "email_gmail.txt": ([1], []),
    "email_headers_no_delimiter.txt": ([1], []),
    "email_iPhone.txt": ([1], [3]),
    "email_multi_word_sent_from_my_mobile_device.txt": ([1], [3]),
    "email_one_is_not_on.txt": ([1, 3, 5], []),
    "email_partial_quote_header.txt": ([1, 3, 5, 6], []),
    "email_sent_from_my_not_signature.txt": ([1, 3], []),
    "email_sig_delimiter_in_middle_of_line.txt": ([1, 3, 5, 7], []),
    "greedy_on.txt": ([1, 3, 5, 6], []),
    "pathological.txt": ([1, 2], []),
}
"""The lines of what is new and of the signature."""

TALON_KEPT = {
    "iphone.eml": "Hello Sent from my iPhone",
    "sparrow.eml": "Hello -- xxx Sent with Sparrow (http://www.sparrowmailapp.com/?sig)",
}
"""What stays of the plain letters; of all others it is `TALON_USUAL`."""

TALON_USUAL = "Hello"
TALON_HTML_USUAL = "Hi. I am fine. Thanks, Alex"

logger = logging.getLogger(__name__)

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the collection of awkward letters is not beside the project"
)


class Case(NamedTuple):
    """A letter's parts, and what they are expected to be; without a signature the text is expected to hold it."""

    name: str
    found: NewText
    text: str | None
    signature: str | None

    @property
    def agrees(self) -> bool:
        """Whether they are, apart from blanks."""
        if self.text is None:
            return _squeezed(self.found.signature) == _squeezed(self.signature or "")
        if self.signature is None:
            return _squeezed(self.found.text + self.found.signature) == _squeezed(self.text)
        return (_squeezed(self.found.text), _squeezed(self.found.signature)) == (
            _squeezed(self.text),
            _squeezed(self.signature),
        )


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _zapier() -> Iterator[Case]:
    for path in sorted(ZAPIER.iterdir()):
        text = path.read_text("utf-8")
        lines = text.split("\n")
        new, signature = ("\n".join(lines[one - 1] for one in numbers) for numbers in ZAPIER_LINES[path.name])
        yield Case(path.name, split_letter(text), new, signature)


def _talon_plain() -> Iterator[Case]:
    for path in sorted((TALON / "standard_replies").glob("*.eml")):
        root, _ = read_tree(path.read_bytes())
        kept = TALON_KEPT.get(path.name, TALON_USUAL)
        yield Case(path.name, split_letter(read_body(root, []).marked), kept, None)


def _talon_html() -> Iterator[Case]:
    for path in sorted((TALON / "html_replies").iterdir()):
        yield Case(path.name, _split_html(path.read_text("utf-8")), TALON_HTML_USUAL, None)
    yield Case(
        "hr", _split_html((TALON / "reply-separated-by-hr.html").read_text("utf-8")), "Hi there Bob", None
    )
    yield Case("olk", _split_html((TALON / "OLK_SRC_BODY_SECTION.html").read_text("utf-8")), "Reply", None)
    shared = message_from_bytes((TALON / "reply-quotations-share-block.eml").read_bytes())
    plain, rich = (part.get_payload(decode=True) for part in shared.walk() if not part.is_multipart())
    assert isinstance(plain, bytes)
    assert isinstance(rich, bytes)
    for name, text in (("plain", plain.decode()), ("html", html_to_marked_text(rich.decode()))):
        own = text.split("---")[0]
        yield Case(f"share-block {name}", split_letter(text), own, None)


def _split_html(source: str) -> NewText:
    return split_letter(html_to_marked_text(source))


def _talon_signatures() -> Iterator[Case]:
    folder = TALON / "signature" / "emails"
    for path in sorted((folder / "stripped").glob("*_body")):
        name = path.name.removesuffix("_body")
        signature, sender = (path.with_name(f"{name}_{one}") for one in ("signature", "sender"))
        expected = signature.read_text("utf-8").replace("#sig#", "") if signature.exists() else ""
        senders = sender.read_text("utf-8").split("\n") if sender.exists() else []
        found = split_letter(
            path.read_text("utf-8").replace("#sig#", ""), senders=[one for one in senders if one.strip()]
        )
        yield Case(name, found, None, expected)
    yield from _talon_annotated(folder / "P")


def _talon_annotated(folder: Path) -> Iterator[Case]:
    """Bodies whose lines say themselves what they are."""
    annotated = (folder / "102682_R_S").read_text("utf-8").split("\n\n", 1)[1]
    lines = annotated.split("\n")
    new = "\n".join(one for one in lines if not one.startswith("#"))
    signature = "\n".join(one.removeprefix("#sig#") for one in lines if one.startswith("#sig#"))
    body = annotated.replace("#sig#", "").replace("#reply#", "")
    yield Case("102682", split_letter(body, senders=["John Doe"]), new, signature)
    body = (folder / "johndoeexamplecom_body").read_text("utf-8")
    signature = "".join(one.removeprefix("#sig#") for one in body.split("\n") if one.startswith("#sig#"))
    found = split_letter(body.replace("#sig#", ""), senders=["john@example.com"])
    yield Case("johndoe", found, None, signature)
    body = (folder / "unicode_msg").read_text("utf-8").split("\n", 1)[1]
    yield Case("unicode_msg", split_letter(body), None, "\n".join(body.strip().split("\n")[-2:]))


@pytest.mark.parametrize(
    "collect", [_zapier, _talon_plain, _talon_html, _talon_signatures], ids=lambda one: one.__name__
)
def test_nine_of_ten_letters_of_a_collection_are_told_apart_as_its_own_tests_expect(
    collect: Callable[[], Iterator[Case]],
) -> None:
    cases = list(collect())
    others = [one.name for one in cases if not one.agrees]
    logger.info("%d of %d agree; not %s", len(cases) - len(others), len(cases), others)
    assert len(others) <= (1 - WANTED) * len(cases), others
