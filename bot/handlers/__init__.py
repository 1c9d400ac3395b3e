"""What a message, a command or a tap does: translate, call one service, say what to show."""
