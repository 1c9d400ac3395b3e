"""The letters that benchmarks and the kills of an import stand on: well formed, in the mix they claim, the same again."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from bench.support.letters import ANSWERS, OWNER, RUSSIAN, WITH_FILES, WITH_HTML, Correspondence
from mail.parser import parse_letter


def messages(count: int, own: float = 0.25) -> list[EmailMessage]:
    letters = Correspondence(15.0, own=own).letters(count)
    return [message_from_bytes(one.raw, policy=policy.default) for one in letters]


def test_the_same_seed_writes_the_same_letters_and_another_seed_others() -> None:
    first, again, other = (list(Correspondence(seed=seed).letters(20)) for seed in (1, 1, 2))
    assert first == again
    assert {one.raw for one in first}.isdisjoint({one.raw for one in other})


def test_letters_are_well_formed_and_the_product_reads_what_the_standard_library_reads() -> None:
    for letter, message in zip(Correspondence(15.0).letters(60), messages(60), strict=True):
        assert not any(part.defects for part in message.walk())
        parsed = parse_letter(letter.raw).letter
        assert parsed.topic == message["Subject"]
        assert f"<{parsed.message_id}>" == message["Message-ID"]
        assert [one.name for one in parsed.attachments] == [
            one.get_filename() for one in message.iter_attachments()
        ]
        body = message.get_body(("plain",))
        assert body is not None
        assert parsed.text.split() == body.get_content().split()


def test_the_mix_is_the_one_that_is_claimed() -> None:
    found = messages(2_000)
    parts = {
        "russian": (sum(_is_russian(one) for one in found), RUSSIAN),
        "html": (sum(one.get_body(("html",)) is not None for one in found), WITH_HTML),
        "files": (sum(any(True for _ in one.iter_attachments()) for one in found), WITH_FILES),
        "answers": (sum(one["In-Reply-To"] is not None for one in found), ANSWERS),
    }
    for name, (number, share) in parts.items():
        assert abs(number / len(found) - share) < 0.04, name
    assert len({one["From"] for one in found}) > 400


def test_a_letter_weighs_on_average_what_is_asked_for() -> None:
    for mean_kb in (15.0, 46.0):
        sizes = [len(one.raw) for one in Correspondence(mean_kb).letters(3_000)]
        assert abs(sum(sizes) / len(sizes) / 1024 - mean_kb) < 0.1 * mean_kb


def test_answers_refer_to_letters_that_came_before_and_some_are_the_owners() -> None:
    known: set[str] = set()
    for one in messages(300):
        assert set(str(one["References"] or "").split()) <= known
        known.add(str(one["Message-ID"]))
    assert any(OWNER in str(one["From"]) for one in messages(300))
    assert not any(OWNER in str(one["From"]) for one in messages(300, own=0.0))


def _is_russian(message: EmailMessage) -> bool:
    return any("а" <= letter <= "я" for letter in str(message["Subject"]))
