"""Real limits, the real programs, and visitors with addresses of their own."""

import pytest
from django.core.management import call_command

from shop import settings as site
from tests.guarded_form import ROOMY
from tests.shop.card_testing.visitors import Visitor


@pytest.fixture
def real_limits(settings):
    """As they are without any setting; the moment that a person needs for a form is not waited for."""
    for name in ROOMY:
        setattr(settings, name, getattr(site, name))
    settings.CARD_TESTING_LEAST_SECONDS = 0
    settings.CARD_TESTING_WORK = 4
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    return settings


@pytest.fixture
def programs(db):
    call_command("load_programs", verbosity=0)


@pytest.fixture
def alice(programs, real_limits):
    """Alice at home."""
    return Visitor("192.0.2.1")
