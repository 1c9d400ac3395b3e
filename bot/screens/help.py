"""What there is: the short help and the menu of everything else."""

from bot.bottom import present_bottom
from bot.html import Html, bold, esc, lines
from bot.i18n import N_
from bot.reader import Reader
from bot.screens.base import Address, Button, Screen, ScreenTable, act, go, rows
from core.enums import FunctionalOption, Role

screens = ScreenTable()

_HELP: tuple[tuple[str, FunctionalOption | None], ...] = (
    (
        N_("/call /meeting /sms /plan: record one; the text may follow at once"),
        FunctionalOption.OTHER_INTERACTIONS,
    ),
    (N_("/email: record a letter"), FunctionalOption.MAIL_CLIENT),
    (N_("/inbox: what waits for a look"), FunctionalOption.REVIEW_FLAGS),
    (N_("/today /week: plans and reminders"), FunctionalOption.OTHER_INTERACTIONS),
    (N_("/find: a name, a number, an address or words"), None),
    (N_("/deals: work with clients"), FunctionalOption.DEALS),
    (N_("/undo: takes back the last change"), None),
    (N_("/settings: language, time zone, working hours"), None),
)

_RECORD: tuple[tuple[str, str], ...] = (
    (N_("📞 Call"), "call"),
    (N_("🤝 Meeting"), "meeting"),
    (N_("🗓 Plan"), "plan"),
    (N_("💬 SMS"), "sms"),
)

_MORE: tuple[tuple[str, str, FunctionalOption | None], ...] = (
    (N_("🗓 Week"), "week", FunctionalOption.OTHER_INTERACTIONS),
    (N_("🤝 Promises"), "promises:ours:1", FunctionalOption.OTHER_INTERACTIONS),
    (N_("🪧 No next step"), "nonext:deals:1", FunctionalOption.OTHER_INTERACTIONS),
    (N_("🔕 Silence"), "silence:1", FunctionalOption.OTHER_INTERACTIONS),
    (N_("📜 All interactions"), "list", None),
    (N_("⏰ Snoozed"), "snoozed", FunctionalOption.REVIEW_FLAGS),
    (N_("💼 Deals"), "deals", FunctionalOption.DEALS),
    (N_("👤 Contacts"), "contacts", None),
    (N_("👥 Team"), "team", None),
    (N_("⚙️ Settings"), "settings", None),
    (N_("❓ Help"), "help", None),
)


@screens.screen("help")
async def show_help(reader: Reader, _address: Address) -> Screen:
    """What can be written, a line each, with the keyboard at the bottom."""
    title = bold(esc(reader._("What can be written here")))
    offered = [esc(reader._(line)) for line, option in _HELP if not reader.lacks(option)]
    hint = esc(reader._("Any other text is offered as a note. A reference such as /i12 opens its card."))
    return Screen(lines(title, *offered, Html(""), hint), below=await present_bottom(reader))


@screens.screen("more")
async def show_more(reader: Reader, _address: Address) -> Screen:
    """Everything that has no place on the bottom keyboard, as the role and the options allow."""
    buttons: list[Button | None] = []
    if not reader.lacks(FunctionalOption.OTHER_INTERACTIONS):
        buttons.extend(act(reader._(label), verb) for label, verb in _RECORD)
    buttons.extend(
        go(reader._(label), address) for label, address, option in _MORE if not reader.lacks(option)
    )
    if reader.user.role is Role.ADMINISTRATOR:
        buttons.append(go(reader._("🏢 Organisation"), "admin"))
    return Screen(bold(esc(reader._("☰ More"))), rows(buttons))
