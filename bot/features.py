"""What the chat consists of: every module of handlers and screens is named here, once."""

from bot.handlers import (
    absence,
    agenda,
    attachment,
    attention,
    calendar,
    capture,
    care,
    contact,
    deal,
    deal_demand,
    deal_merging,
    deal_people,
    deal_room,
    deal_stages,
    digests,
    erasure,
    follow_up,
    kind_setup,
    letter_text,
    mail_rules,
    mailbox,
    mailbox_choices,
    mailbox_connecting,
    mailbox_oauth,
    mailbox_password,
    navigation,
    organisation,
    participant,
    picking,
    plan,
    preferences,
    promise,
    promotion,
    quarantine,
    reminder,
    repeat,
    review,
    rule_making,
    sales_setup,
    start,
    subject,
    unsorted,
    worklist,
)
from bot.screens import absence as absence_screens
from bot.screens import agenda as agenda_screens
from bot.screens import assign as assign_screens
from bot.screens import attachment as attachment_screens
from bot.screens import attention as attention_screens
from bot.screens import belongs as belongs_screens
from bot.screens import calendar as calendar_screens
from bot.screens import choose_subject as choose_subject_screens
from bot.screens import contact as contact_screens
from bot.screens import contact_list as contact_list_screens
from bot.screens import deal as deal_screens
from bot.screens import deal_demand as deal_demand_screens
from bot.screens import deal_end as deal_end_screens
from bot.screens import deal_facts as deal_fact_screens
from bot.screens import deal_list as deal_list_screens
from bot.screens import deal_more as deal_more_screens
from bot.screens import deal_people as deal_people_screens
from bot.screens import deal_room as deal_room_screens
from bot.screens import deal_stages as deal_stage_screens
from bot.screens import digest_settings as digest_setting_screens
from bot.screens import digests as digest_screens
from bot.screens import find as find_screens
from bot.screens import follow_up as follow_up_screens
from bot.screens import free_slots as free_slot_screens
from bot.screens import help as help_screens
from bot.screens import inbox as inbox_screens
from bot.screens import interaction as interaction_screens
from bot.screens import interaction_care as interaction_care_screens
from bot.screens import kind_setup as kind_setup_screens
from bot.screens import letters_came as letters_came_screens
from bot.screens import mail_rules as mail_rule_screens
from bot.screens import mailbox as mailbox_screens
from bot.screens import mailbox_connecting as mailbox_connecting_screens
from bot.screens import organisation as organisation_screens
from bot.screens import participant as participant_screens
from bot.screens import people as people_screens
from bot.screens import preferences as preference_screens
from bot.screens import promise as promise_screens
from bot.screens import promotion as promotion_screens
from bot.screens import quarantine as quarantine_screens
from bot.screens import reminder as reminder_screens
from bot.screens import repeat as repeat_screens
from bot.screens import sales_setup as sales_setup_screens
from bot.screens import sharing as sharing_screens
from bot.screens import subject as subject_screens
from bot.screens import team as team_screens
from bot.screens import trouble as trouble_screens
from bot.screens import worklist as worklist_screens
from bot.screens import zone_moved as zone_moved_screens

VERB_TABLES = (
    agenda.verbs,
    absence.verbs,
    attachment.verbs,
    attention.verbs,
    calendar.verbs,
    capture.verbs,
    care.verbs,
    contact.verbs,
    deal.verbs,
    deal_demand.verbs,
    deal_merging.verbs,
    deal_people.verbs,
    deal_room.verbs,
    deal_stages.verbs,
    digests.verbs,
    erasure.verbs,
    follow_up.verbs,
    kind_setup.verbs,
    letter_text.verbs,
    mail_rules.verbs,
    mailbox.verbs,
    mailbox_choices.verbs,
    mailbox_connecting.verbs,
    mailbox_oauth.verbs,
    mailbox_password.verbs,
    navigation.verbs,
    organisation.verbs,
    participant.verbs,
    picking.verbs,
    plan.verbs,
    preferences.verbs,
    promise.verbs,
    promotion.verbs,
    quarantine.verbs,
    reminder.verbs,
    repeat.verbs,
    review.verbs,
    rule_making.verbs,
    sales_setup.verbs,
    start.verbs,
    subject.verbs,
    unsorted.verbs,
    worklist.verbs,
)
"""Verbs, guided dialogs and takers of content."""

SCREEN_TABLES = (
    attachment_screens.screens,
    worklist_screens.screens,
    interaction_care_screens.screens,
    inbox_screens.screens,
    digest_screens.screens,
    digest_setting_screens.screens,
    find_screens.screens,
    absence_screens.screens,
    team_screens.screens,
    zone_moved_screens.screens,
    assign_screens.screens,
    agenda_screens.screens,
    attention_screens.screens,
    belongs_screens.screens,
    calendar_screens.screens,
    choose_subject_screens.screens,
    contact_screens.screens,
    contact_list_screens.screens,
    deal_screens.screens,
    deal_demand_screens.screens,
    deal_end_screens.screens,
    deal_fact_screens.screens,
    deal_list_screens.screens,
    deal_more_screens.screens,
    deal_people_screens.screens,
    deal_room_screens.screens,
    deal_stage_screens.screens,
    free_slot_screens.screens,
    follow_up_screens.screens,
    help_screens.screens,
    interaction_screens.screens,
    kind_setup_screens.screens,
    letters_came_screens.screens,
    mail_rule_screens.screens,
    sharing_screens.screens,
    mailbox_screens.screens,
    mailbox_connecting_screens.screens,
    organisation_screens.screens,
    participant_screens.screens,
    people_screens.screens,
    preference_screens.screens,
    promise_screens.screens,
    promotion_screens.screens,
    quarantine_screens.screens,
    reminder_screens.screens,
    repeat_screens.screens,
    sales_setup_screens.screens,
    subject_screens.screens,
    trouble_screens.screens,
)
"""Screens by address."""
