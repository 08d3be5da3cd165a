"""Public numbers that can be read aloud."""

import secrets

# Crockford's Base32: no letter that is taken for another one when a number is read aloud.
_REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_gift_reference() -> str:
    """Such as `G-7K3M-9QXW`. It names a gift and opens nothing: details need the session that gave, or staff."""
    return _random_reference("G")


def random_monthly_reference() -> str:
    """Such as `M-7K3M-9QXW`, for a monthly gift. It opens nothing either."""
    return _random_reference("M")


def _random_reference(kind: str) -> str:
    letters = "".join(secrets.choice(_REFERENCE_ALPHABET) for _place in range(8))
    return f"{kind}-{letters[:4]}-{letters[4:]}"
