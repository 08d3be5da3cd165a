"""What Stripe's API accepts and gives, derived from the type annotations of the installed stripe-python."""
