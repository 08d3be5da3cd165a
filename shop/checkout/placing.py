"""From a basket to an order that waits for its money.

Note [The basket stays open]
Oscar freezes a basket when its buyer leaves for the payment page. Here it stays open until the money came, so
that the way back from Stripe, a declined card or an expired page never empties it. An order that waits for its
money stands beside its basket. Asked for again unchanged, the same order and the same payment page are used;
changed, the old page is closed at Stripe first, and only then a new order takes its place.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from oscar.core.loading import get_class, get_model

from shop.checkout.forms import DeliveryDetails
from shop.checkout.quotes import Quote
from shop.money import to_minor
from shop.stripe_payments import hosted_page, ledger
from shop.stripe_payments.models import Payment, PaymentLine

Basket = get_model("basket", "Basket")
Order = get_model("order", "Order")
ShippingAddress = get_model("order", "ShippingAddress")
OrderCreator = get_class("order.utils", "OrderCreator")


class AlreadyPaid(Exception):
    """The basket's order was paid meanwhile, in another tab perhaps. Carries the order."""

    def __init__(self, order: Any) -> None:
        super().__init__(order.number)
        self.order = order


class BasketChanged(Exception):
    """Another tab changed the basket or placed another order at the same moment: look again."""


def place_order(
    *,
    basket: Any,
    quote: Quote,
    details: DeliveryDetails,
    user: Any,
    site_url: str,
    before_page: Callable[[Payment], None],
    now: datetime,
) -> tuple[Any, str]:
    """Write the order, reserve its stock, and ask for its payment page. Returns the order and the page's address.

    `before_page` gets the recorded payment before Stripe is asked, and may refuse by raising. Raises
    `NotEnoughStock` (nothing was written), `AlreadyPaid`, `BasketChanged`, and what `before_page` and
    `hosted_page.request` raise (the order is kept, and calling again continues it). A double click ends at one order
    and one page.
    """
    waiting = None
    for order in _orders_waiting(basket):  # more than one when baskets were merged at sign-in
        if waiting is None and _is_same(order, quote, details, now):
            waiting = order
        else:
            _give_up(order)
    order = waiting or _write(basket, quote, details, user, now)
    payment = payment_of(order)
    before_page(payment)
    url = hosted_page.request(
        payment,
        items=_items(order),
        is_donation=False,
        email=details.email,
        success_url=site_url + reverse("checkout:return", args=[order.number]),
        cancel_url=site_url + reverse("checkout:index"),
    )
    return order, url


def order_waiting_for_payment(basket: Any) -> Any | None:
    """The order of this basket whose money has not come yet."""
    return next(iter(_orders_waiting(basket)), None)


def _orders_waiting(basket: Any) -> list[Any]:
    """The newest first."""
    if basket.pk is None:
        return []
    return list(Order.objects.filter(basket_id=basket.pk, status="Awaiting payment").order_by("-id"))


def payment_of(order: Any) -> Payment:
    """The newest payment that was asked for this order."""
    line = PaymentLine.objects.select_related("payment").filter(purpose="order", reference=order.number)
    return line.latest("id").payment


@transaction.atomic
def _write(basket: Any, quote: Quote, details: DeliveryDetails, user: Any, now: datetime) -> Any:
    locked = Basket.objects.select_for_update().get(pk=basket.pk)
    if locked.status != Basket.OPEN or _content(locked.lines.all()) != _content(basket.all_lines()):
        raise BasketChanged
    waiting = order_waiting_for_payment(basket)
    if waiting is not None:  # a second click was a moment earlier
        if _is_same(waiting, quote, details, now):
            return waiting
        raise BasketChanged
    order = OrderCreator().place_order(
        basket=basket,
        total=quote.order_total,
        shipping_method=quote.shipping_method,
        shipping_charge=quote.shipping_charge,
        shipping_address=_address(details),
        user=user if user.is_authenticated else None,
        guest_email=details.email,
    )
    line = ledger.NewLine(purpose="order", reference=order.number, amount_minor=to_minor(order.total_incl_tax))
    ledger.open_payment(lines=[line], expires_at=now + hosted_page.TIME_TO_PAY, now=now)
    return order


def _give_up(order: Any) -> None:
    """Close the payment page of an order that its buyer has changed. Raises `AlreadyPaid` when that is too late."""
    payment = ledger.close(payment_of(order).reference, cause="the buyer changed the order")
    if payment.is_paid or payment.status == Payment.Status.PROCESSING:
        raise AlreadyPaid(order)


def _is_same(order: Any, quote: Quote, details: DeliveryDetails, now: datetime) -> bool:
    payment = payment_of(order)
    address = order.shipping_address
    return (
        hosted_page.can_still_be_paid(payment, now=now)
        and order.total_incl_tax == quote.total
        and _content(order.lines.all()) == _content(order.basket.lines.all())
        and order.email == details.email
        and (address.first_name, address.line1, address.line2, address.line4, address.state, address.postcode)
        == (details.full_name, details.line1, details.line2, details.city, details.state, details.postcode.upper())
        and address.country_id == details.country_code
    )


def _content(lines: Any) -> list[tuple[int, int]]:
    return sorted((line.stockrecord_id, line.quantity) for line in lines)


def _address(details: DeliveryDetails) -> Any:
    return ShippingAddress.objects.create(
        first_name=details.full_name,
        line1=details.line1,
        line2=details.line2,
        line4=details.city,
        state=details.state,
        postcode=details.postcode.upper(),
        country_id=details.country_code,
    )


def _items(order: Any) -> Sequence[hosted_page.Item]:
    items = [_item(line) for line in order.lines.order_by("id")]
    items.append(hosted_page.Item(name=_("Shipping"), amount_minor=to_minor(order.shipping_excl_tax)))
    items.append(hosted_page.Item(name=_("Sales tax"), amount_minor=to_minor(order.total_tax)))
    return [item for item in items if item.amount_minor]


def _item(line: Any) -> hosted_page.Item:
    total = to_minor(line.line_price_excl_tax)
    unit, rest = divmod(total, line.quantity)
    if rest:
        return hosted_page.Item(name=f"{line.quantity} × {line.title}", amount_minor=total)
    return hosted_page.Item(name=line.title, amount_minor=unit, quantity=line.quantity)
