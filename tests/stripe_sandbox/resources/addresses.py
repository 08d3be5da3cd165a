"""Web addresses that a request may name."""

import re
from urllib.parse import urlsplit


def is_web_address(url: str) -> bool:
    """Whether it is a whole http or https address."""
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not re.search(r"\s", url)
        )
    except ValueError:  # a broken IPv6 address, or a port past 65535
        return False
