from django.urls import include, path

from donations import coming_back, views

app_name = "donations"
urlpatterns = [
    path("", views.donate, name="donate"),
    path("continue/<str:token>/", views.continue_from_mail, name="continue"),
    path("return/<slug:reference>/", coming_back.returned, name="return"),
    path("thank-you/<slug:reference>/", coming_back.thank_you, name="thank-you"),
    path("receipt/<slug:reference>/", coming_back.receipt, name="receipt"),
    path("mend/<str:token>/", coming_back.mend, name="mend"),
    path("my-giving/", include("donations.my_giving.urls")),
    path("disclosure/", views.disclosure, name="disclosure"),
]
