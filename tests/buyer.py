"""Bob as a browser without JavaScript, over HTTP, at the running demo."""

import http.client
from urllib.parse import urlencode

from tests.guarded_form import unseen_fields
from tests.running_demo import Demo

PATIENCE_SECONDS = 60
ADDRESS = {
    "full_name": "Bob Buyer",
    "line1": "1 Main Street",
    "city": "Albany",
    "state": "NY",
    "postcode": "12207",
    "country": "US",
}


class Buyer:
    """Keeps its cookies, and says where its forms come from, as browsers do."""

    def __init__(self, demo: Demo, email: str) -> None:
        self.port = demo.port
        self.email = email
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        """The status, and where it leads or else the page."""
        return self._ask("POST", path, urlencode(fields))

    def put_in_basket(self, product: int) -> None:
        """`product` stands alone, without colors."""
        status, answer = self.post(f"/basket/add/{product}/", {"quantity": "1"})
        assert status == 303, answer

    def check_out(self, page: str = "") -> tuple[int, str]:
        """303 and the payment page's address, or the checkout page that says why not. `page`: the checkout page, if open."""
        status, answer = self.post(
            "/checkout/",
            {
                **unseen_fields(page or self.get("/checkout/")[1]),
                **ADDRESS,
                "email": self.email,
            },
        )
        return self.get(answer) if answer == "/checkout/" else (status, answer)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=PATIENCE_SECONDS)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://localhost:{self.port}",
            "Sec-Fetch-Site": "same-origin",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            for cookie in response.msg.get_all("Set-Cookie") or []:
                name, value = cookie.split(";")[0].split("=", 1)
                self.cookies[name] = value
            text = response.read().decode()
        finally:
            connection.close()
        return response.status, response.getheader("Location") or text
