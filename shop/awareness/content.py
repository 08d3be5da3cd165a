"""What a product page says about the cause: a fact with its source, signs, what to do, what not, and whom to call."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, Subquery, Value, When

from shop.awareness.models import Hotline, Passage, ProductTopic


@dataclass(frozen=True)
class SourceShown:
    full_title: str
    url: str
    checked_date: date


@dataclass(frozen=True)
class TopicShown:
    title: str
    fact: str
    get_absolute_url: str
    signs: tuple[str, ...]
    what_to_do: tuple[str, ...]
    what_not_to_do: tuple[str, ...]


@dataclass(frozen=True)
class ProductAwareness:
    """What `components/awareness_block.html` shows. `source` is the fact's, `advice_sources` those of the three lists."""

    topic: TopicShown
    source: SourceShown
    advice_sources: tuple[SourceShown, ...]
    hotlines: Sequence[Hotline]


def hotlines_shown() -> list[Hotline]:
    """Every hotline that is shown, in order. One query."""
    return list(Hotline.objects.shown())


def reporting(hotlines: Iterable[Hotline]) -> list[Hotline]:
    return [hotline for hotline in hotlines if hotline.purpose == Hotline.Purpose.REPORT]


def supporting(hotlines: Iterable[Hotline]) -> list[Hotline]:
    return [hotline for hotline in hotlines if hotline.purpose == Hotline.Purpose.SUPPORT]


def awareness_for(product: Any, *, hotlines: Sequence[Hotline] | None = None) -> ProductAwareness | None:
    """What stands on this product's page: its own topics' passages, else its parent's, else the default topic's.

    Each kind of passage is looked for in that order, so a topic without signs is completed by the default topic and
    then by the others. None only as long as no published topic has a statement for product pages. One query, and
    one more if the hotlines are not given.
    """
    passages = _passages_for(product)
    fact = next((passage for passage in passages if passage.kind == Passage.Kind.STATEMENT), None)
    if fact is None:
        return None
    signs = _of_the_nearest_topic(passages, Passage.Kind.SIGN)
    what_to_do = _of_the_nearest_topic(passages, Passage.Kind.DO)
    what_not_to_do = _of_the_nearest_topic(passages, Passage.Kind.DONT)
    advice = {passage.source_id: passage.source for passage in (*signs, *what_to_do, *what_not_to_do)}
    return ProductAwareness(
        topic=TopicShown(
            title=fact.topic.title,
            fact=fact.text,
            get_absolute_url=fact.topic.get_absolute_url(),
            signs=_texts(signs),
            what_to_do=_texts(what_to_do),
            what_not_to_do=_texts(what_not_to_do),
        ),
        source=_shown(fact.source),
        advice_sources=tuple(_shown(source) for source in advice.values()),
        hotlines=reporting(hotlines_shown()) if hotlines is None else hotlines,
    )


def _passages_for(product: Any) -> list[Passage]:
    """The passages for product pages, those of the nearest topic first."""
    own = ProductTopic.objects.filter(topic=OuterRef("topic"), product=product.pk).values("position")
    inherited = ProductTopic.objects.filter(topic=OuterRef("topic"), product=product.parent_id).values("position")
    return list(
        Passage.objects.filter(is_on_products=True, topic__is_published=True)
        .annotate(own=Subquery(own), inherited=Subquery(inherited))
        .annotate(
            distance=Case(
                When(own__isnull=False, then=Value(0)),
                When(inherited__isnull=False, then=Value(1)),
                When(topic__is_default=True, then=Value(2)),
                default=Value(3),
                output_field=IntegerField(),
            ),
            place=Case(When(own__isnull=False, then=F("own")), default=F("inherited"), output_field=IntegerField()),
        )
        .select_related("topic", "source")
        .order_by("distance", "place", "topic__number", "position")
    )


def _of_the_nearest_topic(passages: list[Passage], kind: Passage.Kind) -> list[Passage]:
    found = [passage for passage in passages if passage.kind == kind]
    return [passage for passage in found if passage.topic_id == found[0].topic_id]


def _texts(passages: list[Passage]) -> tuple[str, ...]:
    return tuple(passage.text for passage in passages)


def _shown(source: Any) -> SourceShown:
    return SourceShown(full_title=source.full_title, url=source.url, checked_date=source.checked_date)
