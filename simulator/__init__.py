"""A local Bot API server with a chat page, and a local IMAP and SMTP pair: the demo and the tests' Telegram."""
