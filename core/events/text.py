"""Text from outside, made fit for a key: bounded, and free of what a database cannot hold."""

import hashlib


def clean(text: str) -> str:
    """The text without what no database text can hold: NUL and lone surrogates become U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if not text.isascii():
        text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return text


def clip(text: str, limit: int) -> str:
    """The text when it fits into `limit` bytes; else its beginning and a fingerprint, so that it stays distinct."""
    if len(text) <= limit and text.isascii():
        return text
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) <= limit:
        return text
    fingerprint = hashlib.sha256(raw).hexdigest()[:16]
    return raw[: limit - 17].decode("utf-8", "ignore") + "~" + fingerprint
