"""Brings the topics, sources, hotlines and placements of `data/` into the database.

What staff have edited is theirs: it is left as it is unless `overwrite` is asked for. What they have not touched
follows the files, so that a corrected sentence reaches a running site. A repeat changes nothing.
"""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max
from oscar.core.loading import get_model

from shop.awareness.models import FromDataFiles, Hotline, Passage, ProductTopic, Source, Topic

DATA = Path(__file__).parent / "data"

Loaded = TypeVar("Loaded", bound=FromDataFiles)
Entry = dict[str, Any]


@transaction.atomic
def load_awareness(*, overwrite: bool = False) -> Counter[str]:
    """What happened, counted: "created", "updated", "unchanged", "kept" (as staff edited it),
    "passages" (written), "products missing".

    Raises KeyError for a passage whose source is not in `sources.toml`.
    """
    done: Counter[str] = Counter()
    sources = {key: _load_source(key, entry, overwrite, done) for key, entry in _read("sources.toml").items()}
    for position, (key, entry) in enumerate(_read("hotlines.toml").items(), start=1):
        _load_hotline(key, position, entry, overwrite, done)
    for entry in read_topics():
        _load_topic(entry, sources, overwrite, done)
    for product_code, topic_slugs in _read("placements.toml").items():
        _place_topics(product_code, topic_slugs, overwrite, done)
    return done


def read_topics() -> list[Entry]:
    """The topics as the files tell them, in their order."""
    return [tomllib.loads(path.read_text()) for path in sorted((DATA / "topics").glob("*.toml"))]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text())


def _load_source(key: str, entry: Entry, overwrite: bool, done: Counter[str]) -> Source:
    values = {
        "publisher": entry["publisher"],
        "title": entry["title"],
        "url": entry["url"],
        "published_year": entry.get("year"),
        "checked_date": entry["checked"],
    }
    source = Source.objects.filter(key=key).first()
    return _bring(source, Source(key=key), values, overwrite, done)


def _load_hotline(key: str, position: int, entry: Entry, overwrite: bool, done: Counter[str]) -> None:
    values = {
        "name": entry["name"],
        "purpose": entry.get("purpose", Hotline.Purpose.REPORT),
        "phone": entry.get("phone", ""),
        "text_to": entry.get("text_to", ""),
        "url": entry.get("url", ""),
        "note": entry.get("note", ""),
        "checked_date": entry["checked"],
        "is_shown": entry.get("shown", True),
    }
    hotline = Hotline.objects.filter(key=key).first()
    _bring(hotline, Hotline(key=key, position=_free_position(position)), values, overwrite, done)


def _free_position(wanted: int) -> int:
    if not Hotline.objects.filter(position=wanted).exists():
        return wanted
    return (Hotline.objects.aggregate(last=Max("position"))["last"] or 0) + 1


def _load_topic(entry: Entry, sources: dict[str, Source], overwrite: bool, done: Counter[str]) -> None:
    topic = Topic.objects.filter(slug=entry["slug"]).first()
    if topic is not None and topic.edited_at is not None and not overwrite:
        done["kept"] += 1
        return
    values = {
        "number": entry["number"],
        "title": entry["title"],
        "summary": entry["summary"],
        "introduction": entry["introduction"],
        "action_text": entry["action_text"],
        "action_link_text": entry["action_link_text"],
        "action_url": entry["action_url"],
        "offer": entry["offer"],
        "offer_text": entry["offer_text"],
        "product_id": _product_id(entry.get("product")),
        "gift_program": entry.get("gift_program", ""),
        "checked_date": entry["checked"],
        "is_default": entry.get("default", False) and not _other_default(entry["slug"]),
    }
    if overwrite:
        values["is_published"] = True
    topic = _bring(topic, Topic(slug=entry["slug"]), values, overwrite, done)
    done["passages"] += _replace_passages(topic, entry["passages"], sources)


def _other_default(slug: str) -> bool:
    return Topic.objects.filter(is_default=True).exclude(slug=slug).exists()


def _product_id(code: str | None) -> int | None:
    if code is None:
        return None
    return get_model("catalogue", "Product").objects.filter(code=code).values_list("pk", flat=True).first()


def _replace_passages(topic: Topic, entries: list[Entry], sources: dict[str, Source]) -> int:
    """How many passages were written: none if they already say what the file says."""
    wanted = [
        (position, entry["kind"], entry["text"], sources[entry["source"]].pk, entry.get("on_products", False))
        for position, entry in enumerate(entries, start=1)
    ]
    fields = ("position", "kind", "text", "source_id", "is_on_products")
    if list(topic.passages.order_by("position").values_list(*fields)) == wanted:
        return 0
    topic.passages.all().delete()
    Passage.objects.bulk_create(Passage(topic=topic, **dict(zip(fields, row, strict=True))) for row in wanted)
    return len(wanted)


def _place_topics(product_code: str, topic_slugs: list[str], overwrite: bool, done: Counter[str]) -> None:
    """Only a product without any topic gets those of the file: staff keep at least one on a product they placed."""
    product_id = _product_id(product_code)
    if product_id is None:
        done["products missing"] += 1
        return
    placed = ProductTopic.objects.filter(product_id=product_id)
    if placed.exists() and not overwrite:
        return
    placed.delete()
    topics = Topic.objects.in_bulk(topic_slugs, field_name="slug")
    ProductTopic.objects.bulk_create(
        ProductTopic(product_id=product_id, topic=topics[slug], position=position)
        for position, slug in enumerate(topic_slugs, start=1)
    )


def _bring(found: Loaded | None, new: Loaded, values: Entry, overwrite: bool, done: Counter[str]) -> Loaded:
    if found is not None and found.edited_at is not None and not overwrite:
        done["kept"] += 1
        return found
    record = found or new
    changed = [name for name, value in values.items() if getattr(record, name) != value]
    if found is not None and found.edited_at is not None:
        values = {**values, "edited_at": None}
        changed.append("edited_at")
    for name in changed:
        setattr(record, name, values[name])
    if found is None:
        record.save(force_insert=True)
        done["created"] += 1
    elif changed:
        record.save(update_fields=changed)
        done["updated"] += 1
    else:
        done["unchanged"] += 1
    return record
