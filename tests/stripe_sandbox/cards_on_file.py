"""Test cards once they are saved: which can be, what a later charge meets, and what no retry helps against."""

ATTACHES_YET_DECLINES = {"4000000000000341"}
"""Can be saved for later, and every charge of it fails. Source: https://docs.stripe.com/testing#declined-payments"""
ALWAYS_AUTHENTICATES = {"4000002760003184"}
"""Wants its owner at each payment, saved or not. Source: https://docs.stripe.com/testing#authentication-and-setup"""
HARD_DECLINES = {
    "incorrect_number",
    "lost_card",
    "pickup_card",
    "stolen_card",
    "revocation_of_authorization",
    "revocation_of_all_authorizations",
    "authentication_required",
    "highest_risk_level",
    "transaction_not_allowed",
}
"""Declines after which no retry helps. Source: https://docs.stripe.com/billing/revenue-recovery/smart-retries#non-retryable-decline-codes"""

TEST_METHODS = {
    "pm_card_visa": "4242424242424242",
    "pm_card_visa_debit": "4000056655665556",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_discover": "6011111111111117",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_authenticationRequiredOnSetup": "4000002500003155",
    "pm_card_authenticationRequiredSetupForOffSession": "4000003800000446",
}
"""Ids that stand for a test card without its number. Source: https://docs.stripe.com/testing#cards"""
