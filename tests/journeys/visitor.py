"""A person with a browser. It notes everything that a good page does not cause."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.running_demo import Demo

PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1440, "height": 900}
PATIENCE_MS = 20_000

_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE_OPTIONS = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": _WCAG}}


@dataclass
class Visitor:
    """One browser context with one page. `complaints` must stay empty."""

    demo: Demo
    context: BrowserContext
    page: Page
    has_script: bool
    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def open(self, path: str) -> Response:
        """Go to a page of the site; it must answer below 400."""
        response = self.page.goto(f"{self.demo.site}{path}")
        assert response is not None
        assert response.status < 400, f"{path}: {response.status}"
        return response

    def expect(self, complaint: str) -> None:
        """What contains these words is no fault: the visitor does something that brings it about."""
        self.expected.append(complaint)

    def accessibility_faults(self) -> list[str]:
        """What axe-core finds on the page as it is now, one line an element."""
        self.page.wait_for_load_state()
        violations = Axe().run(self.page, options=_AXE_OPTIONS).response["violations"]
        return [
            f"{urlsplit(self.page.url).path} {violation['id']}: {node['target']} {' '.join(node['failureSummary'].split())}"
            for violation in violations
            for node in violation["nodes"]
        ]

    def look_around(self) -> None:
        """What must hold on every page that a visitor passes: no axe violation, nothing wider than the window."""
        if not self.has_script:
            return
        faults = self.accessibility_faults()
        assert not faults, "\n".join(faults)
        assert not self.is_wider_than_window(), f"{self.page.url} scrolls sideways"

    def is_wider_than_window(self) -> bool:
        return self.page.evaluate("document.scrollingElement.scrollWidth > document.documentElement.clientWidth")

    def close(self) -> None:
        self.context.close()

    @property
    def unexpected(self) -> list[str]:
        return [text for text in self.complaints if not any(words in text for words in self.expected)]


def let_in(browser: Browser, demo: Demo, *, has_script: bool = True, **options: Any) -> Visitor:
    """A new visitor, who has done nothing yet."""
    options.setdefault("viewport", DESKTOP)
    context = browser.new_context(java_script_enabled=has_script, locale="en-US", **options)
    context.set_default_timeout(PATIENCE_MS)
    visitor = Visitor(demo, context, context.new_page(), has_script)
    _watch(visitor)
    return visitor


def _watch(visitor: Visitor) -> None:
    own = {urlsplit(visitor.demo.site).netloc, urlsplit(visitor.demo.sandbox).netloc}

    def note_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            visitor.complaints.append(f"console {message.type}: {message.text}")

    def note_request(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc not in own:
            visitor.complaints.append(f"request elsewhere: {request.url}")

    def note_failure(request: Request) -> None:
        # A navigation ends what the page before it was still loading.
        if "net::ERR_ABORTED" not in (request.failure or ""):
            visitor.complaints.append(f"request failed: {request.url} {request.failure}")

    def note_response(response: Response) -> None:
        if response.status >= 400:
            visitor.complaints.append(f"answer {response.status}: {response.url}")

    visitor.context.on("console", note_console)
    visitor.context.on("weberror", lambda error: visitor.complaints.append(f"script: {error.error}"))
    visitor.context.on("request", note_request)
    visitor.context.on("requestfailed", note_failure)
    visitor.context.on("response", note_response)
