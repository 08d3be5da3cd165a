"""The pages under /learn/. The same for every visitor: no cookie, no session, nothing personal."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shop.awareness.models import Topic
from shop.awareness.reading import fabric_of, topic_page


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    topics = [{"topic": topic, "fabric": fabric_of(topic)} for topic in Topic.objects.published().in_order()]
    return render(request, "awareness/index.html", {"topics": topics})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        page = topic_page(slug)
    except Topic.DoesNotExist as error:
        raise Http404(f"No topic {slug}") from error
    return render(request, "awareness/topic.html", {"page": page})
