import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from tests.conftest import person
from tests.goods import allow_shipping, make_tag
from tests.shop.dashboard.orders.buying import buy


@pytest.fixture
def tag(db):
    allow_shipping("2.50")
    return make_tag(stock=10, sku="TAG-1")


@pytest.fixture
def order(tag, sandbox):
    """Two tags that Bob has paid for."""
    return buy(tag, quantity=2)


@pytest.fixture
def staff(db):
    """A client of a member of staff who has the permissions that are named, and no other."""

    def sign_in(*codenames: str) -> Client:
        user = person("-".join(codenames) or "nobody", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client = Client()
        client.force_login(user)
        return client

    return sign_in
