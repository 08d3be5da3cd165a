"""The `Stripe-Signature` header. Source: https://docs.stripe.com/webhooks#verify-manually"""

import hashlib
import hmac


def sign(payload: bytes, secret: str, *, timestamp: int) -> str:
    """`t=...,v1=...`, the HMAC of timestamp and payload."""
    signed = f"{timestamp}.".encode() + payload
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"
