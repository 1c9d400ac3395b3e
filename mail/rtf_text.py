"""The text of a letter that Outlook wrote as compressed RTF (MS-OXRTFCP, MS-OXRTFEX) and nothing else.

Two libraries do it; what they choke on or would take long for gives no text, and a defect that says so.
"""

import compressed_rtf
from striprtf.striprtf import rtf_to_text

MAX_COMPRESSED_BYTES = 64 * 1024
"""Seventeen bytes may come of two: half a megabyte, 0.3 s of processor time, and a hundred pages."""

_SPACES = "\0 \t\r\n"


def unpack_rtf(compressed: bytes, defects: list[str]) -> str:
    """What a PidTagRtfCompressed says, without its looks; empty when it cannot be read.

    Args:
        compressed: Its bytes.
        defects: What was wrong is added here.
    """
    if len(compressed) > MAX_COMPRESSED_BYTES:
        defects.append("tnef_rtf_too_large")
        return ""
    try:
        rtf: bytes = compressed_rtf.decompress(compressed)
        said: str = rtf_to_text(rtf.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call] # it has no types
    except Exception:  # noqa: BLE001 - strangers' bytes in libraries that promise nothing about their errors
        defects.append("tnef_rtf_unreadable")
        return ""
    return said.strip(_SPACES)
