"""What staff change. Each change marks its record as edited, so that loading the data files leaves it alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from shop.awareness.models import Hotline, Passage, ProductTopic, Source, Topic

Record = TypeVar("Record", Source, Hotline)


@transaction.atomic
def save_topic(
    *, topic: Topic, is_default: bool, passages: Sequence[Passage], removed: Sequence[Passage], now: datetime
) -> Topic:
    """Saves a topic with its passages in the given order. A new default topic takes the place of the old one."""
    if is_default:
        Topic.objects.filter(is_default=True).exclude(pk=topic.pk).update(is_default=False)
    topic.is_default = is_default
    topic.edited_at = now
    topic.save()
    for passage in removed:
        passage.delete()
    for position, passage in enumerate(passages, start=1):
        passage.topic = topic
        passage.position = position
        passage.save()
    return topic


def save_edited(record: Record, *, now: datetime) -> Record:
    """A source or a hotline as staff want it."""
    record.edited_at = now
    record.save()
    return record


@transaction.atomic
def place_topics(*, product: Any, topics: Sequence[Topic]) -> None:
    """Puts these topics on the product's page, in this order, instead of those that stand there. Safe to repeat."""
    product.awareness_topics.all().delete()
    ProductTopic.objects.bulk_create(
        ProductTopic(product=product, topic=topic, position=position)
        for position, topic in enumerate(dict.fromkeys(topics), start=1)
    )
