"""Files on their way to a chat: how large they may be, and what they are called there.

What clients send is never shown or run, only handed out as a document. A name that would start a program when
it is tapped gets an ending that starts nothing, after a warning.
"""

import re

from bot.html import neutral

UPLOAD_LIMIT = 50 * 1024 * 1024
"""Bytes that Telegram lets a bot send."""

NAME_LIMIT = 120
"""Characters; longer names are cut in the middle, so that the ending stays."""

_HARMLESS_ENDING = ".bin"
_ENDING_LIMIT = 12
_FORBIDDEN = re.compile(r'[<>:"|?*]')

_ENDINGS = """
    apk app application appx appref-ms bat chm cmd com cpl dll dmg elf exe gadget hta inf ins iso img isp jar jnlp js
    jse lib lnk mde msc msi msix msp mst nsh one pif ps1 psm1 reg run scf scr sct settingcontent-ms sh shb sys url vb
    vbe vbs vhd vhdx vxd wsc wsf wsh xbap xll
"""
_PROGRAM_ENDINGS = frozenset(_ENDINGS.split())
"""Endings that a system takes for something to run, or to mount and run."""

_PROGRAM_TYPES = frozenset(
    (
        "application/x-msdownload",
        "application/x-msdos-program",
        "application/x-dosexec",
        "application/x-executable",
        "application/x-elf",
        "application/x-mach-binary",
        "application/x-sh",
        "application/x-bat",
        "application/hta",
        "application/java-archive",
        "application/vnd.android.package-archive",
        "application/vnd.microsoft.portable-executable",
        "application/x-ms-shortcut",
        "application/x-msi",
    )
)


def plain_name(name: str) -> str:
    """A name without folders, without what cannot be seen or stored, of a length that every system takes."""
    visible = neutral(name).strip("\u2068\u2069")
    last = re.split(r"[/\\]", visible)[-1]
    clean = " ".join(_FORBIDDEN.sub("_", last).split()).strip(". ")
    if len(clean) <= NAME_LIMIT:
        return clean or "file"
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > _ENDING_LIMIT:
        return clean[:NAME_LIMIT]
    return f"{stem[: NAME_LIMIT - len(ending) - 1].rstrip()}.{ending}"


def is_program(name: str, content_type: str) -> bool:
    """Whether a file might run when it is opened, by its ending or by its declared media type."""
    ending = plain_name(name).rpartition(".")[2].lower()
    return ending in _PROGRAM_ENDINGS or content_type.partition(";")[0].strip().lower() in _PROGRAM_TYPES


def harmless_name(name: str) -> str:
    """The name of a program, with an ending that starts nothing."""
    return f"{plain_name(name)}{_HARMLESS_ENDING}"
