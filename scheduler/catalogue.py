"""Every job of the product."""

from scheduler.jobs import (
    clear_abandoned,
    purge_updates,
    send_due_reminders,
    sweep_blobs,
    tell_import_progress,
    tell_quarantined,
)

JOBS = (
    send_due_reminders.JOB,
    purge_updates.JOB,
    tell_quarantined.JOB,
    tell_import_progress.JOB,
    clear_abandoned.JOB,
    sweep_blobs.JOB,
)
