from django.urls import reverse_lazy

from shop.customer.views import SignInView


class LoginView(SignInView):
    """Staff come in through the same door as everybody: one form, one count of wrong passwords."""

    default_destination = reverse_lazy("dashboard:index")
