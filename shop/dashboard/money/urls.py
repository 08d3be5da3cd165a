from django.urls import path

from shop.dashboard.money import (
    comparison_views,
    dispute_views,
    event_views,
    payment_views,
    payout_views,
    refund_views,
)

app_name = "money-dashboard"
urlpatterns = [
    path("payments/", payment_views.payment_list, name="payment-list"),
    path("payments/<slug:reference>/", payment_views.payment_detail, name="payment-detail"),
    path("payments/<slug:reference>/refund/", refund_views.payment_refund, name="payment-refund"),
    path("disputes/", dispute_views.dispute_list, name="dispute-list"),
    path("warnings/", dispute_views.warning_list, name="warning-list"),
    path("warnings/<int:pk>/refund/", dispute_views.warning_refund, name="warning-refund"),
    path("warnings/<int:pk>/keep/", dispute_views.warning_keep, name="warning-keep"),
    path("payouts/", payout_views.payout_list, name="payout-list"),
    path("payouts/<slug:stripe_id>/", payout_views.payout_detail, name="payout-detail"),
    path("payouts/<slug:stripe_id>/export/", payout_views.payout_csv, name="payout-csv"),
    path("books/", payout_views.month_list, name="month-list"),
    path("books/<int:year>/<int:month>/export/", payout_views.month_csv, name="month-csv"),
    path("events/", event_views.event_list, name="event-list"),
    path("events/replay/", event_views.event_replay, name="event-replay"),
    path("comparisons/", comparison_views.comparison_list, name="comparison-list"),
    path("comparisons/now/", comparison_views.compare_now, name="compare-now"),
]
