"""Sentences that belong to no single screen."""
