"""What may be logged of an unexpected error: its class and place, never its words.

Messages of database and codec errors quote the values they failed on, and those are people's letters
(architecture.md rule 10).
"""

import traceback


def describe_fault(error: BaseException) -> dict[str, str]:
    """Fields for a log record: the error's class and the innermost place it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return {"error": type(error).__name__, "at": place}
