from oscar.apps.order.abstract_models import AbstractOrder


class Order(AbstractOrder):
    """Oscar's order, written to at the address that was typed at the checkout, with or without an account."""

    @property
    def email(self) -> str:
        return self.guest_email or super().email or ""


from oscar.apps.order.models import *  # noqa: E402, F403 -- ours stands before Oscar's
