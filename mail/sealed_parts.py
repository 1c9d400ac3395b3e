"""What is signed or encrypted: labelled, and left as it is (RFC 1847, 3156, 8551).

A signature is not verified here: a label says what the sender claims, never that it is true.
"""

import re
from collections.abc import Iterator

from mail.mime import Part

_SIGNATURES = {
    "application/pkcs7-signature": "smime_signed",
    "application/x-pkcs7-signature": "smime_signed",
    "application/pgp-signature": "pgp_signed",
}
_CMS = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SIGNED_KINDS = frozenset({"signed-data", "signed-receipt", "certs-only"})
_ARMOUR_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_ARMOUR_SEALED = "-----BEGIN PGP MESSAGE-----"
_SIGNATURE_BLOCK = re.compile(
    r"^-----BEGIN PGP SIGNATURE-----$.*?(?:^-----END PGP SIGNATURE-----$|\Z)", re.MULTILINE | re.DOTALL
)
_SIGNED_START = re.compile(rf"^{_ARMOUR_SIGNED}[ \t]*\n(?:[A-Za-z-]+:[^\n]*\n)*\n?", re.MULTILINE)


def is_signature(part: Part) -> bool:
    """Whether a part is the signature of another one."""
    return part.content_type.value in _SIGNATURES


def label_sealed(root: Part, defects: list[str]) -> None:
    """Note ``smime_signed``, ``smime_encrypted``, ``pgp_signed``, ``pgp_encrypted`` for the letter's parts."""
    defects.extend(dict.fromkeys(label for part in _parts_of(root) if (label := _label_of(part))))


def _label_of(part: Part) -> str | None:
    media, parameters = part.content_type.value, part.content_type.parameters
    if media in _CMS:
        kind = parameters.get("smime-type", "").lower()
        return "smime_signed" if kind in _SIGNED_KINDS else "smime_encrypted"
    if media in {"multipart/encrypted", "application/pgp-encrypted"}:
        return "pgp_encrypted"
    return _SIGNATURES.get(media)


def _parts_of(root: Part) -> Iterator[Part]:
    waiting = [root]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(part.children))


def open_clear_signed(text: str, defects: list[str]) -> str:
    """Text without the armour of a clear signature around it (RFC 9580, 7); an encrypted block stays."""
    if "-----BEGIN PGP" not in text:
        return text
    plain = text.replace("\r\n", "\n")
    if _ARMOUR_SEALED in plain:
        defects.append("pgp_encrypted")
    if _ARMOUR_SIGNED not in plain:
        return plain
    defects.append("pgp_signed")
    plain = _SIGNATURE_BLOCK.sub("", _SIGNED_START.sub("", plain))
    return re.sub(r"^- ", "", plain, flags=re.MULTILINE)
