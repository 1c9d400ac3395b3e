"""Every job of the product."""

from scheduler.jobs import purge_updates, send_due_reminders, tell_quarantined

JOBS = (send_due_reminders.JOB, purge_updates.JOB, tell_quarantined.JOB)
