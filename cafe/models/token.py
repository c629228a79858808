"""合鍵: what opens one record without a log-in. The record's key, signed for one purpose; nothing is stored."""

from django.core import signing


def token_of(pk: int, purpose: str) -> str:
    """The token of a record. Secret."""
    return signing.Signer(salt=purpose).sign(str(pk))


def key_in(token: str, purpose: str) -> int | None:
    """The key of the record that a token was made for; None, which is no record's key, of any other text."""
    try:
        return int(signing.Signer(salt=purpose).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
