"""The headers of every answer. Sources: MDN HTTP Observatory; OWASP ASVS 5.0, 3.3 and 3.4."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as site_settings
from django.db import connection
from django.test import Client

from tests.goods import allow_shipping, make_tag

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/catalogue/",
    "/search/?q=tag",
    "/basket/",
    "/donate/",
    "/donate/disclosure/",
    "/learn/",
    "/accounts/login/",
    "/accounts/register/",
    "/password-reset/",
    "/no-such-page/",
    "/healthz",
]


def policy_of(headers) -> dict[str, list[str]]:
    directives = (part.split() for part in headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_allows_nothing_but_its_own(path):
    policy = policy_of(Client().get(path))
    assert policy["default-src"] == ["'none'"]
    assert policy["base-uri"] == policy["frame-ancestors"] == policy["object-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["form-action"] == ["'self'", *site_settings.STRIPE_CHECKOUT_ORIGINS]
    sources = {source for allowed in policy.values() for source in allowed}
    assert not [source for source in sources if "unsafe" in source or "*" in source]


@pytest.mark.parametrize("path", PUBLIC)
def test_every_answer_carries_the_other_headers(path):
    response = Client().get(path)
    expected = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
    assert {name: response.get(name) for name in expected} == expected
    for feature in ("camera", "geolocation", "microphone", "payment"):
        assert f"{feature}=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("path", PUBLIC)
def test_looking_sets_no_cookie(path):
    assert not Client().get(path).cookies


@pytest.mark.parametrize("path", [path for path in PUBLIC if path != "/healthz"])
def test_no_page_carries_inline_script_or_style(path):
    text = Client().get(path).text
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert "javascript:" not in text


def test_staff_pages_may_run_oscars_scripts_and_still_nobody_elses(sam_client):
    policy = policy_of(sam_client.get("/dashboard/"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    assert policy["script-src"] == ["'self'", "'unsafe-inline'"]
    assert "form-action" in policy


def test_what_a_signed_in_person_sees_is_kept_nowhere(charlie_client, sam_client):
    for client, path in [(charlie_client, "/accounts/"), (sam_client, "/dashboard/"), (charlie_client, "/learn/")]:
        assert "no-store" in client.get(path)["Cache-Control"], path


IN_PRODUCTION = """
import json, django
django.setup()
from django.db import transaction
from django.test import Client, override_settings
from tests.goods import allow_shipping, make_tag

plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
         "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
browser = Client(headers={"host": "shop.example.org", "sec-fetch-site": "same-origin"}, enforce_csrf_checks=True)
with override_settings(STORAGES=plain), transaction.atomic():
    allow_shipping()
    tag = make_tag()
    home = browser.get("/", secure=True)
    plain_http = browser.get("/", secure=False)
    forged = browser.get("/", secure=False, headers={"x-forwarded-proto": "https", "x-forwarded-host": "evil.example"})
    stranger = Client().get("/", secure=True, headers={"host": "evil.example"})
    missing = browser.get("/no-such-page/", secure=True)
    browser.post(f"/basket/add/{tag.pk}/", {"quantity": 1}, secure=True)
    login = browser.post("/accounts/login/", {"email": "x@example.com", "password": "x"}, secure=True)
    cookies = {name: dict(cookie) for name, cookie in browser.cookies.items()}
    transaction.set_rollback(True)
print(json.dumps({
    "home": [home.status_code, dict(home.items())],
    "plain_http": [plain_http.status_code, plain_http.get("Location", "")],
    "forged": [forged.status_code, forged.get("Location", "")],
    "stranger": stranger.status_code,
    "missing": [missing.status_code, missing.text],
    "cookies": cookies,
}))
"""


@pytest.fixture(scope="module")
def in_production(django_db_setup, django_db_blocker, tmp_path_factory):
    """What the site answers with PRODUCTION=1, in a process of its own."""
    with django_db_blocker.unblock():
        database = connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "PRODUCTION": "1",
        "VAR_DIR": str(tmp_path_factory.mktemp("production")),
        "DJANGO_SETTINGS_MODULE": "shop.settings",
        "SECRET_KEY": "s" * 60,
        "ALLOWED_HOSTS": "shop.example.org",
        "SITE_URL": "https://shop.example.org",
        "DATABASE_URL": site_settings.DATABASE_URL.replace("/postgres?", f"/{database}?"),
        "EMAIL_URL": "smtp://mail.example.org:587",
        "STRIPE_SECRET_KEY": "sk_test_check",
        "STRIPE_WEBHOOK_SECRETS": "whsec_check",
        **{
            f"ORGANIZATION_{name}": "Check" for name in ("LEGAL_NAME", "EIN", "ADDRESS", "CONTACT_EMAIL", "STAFF_EMAIL")
        },
    }
    done = subprocess.run(
        [sys.executable, "-c", IN_PRODUCTION],
        cwd=site_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_in_production_browsers_are_told_to_use_https_for_a_year(in_production):
    status, headers = in_production["home"]
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert policy_of(headers)["default-src"] == ["'none'"]


def test_in_production_plain_http_leads_to_https_whatever_a_stranger_forges(in_production):
    assert in_production["plain_http"] == [301, "https://shop.example.org/"]
    assert in_production["forged"] == [301, "https://shop.example.org/"]


def test_in_production_an_unknown_host_is_refused(in_production):
    assert in_production["stranger"] == 400


def test_in_production_cookies_are_secure_and_bound_to_the_host(in_production):
    cookies = in_production["cookies"]
    assert cookies
    for name, cookie in cookies.items():
        assert name.startswith("__Host-"), name
        assert cookie["secure"] is True, name
        assert cookie["httponly"] is True, name
        assert cookie["samesite"] == "Lax", name
        assert cookie["path"] == "/", name
        assert not cookie["domain"], name


def test_in_production_an_error_page_tells_nothing_of_the_inside(in_production):
    status, text = in_production["missing"]
    assert status == 404
    assert "Traceback" not in text
    assert "URLconf" not in text


@pytest.mark.parametrize(
    "missing", ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL", "EMAIL_URL", "STRIPE_SECRET_KEY"]
)
def test_in_production_a_missing_setting_is_one_clear_error(missing, tmp_path):
    given = {
        "SECRET_KEY": "s" * 60,
        "ALLOWED_HOSTS": "shop.example.org",
        "SITE_URL": "https://shop.example.org",
        "DATABASE_URL": "postgresql:///none",
        "EMAIL_URL": "smtp://mail.example.org:587",
        "STRIPE_SECRET_KEY": "sk_test_check",
        "STRIPE_WEBHOOK_SECRETS": "whsec_check",
        "PRODUCTION": "1",
        "VAR_DIR": str(tmp_path),
        "PATH": os.environ["PATH"],
        **{
            f"ORGANIZATION_{name}": "Check" for name in ("LEGAL_NAME", "EIN", "ADDRESS", "CONTACT_EMAIL", "STAFF_EMAIL")
        },
    }
    del given[missing]
    done = subprocess.run(
        [sys.executable, "-c", "import shop.settings"],
        cwd=site_settings.BASE_DIR,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f"{missing} must be set in production" in done.stderr.splitlines()[-1]


def test_a_basket_cookie_is_not_sent_from_other_sites():
    allow_shipping()
    tag = make_tag()
    browser = Client(headers={"sec-fetch-site": "same-origin"})
    browser.post(f"/basket/add/{tag.pk}/", {"quantity": 1})
    (cookie,) = (cookie for name, cookie in browser.cookies.items() if "basket" in name)
    assert cookie["samesite"] == "Lax"
    assert cookie["httponly"]
