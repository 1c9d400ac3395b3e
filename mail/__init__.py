"""The mail door: IMAP capture and SMTP sending."""
