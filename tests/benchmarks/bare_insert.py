"""A bare Django view that inserts one row: no middleware, no template. What storing a webhook is measured against."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from environs import Env

settings.configure(
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="bare",
    MIDDLEWARE=[],
    LOGGING_CONFIG=None,
    DATABASES={"default": Env().dj_db_url("DATABASE_URL", os.environ["DATABASE_URL"], conn_max_age=60)},
)
TABLE = "CREATE TABLE IF NOT EXISTS bare_rows (id bigserial PRIMARY KEY, body text NOT NULL)"


def insert(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bare_rows (body) VALUES (%s)", [request.body.decode()])
    answer = b"stored\n"
    return HttpResponse(answer, headers={"Content-Type": "text/plain", "Content-Length": str(len(answer))})


urlpatterns = [re_path("", insert)]
application = get_wsgi_application()
with connection.cursor() as started:
    started.execute(TABLE)
