"""What the chat consists of: every module of handlers and screens is named here, once."""

from bot.handlers import (
    capture,
    deal,
    navigation,
    organisation,
    picking,
    preferences,
    promotion,
    start,
    subject,
    unsorted,
)
from bot.screens import belongs as belongs_screens
from bot.screens import deal as deal_screens
from bot.screens import deal_end as deal_end_screens
from bot.screens import deal_list as deal_list_screens
from bot.screens import deal_people as deal_people_screens
from bot.screens import help as help_screens
from bot.screens import interaction as interaction_screens
from bot.screens import organisation as organisation_screens
from bot.screens import people as people_screens
from bot.screens import preferences as preference_screens
from bot.screens import promotion as promotion_screens
from bot.screens import subject as subject_screens
from bot.screens import trouble as trouble_screens

VERB_TABLES = (
    capture.verbs,
    deal.verbs,
    navigation.verbs,
    organisation.verbs,
    picking.verbs,
    preferences.verbs,
    promotion.verbs,
    start.verbs,
    subject.verbs,
    unsorted.verbs,
)
"""Verbs, guided dialogs and takers of content."""

SCREEN_TABLES = (
    belongs_screens.screens,
    deal_screens.screens,
    deal_end_screens.screens,
    deal_list_screens.screens,
    deal_people_screens.screens,
    help_screens.screens,
    interaction_screens.screens,
    organisation_screens.screens,
    people_screens.screens,
    preference_screens.screens,
    promotion_screens.screens,
    subject_screens.screens,
    trouble_screens.screens,
)
"""Screens by address."""
