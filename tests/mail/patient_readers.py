"""The product's readers with more time: a busy machine makes everything slow, a reader that is not linear takes minutes."""

from dataclasses import replace

from mail.reader_chain import CHAIN

PATIENT = tuple(replace(reader, seconds=reader.seconds * 4) for reader in CHAIN)
