"""The benchmark itself. Django is set up, with a folder and a database of its own."""

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from oscar.core.loading import get_model

from tests.benchmarks import money, weight
from tests.benchmarks.goods import fill_catalogue_to
from tests.benchmarks.load import ask_repeatedly
from tests.benchmarks.servers import get, granian, say

SIZES = (10, 1_000, 10_000)
ROUNDS = 3
SECONDS = 1.5
MOST_REQUESTS = 20_000
LEAST_RATIO = 0.3
MOST_QUERIES = 12
MOST_GROWTH = 1.2
_FOR_LATER = 3600


def run(folder: Path) -> int:
    say("Preparing a database with the real catalogue")
    call_command("migrate", verbosity=0)
    for command in ("load_programs", "load_catalogue", "load_awareness"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    rates, costs = [], {}
    for size in SIZES:
        fill_catalogue_to(size)
        kept, anew = _measure(folder, _pages_to_measure(size))
        rates += [(f"{name} ({size:,} products)" if name == "catalogue" else name, *kept[name]) for name in kept]
        costs[size] = anew
    faults = _show_rates(rates, costs)
    hard_faults = _show_queries() + _show_weights(folder) + money.measure(folder)
    for fault in [*faults, *hard_faults]:
        say(f"MISSED: {fault}")
    return 1 if hard_faults else 0


def _pages_to_measure(size: int) -> dict[str, str]:
    if size != SIZES[0]:
        return {"catalogue": "/catalogue/"}
    return {"product": _product_path(), "catalogue": "/catalogue/", "donate": "/donate/"}


def _product_path() -> str:
    return get_model("catalogue", "Product").objects.filter(parent=None).order_by("pk").first().get_absolute_url()


def _public_paths() -> list[str]:
    category = get_model("catalogue", "Category").objects.order_by("path").first()
    paths = ["/", "/catalogue/", "/catalogue/?sort=price", category.get_absolute_url(), _product_path()]
    topic = get_model("awareness", "Topic").objects.order_by("pk").first()
    return [*paths, "/search/?q=tag", "/basket/", "/donate/", "/learn/", topic.get_absolute_url(), "/accounts/login/"]


Rates = dict[str, tuple[float, float]]


def _measure(folder: Path, pages: dict[str, str]) -> tuple[Rates, Rates]:
    """(site, bare) requests a second by page: with kept pages, and rendered anew for every request."""
    with _site(kept=_FOR_LATER) as kept, _site(kept=0) as anew, _bare(folder, kept, pages) as bare:
        results: list[Rates] = []
        for port in (kept, anew):
            results.append({name: _rate(port, bare, path) for name, path in pages.items()})
    return results[0], results[1]


def _rate(site: int, bare: int, path: str) -> tuple[float, float]:
    """Medians of interleaved rounds; the first round only warms up."""
    rounds = [
        [
            ask_repeatedly(port=port, path=path, seconds=SECONDS, at_most=MOST_REQUESTS).per_second
            for port in (site, bare)
        ]
        for _ in range(ROUNDS + 1)
    ][1:]
    return statistics.median(one[0] for one in rounds), statistics.median(one[1] for one in rounds)


@contextmanager
def _site(*, kept: int) -> Iterator[int]:
    environment = {"DATABASE_URL": settings.DATABASE_URL, "PAGE_CACHE_SECONDS": str(kept)}
    with granian("shop.wsgi:application", "/healthz", environment) as port:
        yield port


@contextmanager
def _bare(folder: Path, site: int, pages: dict[str, str]) -> Iterator[int]:
    """Answers with what the site answers: body, encoding and headers."""
    index = {}
    for number, path in enumerate(pages.values()):
        headers, body = get(site, path, "gzip")
        (folder / f"page-{number}").write_bytes(body)
        index[path] = (headers, f"page-{number}")
    (folder / "pages.json").write_text(json.dumps(index))
    first = next(iter(pages.values()))
    with granian("tests.benchmarks.bare:application", first, {"BARE_PAGES": str(folder / "pages.json")}) as port:
        yield port


def _show_rates(rates: list[tuple[str, float, float]], costs: dict[int, Rates]) -> list[str]:
    say("\nRequests a second for a visitor who has done nothing yet (granian, 1 worker, same bytes)")
    say(f"  {'page':34}{'site':>10}{'bare view':>12}{'ratio':>8}   aim: {LEAST_RATIO} or more")
    faults = []
    for name, site, bare in rates:
        say(f"  {name:34}{site:10,.0f}{bare:12,.0f}{site / bare:8.2f}")
        if site / bare < LEAST_RATIO:
            faults.append(f"{name}: ratio {site / bare:.2f}, aim {LEAST_RATIO}")
    say("\nThe same, every page rendered anew (PAGE_CACHE_SECONDS=0)")
    for size, pages in costs.items():
        for name, (site, bare) in pages.items():
            label = f"{name} ({size:,} products)" if name == "catalogue" else name
            say(f"  {label:34}{site:10,.0f}{bare:12,.0f}{site / bare:8.3f}")
    # Against the bare view measured in the same minute, so that the machine's mood falls out.
    small, large = (costs[size]["catalogue"] for size in (SIZES[0], SIZES[-1]))
    growth = (small[0] / small[1]) / (large[0] / large[1])
    say(
        f"\nA catalogue page rendered anew costs {growth:.2f} times as much with {SIZES[-1]:,} products as with "
        f"{SIZES[0]}   aim: {MOST_GROWTH} or less"
    )
    return [*faults, *([f"catalogue growth {growth:.2f}"] if growth > MOST_GROWTH else [])]


def _show_queries() -> list[str]:
    settings.PAGE_CACHE_SECONDS = 0
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    say(f"\nSQL queries, every page rendered anew ({SIZES[-1]:,} products)   aim: {MOST_QUERIES} or fewer")
    faults, client = [], Client()
    for path in _public_paths():
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200, path
        say(f"  {path:60}{len(queries):4}")
        if len(queries) > MOST_QUERIES:
            faults.append(f"{path}: {len(queries)} queries")
    return faults


def _show_weights(folder: Path) -> list[str]:
    say(f"\nBytes over the wire, product pictures apart   aim: {weight.LARGEST:,} or fewer")
    faults = []
    with _site(kept=_FOR_LATER) as port:

        def fetch(path: str) -> tuple[int, str]:
            _, plain = get(port, path, "identity")
            _, travels = get(port, path, "br, gzip")
            return len(travels), plain.decode(errors="ignore")

        for path in _public_paths():
            kinds = weight.weigh(path, fetch)
            total = sum(kinds.values())
            say(f"  {path:60}{total:7,}   {', '.join(f'{kind} {size:,}' for kind, size in sorted(kinds.items()))}")
            if total > weight.LARGEST:
                faults.append(f"{path}: {total:,} bytes")
    return faults
