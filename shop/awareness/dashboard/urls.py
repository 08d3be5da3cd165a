from django.urls import path

from shop.awareness.dashboard import views

app_name = "awareness-dashboard"
urlpatterns = [
    path("", views.topic_list, name="topic-list"),
    path("new-topic/", views.topic_create, name="topic-create"),
    path("topics/<slug:slug>/", views.topic_edit, name="topic-edit"),
    path("sources/", views.source_list, name="source-list"),
    path("new-source/", views.source_create, name="source-create"),
    path("sources/<slug:key>/", views.source_edit, name="source-edit"),
    path("hotlines/", views.hotline_list, name="hotline-list"),
    path("new-hotline/", views.hotline_create, name="hotline-create"),
    path("hotlines/<slug:key>/", views.hotline_edit, name="hotline-edit"),
    path("products/", views.placement_list, name="placement-list"),
    path("products/<int:pk>/", views.placement_edit, name="placement-edit"),
]
