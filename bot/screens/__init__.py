"""What a person sees: pure rendering of views."""
