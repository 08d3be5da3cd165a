"""Pays on the hosted page as a browser without JavaScript would, for tests that need a payment and no browser."""

import re
from dataclasses import dataclass

import urllib3

SUCCEEDS = "4242424242424242"
DECLINED = "4000000000000002"
INSUFFICIENT_FUNDS = "4000000000009995"
THREE_D_SECURE = "4000002760003184"

_http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(20))


@dataclass(frozen=True)
class Page:
    """What the sandbox answered: `location` when it led on, `alert` when the page says that something is wrong."""

    status: int
    location: str
    text: str

    @property
    def alert(self) -> str:
        match = re.search(r'role="alert">(.*?)</p>', self.text, re.DOTALL)
        return re.sub(r"<[^>]+>", "", match.group(1)) if match else ""


def get(url: str) -> Page:
    return _page("GET", url)


def post(url: str, fields: dict[str, str]) -> Page:
    return _page("POST", url, fields)


def pay(
    session_url: str,
    *,
    card: str = SUCCEEDS,
    email: str = "alice@example.org",
    name: str = "Alice",
    expiration: str = "12 / 40",
    cvc: str = "123",
) -> Page:
    """Open the page, fill it in and press the button once. On success `location` is the site's success address."""
    form = open_form(session_url)
    fields = {"email": email, "card_number": card, "expiration": expiration, "cvc": cvc, "name": name}
    return post(session_url, {**form, **fields})


def open_form(session_url: str) -> dict[str, str]:
    """The hidden fields of the form as it stands now."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', get(session_url).text))


def answer_authentication(session_url: str, *, is_genuine: bool = True) -> Page:
    """Press Complete or Fail on the 3-D Secure page."""
    return post(f"{session_url}/authenticate", {"answer": "complete" if is_genuine else "fail"})


def _page(method: str, url: str, fields: dict[str, str] | None = None) -> Page:
    answer = _http.request(method, url, fields=fields, encode_multipart=False, redirect=False) if fields else None
    if answer is None:
        answer = _http.request(method, url, redirect=False)
    return Page(answer.status, answer.headers.get("Location", ""), answer.data.decode())
