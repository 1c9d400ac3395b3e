"""Receiving goes before capturing, but only where letters come by the hundred."""

from mail.inflow import FLOOD_LETTERS, Inflow


def test_somebodys_mail_of_the_minute_is_no_flood() -> None:
    inflow = Inflow()
    for _ in range(100):
        inflow.note(FLOOD_LETTERS - 1)
    assert not inflow.is_flood


def test_an_import_is_one() -> None:
    inflow = Inflow()
    inflow.note(FLOOD_LETTERS)
    assert inflow.is_flood


async def test_a_rest_is_never_long_enough_to_be_noticed_by_whoever_waits_for_a_letter() -> None:
    """And it ends: a flood that is fed no more is over."""
    inflow = Inflow()
    inflow.note(FLOOD_LETTERS)
    while inflow.is_flood:
        await inflow.rest_after(3600.0)
