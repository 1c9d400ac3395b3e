"""Protocols of the core's services as the chat asks them, by topic; `bot.services` names them all."""
