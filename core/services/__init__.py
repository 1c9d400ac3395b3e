"""Use cases: one action or one noun a module, one transaction a call."""
