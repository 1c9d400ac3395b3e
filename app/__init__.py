"""The only place that wires the doors to the core: settings, command line, start and stop."""
