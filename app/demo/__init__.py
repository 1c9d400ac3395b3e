"""The demo: the product against a Telegram and a mail server of its own, with an invented team and its week."""
