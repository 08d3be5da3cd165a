"""A bare Django view: no middleware, no template, no database. It answers each path with the bytes that it was given.

`BARE_PAGES` names a JSON file: path to [headers, name of the file that holds the body].
"""

import json
import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

settings.configure(
    ALLOWED_HOSTS=["localhost"], ROOT_URLCONF=__name__, SECRET_KEY="bare", MIDDLEWARE=[], LOGGING_CONFIG=None
)

_index = Path(os.environ["BARE_PAGES"])
_pages = {
    path: (headers, _index.with_name(name).read_bytes())
    for path, (headers, name) in json.loads(_index.read_text()).items()
}


def page(request: HttpRequest) -> HttpResponse:
    headers, body = _pages[request.path]
    return HttpResponse(body, headers=headers)


urlpatterns = [re_path("", page)]
application = get_wsgi_application()
