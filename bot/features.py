"""What the chat consists of: every module of handlers and screens is named here, once."""

from bot.handlers import navigation, organisation, preferences, start, unsorted
from bot.screens import help as help_screens
from bot.screens import organisation as organisation_screens
from bot.screens import people as people_screens
from bot.screens import preferences as preference_screens
from bot.screens import trouble as trouble_screens

VERB_TABLES = (
    navigation.verbs,
    organisation.verbs,
    preferences.verbs,
    start.verbs,
    unsorted.verbs,
)
"""Verbs, guided dialogs and takers of content."""

SCREEN_TABLES = (
    help_screens.screens,
    organisation_screens.screens,
    people_screens.screens,
    preference_screens.screens,
    trouble_screens.screens,
)
"""Screens by address."""
