"""Topics, sources, hotlines and their places on products, for staff."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from oscar.core.loading import get_model

from shop.awareness.dashboard.forms import HotlineForm, PlacementForm, SourceForm, TopicForm, passage_formset
from shop.awareness.editing import place_topics, save_edited, save_topic
from shop.awareness.models import Hotline, ProductTopic, Source, Topic
from shop.staff_access import staff_with

PAGES = "oscar/dashboard/awareness"


@require_safe
@staff_with("awareness.view_topic")
def topic_list(request: HttpRequest) -> HttpResponse:
    topics = Topic.objects.in_order().annotate(passage_count=Count("passages"))
    return render(request, f"{PAGES}/topic_list.html", {"topics": topics})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_with("awareness.add_topic")
def topic_create(request: HttpRequest) -> HttpResponse:
    return _edit_topic(request, Topic())


@require_http_methods(["GET", "HEAD", "POST"])
@staff_with("awareness.change_topic")
def topic_edit(request: HttpRequest, slug: str) -> HttpResponse:
    return _edit_topic(request, get_object_or_404(Topic, slug=slug))


def _edit_topic(request: HttpRequest, topic: Topic) -> HttpResponse:
    form = TopicForm(request.POST or None, instance=topic)
    passages: Any = passage_formset(request.POST or None, instance=topic, queryset=_in_order(topic))
    if request.method == "POST" and _is_topic_valid(form, passages):
        changed = form.save(commit=False)
        passages.save(commit=False)  # finds what was removed
        save_topic(
            topic=changed,
            is_default=form.cleaned_data["is_default"],
            passages=[kept.instance for kept in passages.kept_forms],
            removed=passages.deleted_objects,
            now=timezone.now(),
        )
        messages.success(request, _("“%(title)s” is saved. Visitors see it in a moment.") % {"title": changed.title})
        return redirect("awareness-dashboard:topic-list")
    return render(request, f"{PAGES}/topic_form.html", {"form": form, "passages": passages, "topic": topic})


def _in_order(topic: Topic) -> Any:
    return topic.passages.order_by("position") if topic.pk else topic.passages.model.objects.none()


def _is_topic_valid(form: TopicForm, passages: Any) -> bool:
    if not (form.is_valid() & passages.is_valid()):
        return False
    if form.cleaned_data["is_default"] and not passages.has_fact_for_products():
        form.add_error("is_default", _("This topic needs a statement that is ticked for product pages."))
        return False
    return True


@require_safe
@staff_with("awareness.view_source")
def source_list(request: HttpRequest) -> HttpResponse:
    sources = Source.objects.annotate(passage_count=Count("passages")).order_by("publisher", "title")
    return render(request, f"{PAGES}/source_list.html", {"sources": sources})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_with("awareness.add_source")
def source_create(request: HttpRequest) -> HttpResponse:
    return _edit_source(request, Source())


@require_http_methods(["GET", "HEAD", "POST"])
@staff_with("awareness.change_source")
def source_edit(request: HttpRequest, key: str) -> HttpResponse:
    return _edit_source(request, get_object_or_404(Source, key=key))


def _edit_source(request: HttpRequest, source: Source) -> HttpResponse:
    form = SourceForm(request.POST or None, instance=source)
    if request.method == "POST" and form.is_valid():
        save_edited(form.save(commit=False), now=timezone.now())
        messages.success(request, _("The source is saved."))
        return redirect("awareness-dashboard:source-list")
    return _record_page(
        request, form, title=_("Source"), here="sources", back="source-list", title_of_list=_("Sources")
    )


@require_safe
@staff_with("awareness.view_hotline")
def hotline_list(request: HttpRequest) -> HttpResponse:
    return render(request, f"{PAGES}/hotline_list.html", {"hotlines": Hotline.objects.order_by("position")})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_with("awareness.add_hotline")
def hotline_create(request: HttpRequest) -> HttpResponse:
    return _edit_hotline(request, Hotline())


@require_http_methods(["GET", "HEAD", "POST"])
@staff_with("awareness.change_hotline")
def hotline_edit(request: HttpRequest, key: str) -> HttpResponse:
    return _edit_hotline(request, get_object_or_404(Hotline, key=key))


def _edit_hotline(request: HttpRequest, hotline: Hotline) -> HttpResponse:
    form = HotlineForm(request.POST or None, instance=hotline)
    if request.method == "POST" and form.is_valid():
        save_edited(form.save(commit=False), now=timezone.now())
        messages.success(request, _("The hotline is saved. Visitors see it in a moment."))
        return redirect("awareness-dashboard:hotline-list")
    return _record_page(
        request, form, title=_("Hotline"), here="hotlines", back="hotline-list", title_of_list=_("Hotlines")
    )


@require_safe
@staff_with("awareness.view_producttopic")
def placement_list(request: HttpRequest) -> HttpResponse:
    context = {"products": _products(), "default": Topic.objects.filter(is_default=True).first()}
    return render(request, f"{PAGES}/placement_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_with("awareness.change_producttopic")
def placement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(_products(), pk=pk)
    placed = [placement.topic for placement in product.awareness_topics.all()]
    form = PlacementForm(request.POST or None, placed=placed)
    if request.method == "POST" and form.is_valid():
        place_topics(product=product, topics=form.topics)
        messages.success(request, _("The topics of this product are saved. Visitors see them in a moment."))
        return redirect("awareness-dashboard:placement-list")
    return _record_page(
        request,
        form,
        title=product.get_title(),
        here="products",
        back="placement-list",
        title_of_list=_("Topics on products"),
    )


def _record_page(
    request: HttpRequest, form: Any, *, title: str, here: str, back: str, title_of_list: str
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "here": here,
        "back": f"awareness-dashboard:{back}",
        "list": title_of_list,
    }
    return render(request, f"{PAGES}/record_form.html", context)


def _products() -> Any:
    """What has a page of its own: products and parents. A color shows what its parent shows."""
    placements = ProductTopic.objects.select_related("topic").order_by("position")
    return (
        get_model("catalogue", "Product")
        .objects.exclude(structure="child")
        .prefetch_related(Prefetch("awareness_topics", queryset=placements))
        .order_by("title")
    )
