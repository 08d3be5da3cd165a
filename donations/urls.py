from django.urls import path

from donations import views

app_name = "donations"
urlpatterns = [
    path("", views.donate, name="donate"),
    path("return/<slug:reference>/", views.returned, name="return"),
    path("thank-you/<slug:reference>/", views.thank_you, name="thank-you"),
    path("receipt/<slug:reference>/", views.receipt, name="receipt"),
    path("disclosure/", views.disclosure, name="disclosure"),
]
