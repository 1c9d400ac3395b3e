"""The words of SASL XOAUTH2, as Google and Microsoft publish them: what is said first, and what a refusal says."""

import base64
import binascii
import json

MAX_CHALLENGE_BYTES = 4096
_TOLD = ("status", "scope", "schemes")


def first_answer(login: str, token: str) -> bytes:
    """The initial client response, in base64."""
    return base64.b64encode(f"user={login}\x01auth=Bearer {token}\x01\x01".encode())


def read_challenge(challenge: bytes) -> str:
    """What a refusal says, for the person who runs a check; empty for anything that cannot be read."""
    if len(challenge) > MAX_CHALLENGE_BYTES:
        return ""
    try:
        said = json.loads(base64.b64decode(challenge, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    return ", ".join(f"{key} {said[key]}" for key in _TOLD if isinstance(said.get(key), str | int))
