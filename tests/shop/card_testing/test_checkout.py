"""The checkout asks the same as the giving page, and keeps basket and address."""

import pytest
from oscar.core.loading import get_model

from shop.card_testing.models import Proof, Start
from shop.stock import movements
from tests.goods import allow_shipping, counts, make_tag
from tests.guarded_form import is_challenged, offers_calculation, solve
from tests.jobs import do_jobs
from tests.shop.card_testing.test_mailed_link import link_in_mail
from tests.shop.card_testing.visitors import Visitor, decline, newest_payment
from tests.shop.checkout.test_buying import ADDRESS

pytestmark = pytest.mark.django_db
Order = get_model("order", "Order")


@pytest.fixture
def tag():
    allow_shipping("2.50")
    return make_tag(stock=5)


@pytest.fixture
def bob(tag, real_limits):
    bob = Visitor("192.0.2.2", "bob@example.com")
    assert bob.send(f"/basket/add/{tag.pk}/", quantity="2").status_code == 303
    bob.look("/checkout/")
    return bob


def check_out(bob: Visitor, **changes: str):
    return bob.send("/checkout/", **{**ADDRESS, **changes})


def test_a_buyer_who_comes_by_is_asked_for_nothing(sandbox, bob):
    assert check_out(bob).status_code == 303
    assert Start.objects.get().payment == newest_payment()


def test_a_form_without_a_token_is_challenged_and_keeps_what_was_typed(sandbox, bob, tag):
    challenged = check_out(bob, form_token="")
    assert challenged.status_code == 429
    assert is_challenged(challenged.text)
    for kept in ('value="1 Main Street"', 'value="bob@example.com"', "$26.50"):
        assert kept in challenged.text
    assert not Order.objects.exists()
    assert counts(tag) == (5, 0)
    assert check_out(bob, form_token="", **solve(challenged.text)).status_code == 303


def test_gifts_and_orders_from_one_place_count_together(sandbox, bob, programs):
    for n in range(3):
        assert Visitor("192.0.2.2", f"person.{n}@example.com").give().status_code == 303
    assert check_out(bob).status_code == 429


def test_a_link_goes_on_with_this_very_order(sandbox, bob, real_limits):
    real_limits.CARD_TESTING_OPEN_PAGES = 0
    challenged = check_out(bob)
    assert not offers_calculation(challenged.text)
    assert "Look into your mailbox" in check_out(bob, mail_link="1").text
    link = link_in_mail()
    elsewhere = Visitor("203.0.113.5").look(link)
    assert elsewhere.status_code == 404
    assert "in the browser in which you filled your basket" in elsewhere.text
    assert "Main Street" not in elsewhere.text
    page = bob.look(link).text
    assert 'value="1 Main Street"' in page
    assert 'value="NY"' in page
    assert not Order.objects.exists()
    assert check_out(bob).status_code == 303
    assert Start.objects.get().proof == Proof.MAILBOX


@pytest.mark.parametrize("mistake", [{"state": ""}, {"shown_total": "1"}, {"update": "1"}])
@pytest.mark.parametrize("proof", [Proof.WORK, Proof.MAILBOX])
def test_what_was_shown_is_kept_while_something_is_corrected(sandbox, bob, proof, mistake):
    shown = solve(check_out(bob, form_token="").text)
    if proof == Proof.MAILBOX:
        check_out(bob, mail_link="1")
        bob.look(link_in_mail())
        shown = {}
    assert check_out(bob, form_token="", **shown, **mistake).url == "/checkout/"
    bob.look("/checkout/")
    assert check_out(bob, form_token="").status_code == 303
    assert Start.objects.get().proof == proof


def test_what_is_sold_out_is_told_before_any_challenge_and_uses_up_nothing(sandbox, bob, tag):
    movements.reserve(stockrecord_id=tag.stockrecords.get().pk, quantity=4, reference="another")
    assert check_out(bob, form_token="").url == "/checkout/"
    assert "sold out" in bob.look("/checkout/").text
    assert not Start.objects.exists()


def test_five_declined_cards_close_the_page_and_give_the_goods_free(sandbox, bob, tag):
    check_out(bob)
    decline(newest_payment(), 5)
    do_jobs()
    assert Order.objects.get().status == "Cancelled"
    assert counts(tag) == (5, 0)
    assert bob.look("/basket/").context["basket"].num_items == 2


def test_pressing_again_is_the_same_page_and_counts_once(sandbox, bob):
    pages = {check_out(bob).url for _ in range(5)}
    assert len(pages) == 1
    assert Start.objects.count() == 1
