"""Strangers on the giving page of a running demo, each at an address of their own, over HTTP and without a script."""

import http.client
import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from tests.guarded_form import offers_calculation, solve, unseen_fields
from tests.hosted_page import pay
from tests.running_demo import Demo

PATIENCE_SECONDS = 60


@dataclass
class Stranger:
    """`page` is the page that is shown. The demo believes the proxy of whom X-Forwarded-For speaks."""

    demo: Demo
    address: str
    email: str
    page: str = ""

    def look(self, path: str = "/donate/") -> int:
        return self._ask("GET", path)[0]

    def send(self, **fields: str) -> tuple[int, str]:
        """The giving form on the page that is shown. Returns the status and where it leads."""
        gift = {"amount": "5000", "other": "", "program": "", "name": "A. Stranger", "email": self.email}
        return self._ask("POST", "/donate/", urlencode({**gift, **unseen_fields(self.page), **fields}))

    def ask_for_page(self, *, solves: bool, **fields: str) -> str | None:
        """The address of a payment page; None when more is asked for than a program shows."""
        self.look()
        status, where = self.send(**fields)
        if status == 429 and solves and offers_calculation(self.page):
            status, where = self.send(**fields, **solve(self.page))
        return where if status == 303 else None

    def give(self, *, mistypes: int = 0) -> bool:
        """As a person does: with a calculation or a mailed link if asked. Whether the gift came about."""
        page = self.ask_for_page(solves=True) or self._page_by_mail()
        for _ in range(mistypes):
            assert "declined" in pay(page, card="4000000000000002", email=self.email)[1]
        status, back = pay(page, email=self.email)
        return status == 303 and "/donate/return/" in back

    def _page_by_mail(self) -> str:
        assert self.send(mail_link="1")[0] == 200, "no link is mailed"
        link = re.search(r"(/donate/continue/\S+)", self.demo.letter_to(self.email)["text"])
        assert link
        self.look(link[1])
        status, where = self.send()
        assert status == 303, self.page[:2000]
        return where

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("localhost", urlsplit(self.demo.site).port, timeout=PATIENCE_SECONDS)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
            "X-Forwarded-For": self.address,
        }
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        where = response.getheader("Location") or ""
        if not where:
            self.page = text
        return response.status, where
