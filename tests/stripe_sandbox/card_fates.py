"""Test cards whose charge succeeds, and what happens to it afterwards. Source: https://docs.stripe.com/testing"""

REFUND_FATES = {"4000000000007726": "succeeds_later", "4000000000005126": "fails_later"}
"""Cards whose charge succeeds and whose refund takes its time. Source: https://docs.stripe.com/testing#refunds"""
DISPUTES = {
    "4000000000000259": "fraudulent",
    "4000000000002685": "product_not_received",
    "4000000000001976": "inquiry",
}
WARNED_OF = {"4000000000005423"}
"""Cards whose charge succeeds and is disputed, or warned of. Source: https://docs.stripe.com/testing#disputes"""
