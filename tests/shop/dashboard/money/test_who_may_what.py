"""Every money page and every deed, for everybody: a visitor signs in first, staff need the permission of the page."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from shop.dashboard.money.urls import urlpatterns
from shop.stripe_payments.models import FraudWarning, Payout, Refund, StripeEvent
from tests.conftest import person

pytestmark = pytest.mark.django_db

# Name -> address, the permissions that it needs, and the groups that have them.
LOOK = {
    "payment-list": ("payments/", ["view_payment"], {"Money", "Bookkeeping"}),
    "payment-detail": ("payments/{payment}/", ["view_payment"], {"Money", "Bookkeeping"}),
    "payment-refund": ("payments/{payment}/refund/", ["view_payment", "add_refund"], {"Money"}),
    "dispute-list": ("disputes/", ["view_dispute"], {"Money"}),
    "warning-list": ("warnings/", ["view_fraudwarning"], {"Money"}),
    "warning-refund": ("warnings/{warning}/refund/", ["change_fraudwarning", "add_refund"], {"Money"}),
    "warning-keep": ("warnings/{warning}/keep/", ["change_fraudwarning"], {"Money"}),
    "payout-list": ("payouts/", ["view_payout"], {"Money", "Bookkeeping"}),
    "payout-detail": ("payouts/po_1/", ["view_payout"], {"Money", "Bookkeeping"}),
    "payout-csv": ("payouts/po_1/export/", ["view_payout", "view_balanceentry"], {"Money", "Bookkeeping"}),
    "month-list": ("books/", ["view_balanceentry"], {"Money", "Bookkeeping"}),
    "month-csv": ("books/2026/11/export/", ["view_balanceentry"], {"Money", "Bookkeeping"}),
    "event-list": ("events/", ["view_stripeevent"], {"Money"}),
    "comparison-list": ("comparisons/", ["view_reconciliation"], {"Money", "Bookkeeping"}),
}
DO = {
    "payment-refund": ("payments/{payment}/refund/", ["view_payment", "add_refund"], {"Money"}),
    "warning-refund": ("warnings/{warning}/refund/", ["change_fraudwarning", "add_refund"], {"Money"}),
    "warning-keep": ("warnings/{warning}/keep/", ["change_fraudwarning"], {"Money"}),
    "event-replay": ("events/replay/", ["view_stripeevent", "change_stripeevent"], {"Money"}),
    "compare-now": ("comparisons/now/", ["view_reconciliation", "add_reconciliation"], {"Money"}),
}


@pytest.fixture
def places(paid):
    now = timezone.now()
    warning = FraudWarning.objects.create(payment=paid, stripe_warning_id="issfr_1", fraud_type="misc", warned_at=now)
    Payout.objects.create(
        stripe_payout_id="po_1", status="paid", currency="USD", amount_minor=1, is_automatic=True, created_at=now, arrival_at=now
    )  # fmt: skip
    StripeEvent.objects.create(event_id="evt_1", type="x", object_id="y", is_live=False, set_aside_at=now)
    return {"payment": paid.reference, "warning": warning.pk}


def address(path, places):
    return f"/dashboard/money/{path.format(**places)}"


def staff_with(permissions, *, name="clerk", is_staff=True):
    user = person(name, is_staff=is_staff)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="stripe_payments", codename__in=permissions)
    )
    client = Client()
    client.force_login(user)
    return client


def test_every_address_of_the_room_is_in_the_matrix():
    assert {pattern.name for pattern in urlpatterns} == LOOK.keys() | DO.keys()


def test_a_visitor_is_asked_to_sign_in_and_strangers_are_refused(places, charlie_client):
    clerk = staff_with([])
    for table, method in ((LOOK, "get"), (DO, "post")):
        for path, _permissions, _groups in table.values():
            answer = getattr(Client(), method)(address(path, places))
            assert answer.status_code == 302, path
            assert answer.url.startswith("/accounts/login/?next=/dashboard/money/"), path
            for client in (charlie_client, clerk):
                assert getattr(client, method)(address(path, places)).status_code == 403, path
    assert not Refund.objects.exists()
    assert FraudWarning.objects.get().resolved_at is None
    assert StripeEvent.objects.get().set_aside_at is not None


def test_the_permissions_of_a_page_open_it_one_less_does_not_and_all_others_do_not(places):
    every = set(Permission.objects.filter(content_type__app_label="stripe_payments").values_list("codename", flat=True))
    for number, (path, permissions, _groups) in enumerate(LOOK.values()):
        place = address(path, places)
        assert staff_with(permissions, name=f"may{number}").get(place).status_code == 200, path
        for missing in permissions:
            client = staff_with(every - {missing}, name=f"lacks{number}{missing}")
            assert client.get(place).status_code == 403, (path, missing)
    outsider = staff_with(every, name="outsider", is_staff=False)
    assert all(outsider.get(address(path, places)).status_code == 403 for path, _permissions, _groups in LOOK.values())


def test_a_deed_needs_each_of_its_permissions(places):
    every = set(Permission.objects.filter(content_type__app_label="stripe_payments").values_list("codename", flat=True))
    for number, (path, permissions, _groups) in enumerate(DO.values()):
        for missing in permissions:
            client = staff_with(every - {missing}, name=f"lacks{number}{missing}")
            assert client.post(address(path, places)).status_code == 403, (path, missing)
    assert not Refund.objects.exists()


def test_each_group_opens_its_pages_and_no_other(places, member):
    clients = {group: member(group) for group in ("Money", "Bookkeeping", "Orders", "Gifts", "Inventory", "Awareness")}
    for group, client in clients.items():
        for path, _permissions, groups in LOOK.values():
            expected = 200 if group in groups else 403
            assert client.get(address(path, places)).status_code == expected, (group, path)
        for path, _permissions, groups in DO.values():
            if group not in groups:
                assert client.post(address(path, places)).status_code == 403, (group, path)


def test_nothing_changes_by_looking(places, sam_client):
    for path, _permissions, _groups in DO.values():
        assert sam_client.get(address(path, places)).status_code in (200, 405), path
    assert not Refund.objects.exists()
    assert FraudWarning.objects.get().resolved_at is None


def test_no_page_is_kept_in_a_cache_and_none_asks_another_site(places, sam_client):
    for path, _permissions, _groups in LOOK.values():
        answer = sam_client.get(address(path, places))
        assert "no-store" in answer["Cache-Control"], path
        if not answer.streaming:
            assert 'src="http' not in answer.text
            assert "ajax.googleapis" not in answer.text


def test_another_site_cannot_send_the_forms(places, sam):
    client = Client(
        enforce_csrf_checks=True, headers={"sec-fetch-site": "cross-site", "origin": "https://evil.example"}
    )
    client.force_login(sam)
    for path, _permissions, _groups in DO.values():
        assert client.post(address(path, places)).status_code == 403, path
    assert not Refund.objects.exists()


def test_the_navigation_leads_to_what_one_may_see(member):
    text = member("Bookkeeping").get("/dashboard/").text
    assert "/dashboard/money/payouts/" in text
    assert "/dashboard/money/books/" in text
    assert "/dashboard/money/events/" not in text
    assert "/dashboard/money/disputes/" not in text


def test_a_bookkeeper_sees_no_button_that_would_be_refused(member, paid):
    client = member("Bookkeeping")
    assert "/refund/" not in client.get(f"/dashboard/money/payments/{paid.reference}/").text
    assert "Compare now" not in client.get("/dashboard/money/comparisons/").text
