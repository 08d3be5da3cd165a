"""What must be true of Stripe and of its stand-in alike: run against the stand-in always, against Stripe when there is a key."""
