"""The Telegram door: dispatcher, screens, handlers, notifier."""
