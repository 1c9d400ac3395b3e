"""The notice about an update that had to be given up."""

from bot.reader import Reader
from bot.screens.base import Address, Screen, ScreenTable
from bot.texts.errors import could_not_save

screens = ScreenTable()


@screens.screen("trouble")
async def show_trouble(reader: Reader, address: Address) -> Screen:
    """Says that something could not be saved, with the code that the log knows it by."""
    return Screen(could_not_save(reader, f"U{address.number()}"))
