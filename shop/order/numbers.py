"""Public numbers: easy to read aloud, impossible to count or guess."""

import secrets

# Crockford's base 32: no I, L, O or U, so nothing is misread and no word appears.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_order_number() -> str:
    """`T-7K3M-9QXW-2B`: 50 random bits."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"T-{letters[:4]}-{letters[4:8]}-{letters[8:]}"
