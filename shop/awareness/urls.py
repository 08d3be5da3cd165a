from django.urls import path

from shop.awareness import views

app_name = "awareness"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:slug>/", views.topic, name="topic"),
]
