"""Gifts, the people who give them, what they are for, and the receipts. Money is integer minor units."""

from donations.models.donors import Donor
from donations.models.gifts import Gift
from donations.models.monthly import MonthlyGift, MyGivingLink
from donations.models.programs import Program, ProgramQuerySet, Wording
from donations.models.receipts import Receipt, ReceiptYear
from donations.models.references import random_gift_reference, random_monthly_reference

__all__ = [
    "Donor",
    "Gift",
    "MonthlyGift",
    "MyGivingLink",
    "Program",
    "ProgramQuerySet",
    "Receipt",
    "ReceiptYear",
    "Wording",
    "random_gift_reference",
    "random_monthly_reference",
]
