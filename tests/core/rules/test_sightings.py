"""A server's UIDs against the fates here (domain.md M4)."""

from hypothesis import given
from hypothesis import strategies as st

from core.rules.sightings import Presence, compare

_UIDS = st.frozensets(st.integers(1, 30))


@given(_UIDS, _UIDS, _UIDS)
def test_m4_every_uid_is_in_its_place_once(
    on_server: frozenset[int], known: frozenset[int], left: frozenset[int]
) -> None:
    presence = Presence(present=known - left, gone=known & left)
    compared = compare(on_server, presence)
    assert set(compared.missing) == on_server - known
    assert set(compared.gone) == presence.present - on_server
    assert set(compared.back) == presence.gone & on_server
    after = (presence.present - set(compared.gone)) | set(compared.back) | set(compared.missing)
    assert after == on_server
