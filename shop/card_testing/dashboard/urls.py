from django.urls import path

from shop.card_testing.dashboard import views

app_name = "card-testing-dashboard"
urlpatterns = [path("", views.protection, name="protection")]
