"""Every job of the product."""

from scheduler.jobs import (
    carry_on_series,
    clear_abandoned,
    follow_contacts,
    forget_wait_keys,
    look_at_waits,
    purge_room_words,
    purge_updates,
    remind_of_promises,
    renew_rhythms,
    send_due_digests,
    send_due_reminders,
    sweep_blobs,
    tell_import_progress,
    tell_quarantined,
    welcome_back,
)

JOBS = (
    send_due_reminders.JOB,
    send_due_digests.JOB,
    look_at_waits.JOB,
    remind_of_promises.JOB,
    renew_rhythms.JOB,
    forget_wait_keys.JOB,
    carry_on_series.JOB,
    follow_contacts.JOB,
    purge_updates.JOB,
    purge_room_words.JOB,
    tell_quarantined.JOB,
    tell_import_progress.JOB,
    clear_abandoned.JOB,
    sweep_blobs.JOB,
    welcome_back.JOB,
)
