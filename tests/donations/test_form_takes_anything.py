"""Whatever is sent to the giving form, the answer is a page."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donations.forms import GiftForm
from donations.models import Gift, Program
from tests.donations.gifts import ALICE
from tests.faults.counts import EXAMPLES_OF_EACH_FORM

anything = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300)
amounts = st.one_of(anything, st.from_regex(r"[-+$]?[0-9]{0,14}[.,]?[0-9]{0,4}", fullmatch=True))


@pytest.mark.django_db
@settings(
    max_examples=EXAMPLES_OF_EACH_FORM, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    form=st.dictionaries(
        st.sampled_from(
            ["amount", "monthly_amount", "other", "program", "email", "name", "frequency", "consent", "more"]
        ),
        anything,
        max_size=9,
    ),
    unseen=st.dictionaries(
        st.sampled_from(["form_token", "solution", "mailed", "mail_link", "message"]), anything, max_size=5
    ),
    is_good=st.booleans(),
)
def test_any_text_in_any_field_gets_a_page(programs, form, unseen, is_good):
    sent = {**form, **unseen, **({"amount": "5000", "other": "", "program": "", **ALICE} if is_good else {})}
    response = Client().post("/donate/", sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code in ((200, 429) if is_good else (200,))
    assert not Gift.objects.exists()


@settings(max_examples=10 * EXAMPLES_OF_EACH_FORM, deadline=None)
@given(other=amounts)
def test_an_amount_is_taken_within_the_limits_or_refused(other):
    program = Program(slug="any", title="Any")
    form = GiftForm({"other": other, "email": "alice@example.com", "name": "Alice"}, programs=[program])
    if form.is_valid():
        assert 500 <= form.amount_minor <= 2_500_000
    else:
        assert set(form.errors) <= {"other", "amount"}
