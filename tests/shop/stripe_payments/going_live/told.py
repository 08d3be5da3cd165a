"""What the doctor says of one thing."""

from datetime import timedelta

from django.utils import timezone

from shop.stripe_payments import doctor


def look(name, *, later=timedelta()):
    """What one check finds, the bad and the notes."""
    findings = doctor.CHECKS[name].look(timezone.now() + later)
    return [f"{found.level}: {found.says}" for found in findings if found.level != "ok"]


def is_told(name, words, *, level="problem", later=timedelta()):
    found = look(name, later=later)
    assert any(line.startswith(level) and words in line for line in found), found
    return True


def is_well(name, *, later=timedelta()):
    assert look(name, later=later) == []
    return True
