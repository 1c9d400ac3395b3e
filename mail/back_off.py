"""How long to wait before a server that could not be used is tried again?"""

import secrets

from mail.settings import MailSettings


def delay_after(failures: int, settings: MailSettings) -> float:
    """Seconds to wait after so many failures in a row: doubling up to the longest, halved at random at most."""
    longest = settings.longest_delay.total_seconds()
    full = min(longest, settings.first_delay.total_seconds() * 2.0 ** min(failures - 1, 30))
    return full * secrets.SystemRandom().uniform(0.5, 1.0)
