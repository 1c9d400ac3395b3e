"""Loading and saving, one aggregate a module. Never commits."""
