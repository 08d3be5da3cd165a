"""A topic's page, made of its passages: prose and lists in the order of the passages, and numbered sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shop.awareness.models import Passage, Source, Topic

# The tags' six fabrics, in the order in which topics wear them.
FABRICS = ("marigold", "poppy", "fuchsia", "jade", "lagoon", "indigo")
LIST_TITLES: dict[str, str | Promise] = {
    Passage.Kind.SIGN: _("Signs to notice"),
    Passage.Kind.DO: _("What to do"),
    Passage.Kind.DONT: _("What not to do"),
}


@dataclass(frozen=True)
class Sentence:
    """A passage and the number of its source in the page's list."""

    text: str
    kind: str
    reference: int

    @property
    def is_estimate(self) -> bool:
        return self.kind == Passage.Kind.ESTIMATE


@dataclass(frozen=True)
class AdviceList:
    kind: str
    sentences: Sequence[Sentence]

    @property
    def title(self) -> str | Promise:
        return LIST_TITLES[self.kind]


@dataclass(frozen=True)
class Part:
    """A stretch of the page: either prose or the lists that stand side by side."""

    prose: Sequence[Sentence] = ()
    lists: Sequence[AdviceList] = ()


@dataclass(frozen=True)
class TopicPage:
    topic: Topic
    count: int
    parts: Sequence[Part]
    sources: Sequence[Source]
    previous: Topic | None
    next: Topic | None

    @property
    def fabric(self) -> str:
        return fabric_of(self.topic)

    @property
    def has_advice(self) -> bool:
        return any(part.lists for part in self.parts)


def fabric_of(topic: Topic) -> str:
    return FABRICS[(topic.number - 1) % len(FABRICS)]


def topic_page(slug: str) -> TopicPage:
    """Two queries. Raises Topic.DoesNotExist if there is no such topic or it is not shown to visitors."""
    topics = list(Topic.objects.published().in_order().select_related("product__parent"))
    place = next((index for index, topic in enumerate(topics) if topic.slug == slug), None)
    if place is None:
        raise Topic.DoesNotExist(slug)
    topic = topics[place]
    passages = list(topic.passages.select_related("source").order_by("position"))
    sources = list(dict.fromkeys(passage.source for passage in passages))
    return TopicPage(
        topic=topic,
        count=len(topics),
        parts=_parts([_sentence(passage, sources) for passage in passages]),
        sources=sources,
        previous=topics[place - 1] if place else None,
        next=topics[place + 1] if place + 1 < len(topics) else None,
    )


def _sentence(passage: Passage, sources: list[Source]) -> Sentence:
    return Sentence(passage.text, passage.kind, sources.index(passage.source) + 1)


def _parts(sentences: list[Sentence]) -> list[Part]:
    return [
        Part(lists=_lists(list(group))) if is_advice else Part(prose=list(group))
        for is_advice, group in groupby(sentences, key=lambda sentence: sentence.kind in LIST_TITLES)
    ]


def _lists(sentences: list[Sentence]) -> list[AdviceList]:
    return [AdviceList(kind, list(group)) for kind, group in groupby(sentences, key=lambda sentence: sentence.kind)]
