from django.urls import path

from donations.dashboard import monthly, views

app_name = "donations-dashboard"
urlpatterns = [
    path("", views.gift_list, name="gift-list"),
    path("export/", views.gift_export, name="gift-export"),
    path("monthly/", monthly.monthly_list, name="monthly-list"),
    path("monthly/<slug:reference>/", monthly.monthly_detail, name="monthly-detail"),
    path("programs/", views.program_list, name="program-list"),
    path("new-program/", views.program_edit, name="program-create"),
    path("programs/<slug:slug>/", views.program_edit, name="program-edit"),
    path("texts/<slug:key>/", views.wording_edit, name="wording-edit"),
    path("<slug:reference>/", views.gift_detail, name="gift-detail"),
    path("<slug:reference>/receipt/", views.receipt, name="gift-receipt"),
    path("<slug:reference>/receipt/send-again/", views.send_receipt_again, name="gift-receipt-send-again"),
]
