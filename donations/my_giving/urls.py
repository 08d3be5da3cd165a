from django.urls import path

from donations.my_giving import changes, views

urlpatterns = [
    path("", views.my_giving, name="my-giving"),
    path("open/<str:token>/", views.open_link, name="my-giving-open"),
    path("sign-out/", views.sign_out, name="my-giving-sign-out"),
    path("receipts/<slug:reference>/", views.receipt, name="my-giving-receipt"),
    path("<slug:reference>/amount/", changes.amount, name="my-giving-amount"),
    path("<slug:reference>/card/", changes.card, name="my-giving-card"),
    path("<slug:reference>/pause/", changes.pause, name="my-giving-pause"),
    path("<slug:reference>/resume/", changes.resume, name="my-giving-resume"),
    path("<slug:reference>/cancel/", changes.cancel, name="my-giving-cancel"),
]
