"""Public references that name something and cannot be guessed."""

import secrets


def random_reference() -> str:
    """132 random bits in 22 letters, safe in an address."""
    return secrets.token_urlsafe(17)[:22]
