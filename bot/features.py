"""What the chat consists of: every module of handlers and screens is named here, once."""

from bot.handlers import navigation
from bot.screens import trouble

VERB_TABLES = (navigation.verbs,)
"""Verbs, guided dialogs and takers of content."""

SCREEN_TABLES = (trouble.screens,)
"""Screens by address."""
