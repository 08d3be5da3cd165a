"""Topics by words: twelve pages are few, so PostgreSQL reads them all, and no index is kept."""

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.search import SearchRank, SearchVector
from django.db.models import F

from shop.awareness.models import Topic
from shop.search.listings import query_of

MOST_TOPICS = 6

_DOCUMENT = (
    SearchVector("title", weight="A", config="english")
    + SearchVector("summary", "introduction", "action_text", weight="B", config="english")
    + SearchVector(StringAgg("passages__text", delimiter=" "), weight="C", config="english")
)


def topics_with(words: list[str]) -> list[Topic]:
    """The topics whose page holds every word, the best first. One query. `words` as `listings.words_of` gives them."""
    query = query_of(words)
    found = Topic.objects.published().annotate(document=_DOCUMENT).filter(document=query)
    return list(found.annotate(rank=SearchRank(F("document"), query)).order_by("-rank", "number")[:MOST_TOPICS])
