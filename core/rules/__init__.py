"""Pure functions of values: everything a manager could dispute."""
