"""The command: everything is looked at, and the exit code tells a program that watches."""

import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from shop.stripe_payments import doctor
from tests.shop.stripe_payments.going_live.conftest import secrets_in
from tests.shop.stripe_payments.going_live.rows import heartbeat

pytestmark = pytest.mark.django_db


def run_doctor(capsys, *options):
    capsys.readouterr()
    code = 0
    try:
        call_command("stripe_doctor", *options)
    except SystemExit as error:
        code = error.code
    return code, capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_site_that_is_set_up_is_well_and_a_broken_one_ends_with_1(account, set_up, settings, live_server, capsys):
    settings.SITE_URL, settings.ALLOWED_HOSTS = live_server.url, ["localhost"]
    heartbeat(seconds_ago=1)
    settings.STRIPE_WEBHOOK_SECRETS = secrets_in(set_up())
    code, output = run_doctor(capsys)
    assert code == 0, output
    assert output.endswith("All is well.\n")
    account.change(account.endpoints()[0]["id"], "status", "disabled")
    code, output = run_doctor(capsys)
    assert code == 1
    assert "PROBLEM webhook endpoint:" in output
    assert output.endswith("1 to mend.\n")


def test_program_that_watches_gets_json(account, capsys):
    code, output = run_doctor(capsys, "--json")
    report = json.loads(output)
    assert (code, report["is_well"], report["mode"]) == (1, False, "test")
    assert {row["check"] for row in report["findings"]} >= {"key", "webhook endpoint", "worker", "reconciliation"}
    assert all(row["mend"] for row in report["findings"] if row["level"] == "problem")


def test_check_that_fails_itself_hides_no_other(account, monkeypatch):
    def fall_over(now):
        raise ZeroDivisionError

    monkeypatch.setitem(doctor.CHECKS, "clock", doctor.Check(fall_over))
    findings = doctor.examine(now=timezone.now())
    assert (findings["clock"][0].level, findings["clock"][0].is_bad) == ("unknown", True)
    assert findings["events"][0].level == "ok"


def test_no_key_or_secret_is_ever_printed(account, set_up, settings, capsys):
    settings.STRIPE_WEBHOOK_SECRETS = secrets_in(set_up())
    settings.STRIPE_SECRET_KEY = "sk_test_very-secret"
    _code, output = run_doctor(capsys)
    assert "very-secret" not in output
    assert settings.STRIPE_WEBHOOK_SECRETS[0] not in output
