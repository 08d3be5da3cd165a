"""Whatever is sent to the forms of an account, the answer is a page."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.counts import EXAMPLES_OF_EACH_FORM

pytestmark = pytest.mark.django_db

of_each_form = settings(
    max_examples=EXAMPLES_OF_EACH_FORM,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
anything = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300),
    st.sampled_from(["alice@example.com", "somebody@example.com", "alice-likes-tags"]),
)
FIELDS = [
    "email",
    "password",
    "name",
    "next",
    "old_password",
    "current_password",
    "new_password",
    "first_name",
    "submit",
]
fields = st.dictionaries(st.one_of(st.sampled_from(FIELDS), anything), anything, max_size=5)


@pytest.mark.parametrize("page", ["/accounts/login/", "/accounts/register/", "/password-reset/"])
@of_each_form
@given(fields=fields)
def test_any_text_in_a_form_for_strangers_gets_a_page(stranger, page, fields):
    response = stranger.post(page, fields)
    # 429: a stranger who tries again and again is asked to wait.
    assert response.status_code in (200, 302, 303, 422, 429)
    assert stranger.get(page).status_code in (200, 302)


@pytest.mark.parametrize("page", ["/accounts/profile/", "/accounts/profile/delete/", "/accounts/change-password/"])
@of_each_form
@given(fields=fields)
def test_any_text_in_a_form_of_alices_gets_a_page(alice, stranger, page, fields):
    stranger.force_login(get_user_model().objects.get_or_create(pk=alice.pk, defaults={"username": "alice"})[0])
    response = stranger.post(page, fields)
    assert response.status_code in (200, 302, 303, 422, 429)


@of_each_form
@given(fields=fields)
def test_any_text_as_a_new_password_gets_a_page(alice, stranger, fields):
    name = urlsafe_base64_encode(force_bytes(alice.pk))
    person = get_user_model().objects.get(pk=alice.pk)
    first = stranger.get(f"/password-reset/confirm/{name}/{default_token_generator.make_token(person)}/")
    page = first["Location"] if first.status_code == 302 else first.request["PATH_INFO"]
    assert stranger.post(page, fields).status_code in (200, 302, 303, 422, 429)
