"""Every job of the product."""

from scheduler.jobs import (
    clear_abandoned,
    forget_wait_keys,
    look_at_waits,
    purge_room_words,
    purge_updates,
    send_due_reminders,
    sweep_blobs,
    tell_import_progress,
    tell_quarantined,
    welcome_back,
)

JOBS = (
    send_due_reminders.JOB,
    look_at_waits.JOB,
    forget_wait_keys.JOB,
    purge_updates.JOB,
    purge_room_words.JOB,
    tell_quarantined.JOB,
    tell_import_progress.JOB,
    clear_abandoned.JOB,
    sweep_blobs.JOB,
    welcome_back.JOB,
)
