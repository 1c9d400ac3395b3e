"""The read side: frozen views for screens, exports and reports."""
