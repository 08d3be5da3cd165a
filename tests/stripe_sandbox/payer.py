"""Pays on the hosted page as a browser without JavaScript would, for tests that need a payment and no browser."""

import re
from dataclasses import dataclass

import urllib3

SUCCEEDS = "4242424242424242"
DECLINED = "4000000000000002"
INSUFFICIENT_FUNDS = "4000000000009995"
THREE_D_SECURE = "4000002760003184"
THREE_D_SECURE_ONCE = "4000002500003155"
SAVED_YET_DECLINED = "4000000000000341"
"""Can be saved in the portal or by a setup session; every charge of it is declined, so that a renewal fails."""
DISPUTED = "4000000000000259"
NOT_RECEIVED = "4000000000002685"
INQUIRED = "4000000000001976"
WARNED_OF = "4000000000005423"
BANK_SUCCEEDS = "000123456789"
BANK_FAILS = "000222222227"
BANK_RETURNS = "000555555559"
BANK_NEVER_ANSWERS = "000000000009"

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


def change_card(
    portal_url: str,
    *,
    card: str = SUCCEEDS,
    name: str = "Alice",
    expiration: str = "12 / 40",
    cvc: str = "123",
    pays_open: bool = False,
) -> Page:
    """Change the card in the customer portal, and pay what is open if `pays_open`. After 3-D Secure cards, answer at `{portal_url}/card`."""
    fields = {"card_number": card, "expiration": expiration, "cvc": cvc, "name": name}
    fields |= {"pay_open": "yes"} if pays_open else {}
    return post(f"{portal_url}/card", {**open_form(f"{portal_url}/card"), **fields})


def cancel_in_portal(portal_url: str, subscription: str, *, reason: str = "", comment: str = "") -> Page:
    """Cancel a subscription in the customer portal."""
    return post(f"{portal_url}/subscriptions/{subscription}/cancel", {"reason": reason, "comment": comment})


def pay_by_bank(
    session_url: str,
    *,
    account: str = BANK_SUCCEEDS,
    email: str = "alice@example.org",
    holder: str = "Alice",
    routing: str = "110000000",
) -> Page:
    """The same with a bank account, where the page offers it. What becomes of it is known days later."""
    form = {**open_form(session_url), "method": "us_bank_account", "email": email}
    return post(session_url, {**form, "routing_number": routing, "account_number": account, "account_holder": holder})


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
