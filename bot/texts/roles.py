"""What people call roles, languages and states of users."""

from bot.i18n import N_
from core.enums import Language, Role

ROLES = {
    Role.REP: N_("sales rep"),
    Role.MANAGER: N_("manager"),
    Role.ADMINISTRATOR: N_("administrator"),
}

LANGUAGES = {Language.RU: "Русский", Language.EN: "English"}
"""Each in its own language, for somebody who does not read the present one."""
