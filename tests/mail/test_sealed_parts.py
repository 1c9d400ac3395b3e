"""Signed letters are read, encrypted ones left as they are; both say so."""

from email.message import EmailMessage, Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from core.values import Letter
from mail.parser import parse_letter


def parse(message: Message) -> Letter:
    return parse_letter(message.as_bytes()).letter


@pytest.mark.parametrize(
    ("media", "name", "label"),
    [
        ("pkcs7-signature", "smime.p7s", "smime_signed"),
        ("x-pkcs7-signature", "smime.p7s", "smime_signed"),
        ("pgp-signature", "signature.asc", "pgp_signed"),
    ],
)
def test_a_signed_letter_is_read_and_its_signature_comes_last(media: str, name: str, label: str) -> None:
    content = MIMEMultipart("mixed")
    content.attach(MIMEText("Agreed.", "plain"))
    signed = MIMEMultipart("signed")
    signed.attach(content)
    signed.attach(MIMEApplication(b"signature", media, name=name))
    content.attach(MIMEApplication(b"%PDF", "pdf", name="offer.pdf"))
    letter = parse(signed)
    assert letter.text == "Agreed."
    assert label in letter.defects
    assert [one.name for one in letter.attachments] == ["offer.pdf", name]


@pytest.mark.parametrize(
    ("kind", "label"),
    [("enveloped-data", "smime_encrypted"), ("signed-data", "smime_signed"), ("", "smime_encrypted")],
)
def test_an_smime_letter_in_one_piece_is_kept_as_a_file(kind: str, label: str) -> None:
    message = MIMEApplication(b"\x30\x80", "pkcs7-mime")
    if kind:
        message.set_param("smime-type", kind)
    letter = parse(message)
    assert (letter.text, [one.name for one in letter.attachments]) == ("", ["part-1.p7m"])
    assert label in letter.defects


def test_a_pgp_encrypted_letter_is_kept_as_files() -> None:
    message = MIMEMultipart("encrypted", protocol="application/pgp-encrypted")
    message.attach(MIMEApplication(b"Version: 1", "pgp-encrypted"))
    message.attach(MIMEApplication(b"-----BEGIN PGP MESSAGE-----", "octet-stream", name="encrypted.asc"))
    letter = parse(message)
    assert letter.text == ""
    assert letter.defects.count("pgp_encrypted") == 1
    assert [one.name for one in letter.attachments] == ["part-1.asc", "encrypted.asc"]


def test_a_clear_signature_is_taken_off_the_text() -> None:
    message = EmailMessage()
    message.set_content(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nAgreed.\n- -- \nAnna\n"
        "-----BEGIN PGP SIGNATURE-----\n\nabc=\n-----END PGP SIGNATURE-----\nafter\n"
    )
    letter = parse(message)
    assert letter.text == "Agreed.\n--\nAnna\n\nafter"
    assert "pgp_signed" in letter.defects


def test_an_encrypted_block_in_a_text_stays() -> None:
    message = EmailMessage()
    message.set_content("see\n-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n")
    letter = parse(message)
    assert letter.text.startswith("see\n-----BEGIN PGP MESSAGE-----")
    assert "pgp_encrypted" in letter.defects


def test_an_ordinary_letter_has_no_label() -> None:
    message = EmailMessage()
    message.set_content("plain")
    assert not {"smime_signed", "pgp_signed", "smime_encrypted", "pgp_encrypted"} & set(
        parse(message).defects
    )
