"""Which letter ended a connection, and when it is given up."""

import pytest

from core.values import FolderId
from mail.errors import (
    ConnectionLost,
    LiteralTooLarge,
    ProtocolViolation,
    ServerSays,
    ServerTimeout,
    ServerUnavailable,
    TryLater,
)
from mail.imap_session import LetterSize
from mail.suspects import CUTS_BORNE, CUTS_BORNE_FOR, REFUSALS_BORNE, TOO_LARGE, UNDELIVERABLE, Suspects

INBOX = FolderId(1)
LETTERS = [LetterSize(uid, 100, None) for uid in (1, 2, 3, 4)]
HOUR = CUTS_BORNE_FOR.total_seconds()


def about(error: TryLater, *uids: int, is_alone: bool = True) -> TryLater:
    error.uids, error.is_alone = uids, is_alone
    return error


def arranged(
    suspects: Suspects, now: float = 0.0, uidvalidity: int = 7
) -> tuple[list[int], list[int], dict[int, str]]:
    found = suspects.arrange(INBOX, uidvalidity, LETTERS, now)
    return (
        [one.uid for one in found.sound],
        [one.uid for one in found.suspected],
        {one.uid: reason for one, reason in found.given_up},
    )


def test_nobody_is_suspected_without_a_reason() -> None:
    assert arranged(Suspects()) == ([1, 2, 3, 4], [], {})


def test_what_was_being_fetched_together_comes_last_and_alone_and_is_never_given_up_for_it() -> None:
    suspects = Suspects()
    for _ in range(100):
        suspects.note(INBOX, 7, about(ProtocolViolation(), 2, 3, is_alone=False), 0.0)
    assert arranged(suspects, now=10 * HOUR) == ([1, 4], [2, 3], {})


def test_of_the_suspected_those_come_first_that_failed_least() -> None:
    suspects = Suspects()
    suspects.note(INBOX, 7, about(ConnectionLost(), 1, 2, 3, is_alone=False), 0.0)
    suspects.note(INBOX, 7, about(ConnectionLost(), 1), 0.0)
    assert arranged(suspects) == ([4], [2, 3, 1], {})


def test_suspicion_holds_for_one_folder_and_one_numbering_only() -> None:
    suspects = Suspects()
    suspects.note(FolderId(2), 7, about(ProtocolViolation(), 2), 0.0)
    suspects.note(INBOX, 6, about(ProtocolViolation(), 3), 0.0)
    assert arranged(suspects) == ([1, 2, 3, 4], [], {})


def test_a_letter_announced_as_too_large_is_given_up_at_once() -> None:
    suspects = Suspects()
    suspects.note(INBOX, 7, about(LiteralTooLarge(2**31, ()), 2), 0.0)
    assert arranged(suspects) == ([1, 3, 4], [], {2: TOO_LARGE})


@pytest.mark.parametrize("error", [ProtocolViolation(), ServerSays("UID FETCH", "NO", "damaged")])
def test_a_letter_that_is_garbled_or_refused_alone_is_given_up_after_the_third_time(error: TryLater) -> None:
    suspects = Suspects()
    for _ in range(REFUSALS_BORNE):
        assert arranged(suspects)[2] == {}
        suspects.note(INBOX, 7, about(error, 2), 0.0)
    assert arranged(suspects) == ([1, 3, 4], [], {2: UNDELIVERABLE})


@pytest.mark.parametrize(
    "error", [ConnectionLost(), ServerTimeout(), ServerSays("UID FETCH", "NO", "[UNAVAILABLE] later")]
)
def test_a_letter_at_which_the_line_is_cut_is_given_up_late(error: TryLater) -> None:
    suspects = Suspects()
    for number in range(CUTS_BORNE):
        suspects.note(INBOX, 7, about(error, 2), float(number))
    assert arranged(suspects, now=HOUR - 1) == ([1, 3, 4], [2], {})
    assert arranged(suspects, now=HOUR) == ([1, 3, 4], [], {2: UNDELIVERABLE})
    few = Suspects()
    few.note(INBOX, 7, about(error, 2), 0.0)
    assert arranged(few, now=100 * HOUR) == ([1, 3, 4], [2], {})


def test_a_server_that_says_that_it_leaves_blames_nobody() -> None:
    suspects = Suspects()
    suspects.note(INBOX, 7, about(ServerUnavailable("shutting down"), 2), 0.0)
    assert arranged(suspects) == ([1, 2, 3, 4], [], {})


def test_with_a_fate_a_letter_begins_anew() -> None:
    suspects = Suspects()
    suspects.note(INBOX, 7, about(LiteralTooLarge(2**31, ()), 2), 0.0)
    suspects.note(INBOX, 7, about(ConnectionLost(), 3), 0.0)
    suspects.clear(INBOX, 7, [2])
    assert arranged(suspects) == ([1, 2, 4], [3], {})
