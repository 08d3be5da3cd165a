"""Whatever is sent to the giving form, the answer is a page."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from donations.forms import GiftForm
from donations.models import Program

anything = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300)
amounts = st.one_of(anything, st.from_regex(r"[-+$]?[0-9]{0,14}[.,]?[0-9]{0,4}", fullmatch=True))


@pytest.mark.django_db
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=st.dictionaries(
        st.sampled_from(["amount", "other", "program", "email", "name", "frequency", "more"]), anything, max_size=7
    )
)
def test_any_text_in_any_field_gets_a_page(programs, form):
    response = Client().post("/donate/", form, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status_code == 200


@settings(max_examples=1000, deadline=None)
@given(other=amounts)
def test_an_amount_is_taken_within_the_limits_or_refused(other):
    program = Program(slug="any", title="Any")
    form = GiftForm({"other": other, "email": "alice@example.com", "name": "Alice"}, programs=[program])
    if form.is_valid():
        assert 500 <= form.amount_minor <= 2_500_000
    else:
        assert set(form.errors) <= {"other", "amount"}
