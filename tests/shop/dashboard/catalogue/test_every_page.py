"""Every staff page that is served: Sam and the right groups get it, Charlie and strangers do not."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse
from oscar.core.loading import get_model

from tests.conftest import person
from tests.shop.catalogue.colored_tag import add_picture, color, make_colored_tag, stock_of

pytestmark = pytest.mark.django_db

ROOMS = ("catalogue_dashboard", "shipping_dashboard", "users_dashboard", "dashboard")
# Made for a POST, for a pop-up, or open to everybody.
NOT_WALKED = {"catalogue-product-bulk-action", "logout", "login", "user-password-reset"}


def names_of(room: str) -> list[str]:
    served = apps.get_app_config(room).urls[0]
    names = {url.name for url in served if isinstance(url, URLPattern) and url.name}
    return sorted(name for name in names - NOT_WALKED if "alert" not in name)


NAMES = [name for room in ROOMS for name in names_of(room)]


@pytest.fixture
def things(db) -> dict[str, Any]:
    tag = make_colored_tag(colors=("Poppy",))
    add_picture(color(tag, "Poppy"), size=(40, 40))
    method = get_model("shipping", "WeightBased").objects.create(name="Mail")
    return {
        "product": tag,
        "stock": stock_of(color(tag, "Poppy")),
        "class": tag.product_class,
        "category": get_model("catalogue", "Category").objects.add_root({"name": "Tags", "slug": "tags"}),
        "attribute": get_model("catalogue", "AttributeOptionGroup").objects.create(name="Sizes"),
        "sales-tax": get_model("partner", "SalesTaxRate").objects.create(state="NY", percent=4),
        "shipping": method,
        "band": method.bands.create(upper_limit=1, charge=2),
        "user": person("bob"),
    }


def address(name: str, things: dict[str, Any]) -> str:
    """The page's address, with the id of the thing that its name speaks of."""
    kind = next(kind for kind in ("attribute", "sales-tax", "band", "stock", "class", "category", "shipping", "user", "product", "index") if kind in name)  # fmt: skip
    pk = things[kind].pk if kind in things else None
    candidates: list[dict[str, Any]] = [
        {},
        {"pk": pk},
        {"parent": pk},
        {"parent_pk": pk},
        {"pk": pk, "method_pk": things["shipping"].pk},
    ]
    for kwargs in candidates:
        try:
            return reverse(f"dashboard:{name}", kwargs=kwargs)
        except NoReverseMatch:
            continue
    raise AssertionError(f"no address for {name}")


@pytest.fixture
def staff(db):
    call_command("load_staff_groups", verbosity=0)
    member = person("sasha", is_staff=True)
    member.groups.add(*Group.objects.filter(name__in=["Inventory", "Orders"]))
    client = Client()
    client.force_login(member)
    return client


# Oscar asks treebeard in a way that goes away with treebeard 8, which is not installed for that reason.
@pytest.mark.filterwarnings("ignore::treebeard.deprecation.RemovedInTreebeard8Warning")
@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_there_for_its_groups_and_for_nobody_else(staff, charlie_client, client, things, name):
    path = address(name, things)
    page = staff.get(path, follow=True)
    assert page.status_code == 200, path
    assert third_parties(page.text) == set()
    assert charlie_client.get(path).status_code in (302, 403)
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("name", ["stock-list", "stock-record", "catalogue-product", "sales-tax-list", "users-index"])
def test_staff_without_a_group_see_nothing_of_it(client, things, name):
    client.force_login(person("new", is_staff=True))
    assert client.get(address(name, things)).status_code == 403


def test_inventory_sees_no_people_and_orders_change_no_goods(client, things):
    call_command("load_staff_groups", verbosity=0)
    for group, closed in (("Inventory", "users-index"), ("Orders", "catalogue-product")):
        member = person(group, is_staff=True)
        member.groups.add(Group.objects.get(name=group))
        client.force_login(member)
        assert client.get(address(closed, things)).status_code == 403


def test_the_groups_can_be_loaded_again_and_keep_what_was_added(db):
    from django.contrib.auth.models import Permission

    call_command("load_staff_groups", verbosity=0)
    orders = Group.objects.get(name="Orders")
    orders.permissions.add(Permission.objects.get(codename="view_product"))
    before = orders.permissions.count()
    call_command("load_staff_groups", verbosity=0)
    assert orders.permissions.count() == before


@pytest.mark.parametrize(
    "path", ["offers/", "vouchers/", "ranges/", "reviews/", "reports/", "pages/", "partners/", "comms/"]
)
def test_what_does_not_work_here_is_not_served(sam_client, path):
    assert sam_client.get(f"/dashboard/{path}").status_code == 404


def third_parties(html: str) -> set[str]:
    """Addresses of other sites that the page would ask."""
    asked = re.findall(r"<(?:script|link|img|iframe|form)[^>]+(?:src|href|action)=\"((?:https?:)?//[^\"]+)", html)
    return set(asked)
