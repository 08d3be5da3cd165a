"""What a page weighs: everything of this site that a browser fetches for it, as it travels, product pictures apart."""

import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

LARGEST = 60_000
_PRODUCT_PICTURES = "/media/"
_LINKED = re.compile(r'<(?:link|script)\b[^>]*?\b(?:href|src)="([^"]+)"[^>]*>')
_ASKED_FOR = re.compile(r'rel="(?:stylesheet|preload|icon|modulepreload)"|<script')
_IN_STYLE_SHEET = re.compile(r'url\("?([^")]+)"?\)')
_IN_MODULE = re.compile(r'(?:from|import)\s*\(?"(\.[^"]+)"')

# Path to (bytes as they travel, text or nothing): how depends on who weighs.
Fetch = Callable[[str], tuple[int, str]]


def weigh(path: str, fetch: Fetch) -> Counter[str]:
    """Bytes by kind: page, css, js, woff2, svg and so on. Every file counts once."""
    size, page = fetch(path)
    weights = Counter({"html": size})
    waiting = [urljoin(path, found[1]) for found in _LINKED.finditer(page) if _ASKED_FOR.search(found[0])]
    seen: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address in seen or urlsplit(address).netloc or address.startswith(_PRODUCT_PICTURES):
            continue
        seen.add(address)
        size, text = fetch(address)
        weights[address.rsplit(".", 1)[-1]] += size
        inside = _IN_STYLE_SHEET if address.endswith(".css") else _IN_MODULE
        waiting += [urljoin(address, inner) for inner in inside.findall(text) if not inner.startswith("data:")]
    return weights
