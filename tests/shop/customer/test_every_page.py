import re

import pytest

pytestmark = pytest.mark.django_db

OPEN = (
    "/accounts/login/",
    "/accounts/register/",
    "/password-reset/",
    "/password-reset/done/",
    "/password-reset/complete/",
)
PRIVATE = (
    "/accounts/",
    "/accounts/orders/",
    "/accounts/profile/",
    "/accounts/profile/delete/",
    "/accounts/change-password/",
)


def assert_is_ours(text):
    """One heading, nothing inline, nobody else asked, nothing of Oscar's front end."""
    assert len(re.findall(r"<h1[ >]", text)) == 1
    assert not re.search(r"\sstyle=|<style|<script>|\son\w+=", text)
    assert not re.search(r'<(script|link|img)[^>]*(src|href)="(https?:)?//', text)
    for name in ("bootstrap", "jquery", "fa-", "csrfmiddlewaretoken"):
        assert name not in text.lower()


@pytest.mark.parametrize("page", OPEN)
def test_open_pages_answer_strangers_and_alice(page, stranger, alice_browser):
    response = stranger.get(page)
    assert response.status_code == 200
    assert not response.cookies
    assert_is_ours(response.text)
    assert alice_browser.get(page).status_code in (200, 302)


@pytest.mark.parametrize("page", PRIVATE)
def test_private_pages_answer_alice_and_sam_and_ask_strangers_to_sign_in(page, stranger, alice_browser, sam_client):
    response = alice_browser.get(page)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert_is_ours(response.text)
    assert sam_client.get(page).status_code == 200
    response = stranger.get(page)
    assert response.url == f"/accounts/login/?next={page}"
    assert not response.cookies


@pytest.mark.parametrize("page", PRIVATE + OPEN)
def test_a_post_without_anything_is_answered(page, alice_browser):
    assert alice_browser.post(page).status_code in (200, 405)
