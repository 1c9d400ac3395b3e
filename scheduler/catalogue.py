"""Every job of the product."""

from scheduler.jobs import purge_updates, send_due_reminders

JOBS = (send_due_reminders.JOB, purge_updates.JOB)
