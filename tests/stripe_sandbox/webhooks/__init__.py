"""Events on their way to the endpoints that asked for them."""
