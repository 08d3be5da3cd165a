"""One module for each of Stripe's objects: what its API operations do."""
