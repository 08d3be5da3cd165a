import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client

from tests.conftest import person
from tests.goods import allow_shipping, make_tag
from tests.shop.dashboard.money.stage import give, payment_of
from tests.shop.dashboard.orders.buying import buy


@pytest.fixture
def tag(db):
    allow_shipping("2.50")
    return make_tag(stock=50, sku="TAG-1")


@pytest.fixture
def order(tag, sandbox):
    """Two tags that Bob has paid for: $24.00 and $2.50 shipping."""
    return buy(tag, quantity=2)


@pytest.fixture
def paid(order):
    """Bob's payment."""
    return payment_of(order.number)


@pytest.fixture
def programs(db):
    call_command("load_programs", verbosity=0)


@pytest.fixture
def gift(programs, sandbox):
    """Alice's payment of $50 as a gift."""
    return give()


@pytest.fixture
def member(db):
    """A client of a member of staff who is in the group of that name, and may do nothing else."""

    def sign_in(group: str) -> Client:
        call_command("load_staff_groups", verbosity=0)
        user = person(group.lower(), is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        return client

    return sign_in
