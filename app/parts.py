"""The parts of the product by name."""

PARTS = ("bot", "scheduler", "mail", "outbox", "http")
"""In the order of stopping."""
