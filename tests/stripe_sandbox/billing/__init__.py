"""Subscriptions and their invoices through time: periods, collection, retries, pauses and ends."""
