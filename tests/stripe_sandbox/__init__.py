"""A stand-in for Stripe: a program of its own that speaks Stripe's HTTP API and moves no real money."""
