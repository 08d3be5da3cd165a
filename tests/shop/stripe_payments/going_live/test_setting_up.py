"""stripe_setup makes what is missing, mends what is wrong, and makes nothing twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError

from shop.stripe_payments import client, dispatch, setup
from shop.stripe_payments.setup_webhook import plan_webhook
from tests.shop.stripe_payments.going_live.conftest import WEBHOOK, secrets_in


def test_first_run_makes_all_three_and_tells_the_secret_to_set(account, set_up):
    output = set_up()
    (endpoint,) = account.endpoints()
    assert endpoint["url"] == WEBHOOK
    assert endpoint["api_version"] == client.API_VERSION
    assert sorted(endpoint["enabled_events"]) == sorted(dispatch.ACTIONS)
    (secret,) = secrets_in(output)
    assert secret.startswith("whsec_")
    assert endpoint["metadata"] == {"secret_fingerprint": client.fingerprint(secret)}
    (product,) = account.all_of("product")
    assert (product["id"], product["name"]) == ("monthly_gift", "Monthly gift to PACT")
    (portal,) = account.all_of("billing_portal.configuration")
    assert portal["metadata"] == {"made_for": "monthly_gifts"}


def test_another_run_changes_nothing_and_tells_no_secret(account, set_up):
    set_up()
    before = [account.endpoints(), account.all_of("product"), account.all_of("billing_portal.configuration")]
    output = set_up()
    assert output.splitlines() == [
        "The webhook endpoint is right.",
        "The monthly gift's product is right.",
        "The customer portal is right.",
    ]
    assert [account.endpoints(), account.all_of("product"), account.all_of("billing_portal.configuration")] == before


def test_dry_run_says_what_would_be_done_and_does_nothing(account, set_up):
    output = set_up("--dry-run")
    assert output.count("Would make") == 3
    assert "whsec_" not in output
    assert not account.endpoints()
    assert not account.all_of("product")


def test_webhook_can_be_left_alone(account, set_up):
    assert "webhook" not in set_up("--without-webhook")
    assert not account.endpoints()
    assert account.all_of("product")


def test_events_that_are_missing_or_too_many_are_corrected(account, set_up):
    set_up()
    (endpoint,) = account.endpoints()
    account.change(endpoint["id"], "enabled_events", ["charge.updated", "account.updated"])
    assert f"{len(dispatch.ACTIONS) - 1} missing, 1 too many" in set_up()
    (endpoint,) = account.endpoints()
    assert sorted(endpoint["enabled_events"]) == sorted(dispatch.ACTIONS)


def test_endpoint_that_is_off_is_switched_on(account, set_up):
    set_up()
    account.change(account.endpoints()[0]["id"], "status", "disabled")
    assert "switch endpoint" in set_up()
    assert [endpoint["status"] for endpoint in account.endpoints()] == ["enabled"]


def test_endpoint_of_another_site_on_the_same_account_is_left_alone(account, set_up, settings):
    settings.SITE_URL = "https://trial.example.org"
    set_up()
    settings.SITE_URL = "https://shop.example.org"
    set_up()
    assert [endpoint["status"] for endpoint in account.endpoints()] == ["enabled", "enabled"]


@pytest.fixture
def after_an_update(account, set_up, settings):
    """The site's SDK is newer than its endpoint. Returns the endpoint's id."""
    settings.STRIPE_WEBHOOK_SECRETS = secrets_in(set_up())
    (old,) = account.endpoints()
    account.change(old["id"], "api_version", "2025-03-31.basil")
    return old["id"]


def states(account):
    return {endpoint["id"]: endpoint["status"] for endpoint in account.endpoints()}


def test_old_endpoint_stays_on_until_the_site_has_the_secret_of_the_new_one(account, set_up, settings, after_an_update):
    old_secrets = settings.STRIPE_WEBHOOK_SECRETS
    output = set_up()
    assert secrets_in(output)[1:] == old_secrets
    assert "run stripe_setup again" in output
    old, new = account.endpoints()
    assert (new["api_version"], old["id"]) == (client.API_VERSION, after_an_update)

    assert f"{old['id']} stays on" in set_up()  # run again too early
    assert states(account) == {old["id"]: "enabled", new["id"]: "enabled"}

    settings.STRIPE_WEBHOOK_SECRETS = secrets_in(output)
    assert f"{old['id']} is off" in set_up()
    assert states(account) == {old["id"]: "disabled", new["id"]: "enabled"}
    assert "The webhook endpoint is right." in set_up()


def test_two_runs_at_once_make_one_endpoint_with_one_secret(account):
    first, second = plan_webhook()[0], plan_webhook()[0]
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda step: step.do(), [first, second]))
    assert len(account.endpoints()) == 1
    assert secrets_in("\n".join(told[0])) == secrets_in("\n".join(told[1]))


def test_endpoint_deleted_by_hand_is_made_again_the_same_day(account, set_up):
    first = secrets_in(set_up())
    account.delete(account.endpoints()[0]["id"])
    second = secrets_in(set_up())
    assert len(account.endpoints()) == 1
    assert first != second


def test_endpoint_made_while_stripe_answered_with_an_error_is_found_and_not_doubled(account, set_up):
    fault = {"kind": "error_after_commit", "times": 1, "method": "POST", "path": "/v1/webhook_endpoints"}
    account.sandbox.control("fault", **fault)
    output = set_up()
    assert len(account.endpoints()) == 1
    assert "see its signing secret in Stripe's dashboard" in output


def test_silence_of_stripe_is_told_with_what_to_do(account, set_up, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="Run stripe_setup again: nothing is made twice"):
        set_up()


def test_refused_key_is_told(account, set_up, settings):
    settings.STRIPE_SECRET_KEY = "rk_test_rolled"
    with pytest.raises(CommandError, match="does not accept our key"):
        set_up()


@pytest.mark.parametrize("site", ["http://shop.example.org", "https://localhost", "http://localhost:8000"])
def test_live_key_needs_a_public_address_with_https(account, set_up, settings, site):
    settings.STRIPE_SECRET_KEY, settings.SITE_URL = "sk_live_real", site
    with pytest.raises(CommandError, match="real payments need a public address"):
        set_up("--yes")


def test_live_key_needs_a_yes(account, set_up, settings):
    settings.STRIPE_SECRET_KEY = "sk_live_real"
    with pytest.raises(CommandError, match="add --yes"):
        set_up()


def test_live_key_is_shown_to_no_stand_in(account, set_up, settings):
    settings.STRIPE_SECRET_KEY = "sk_live_real"
    with pytest.raises(CommandError, match="STRIPE_API_BASE is not Stripe's"):
        set_up("--dry-run")


@pytest.mark.parametrize(
    ("key", "site", "complaint"),
    [
        ("sk_test_demo", "https://shop.example.org", "STRIPE_SECRET_KEY is not set"),
        ("sk_test_real", "http://localhost:8000", "stripe listen --forward-to http://localhost:8000/stripe/webhook/"),
    ],
)
def test_what_cannot_work_with_stripe_itself_is_said_before_it_is_asked(set_up, settings, key, site, complaint):
    settings.STRIPE_API_BASE, settings.STRIPE_SECRET_KEY, settings.SITE_URL = "", key, site
    with pytest.raises(CommandError, match=complaint):
        set_up()


def test_product_follows_the_organizations_name(account, set_up, settings):
    set_up()
    settings.ORGANIZATION = {**settings.ORGANIZATION, "name": "Another Name"}
    assert "rename the product" in set_up("--without-webhook")
    assert [product["name"] for product in account.all_of("product")] == ["Monthly gift to Another Name"]


def test_archived_product_comes_back(account, set_up):
    set_up()
    account.change("monthly_gift", "active", False)
    assert "out of the archive" in set_up()
    assert [product["active"] for product in account.all_of("product")] == [True]


def test_product_is_made_once_by_whoever_needs_it_first(account):
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda number: client.ensure_monthly_product(), range(4)))
    assert ids == {"monthly_gift"}
    assert [product["name"] for product in account.all_of("product")] == ["Monthly gift to PACT"]
    account.change("monthly_gift", "active", False)
    assert client.ensure_monthly_product() == "monthly_gift"
    assert account.all_of("product")[0]["active"] is True


def test_portal_lets_donors_change_the_card_and_see_invoices_and_nothing_else(account, set_up):
    set_up()
    (portal,) = account.all_of("billing_portal.configuration")
    is_on = {name: feature["enabled"] for name, feature in portal["features"].items()}
    assert [name for name, on in sorted(is_on.items()) if on] == ["invoice_history", "payment_method_update"]
    assert portal["default_return_url"] == "https://shop.example.org/donate/"
    assert "PACT" in portal["business_profile"]["headline"]


def test_portal_is_found_again_put_right_and_kept_single(account, set_up):
    assert client.portal_configuration_id() is None
    set_up()
    first = client.portal_configuration_id()
    account.change(first, "features.subscription_cancel.enabled", True)
    assert f"put portal configuration {first} right" in set_up()
    assert account.all_of("billing_portal.configuration")[0]["features"]["subscription_cancel"]["enabled"] is False
    client.create_portal_configuration({**setup.portal_content(), "default_return_url": "https://old.example.org/"})
    assert "out of use" in set_up()
    assert [found["active"] for found in account.all_of("billing_portal.configuration")].count(True) == 1
    assert client.portal_configuration_id() is not None


def test_somebody_elses_portal_configuration_is_not_ours(account, set_up):
    set_up()
    account.change(client.portal_configuration_id(), "metadata", {})
    assert client.portal_configuration_id() is None
