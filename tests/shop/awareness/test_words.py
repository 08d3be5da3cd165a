"""What the topics say, and how: sourced, plain, and in words that put no blame on a child."""

import re
import tomllib
from pathlib import Path

import pytest

from shop.awareness.loading import DATA, read_topics
from tests.shop.awareness.reading_level import grade

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates"
TOPICS = read_topics()
SOURCES = tomllib.loads((DATA / "sources.toml").read_text())
# Named differently by different pages of its owner, or not confirmed at all.
UNCONFIRMED = {"1-802-872-6199", "1-866-347-2423"}
HOTLINES = tomllib.loads((DATA / "hotlines.toml").read_text())
NEVER_SAID = ("prostitut", "child porn", "kiddie porn", "sex with a child", "sex with children", "sex with minors")
NEVER_SAID_OF_AN_OFFENDER = ("customer", "client")
GRADE_OF_THIRTEEN_YEAR_OLDS = 8.0

each_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic["slug"])


def _passages(topic) -> str:
    return " ".join(passage["text"] for passage in topic["passages"])


def _words_shown(template: Path) -> str:
    """A template without its tags and comments: what a visitor may read."""
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}", " ", template.read_text(), flags=re.DOTALL)
    quoted = " ".join(re.findall(r'{%\s*translate\s+"([^"]*)"', text))
    return f"{re.sub(r'{[%{].*?[%}]}', ' ', text, flags=re.DOTALL)} {quoted}".lower()


def test_there_are_twelve_topics_in_order():
    assert [topic["number"] for topic in TOPICS] == list(range(1, 13))


@each_topic
def test_a_topic_has_at_least_two_passages_and_each_names_a_source_that_exists(topic):
    assert len(topic["passages"]) >= 2
    assert {passage["source"] for passage in topic["passages"]} <= set(SOURCES)


@each_topic
def test_a_topic_has_one_thing_to_do_and_a_link_to_a_product_or_a_gift(topic):
    assert topic["action_text"]
    assert topic["action_link_text"]
    assert topic["action_url"].startswith(("/", "https://"))
    assert topic["offer_text"]
    assert topic["offer"] == "gift" or topic["product"]


def test_a_gift_is_offered_for_a_program_that_there_is():
    programs = tomllib.loads((ROOT / "donations" / "data" / "programs.toml").read_text())["programs"]
    offered = {topic["gift_program"] for topic in TOPICS if "gift_program" in topic}
    assert offered <= {program["slug"] for program in programs}


@each_topic
def test_a_topic_has_a_fact_for_product_pages(topic):
    assert any(passage["kind"] == "statement" and passage.get("on_products") for passage in topic["passages"])


@each_topic
def test_a_topic_is_neither_too_short_nor_too_long(topic):
    assert 150 <= len(_passages(topic).split()) <= 350


@each_topic
def test_a_thirteen_year_old_can_read_a_topic(topic):
    assert (
        grade(" ".join((topic["introduction"], _passages(topic), topic["action_text"]))) <= GRADE_OF_THIRTEEN_YEAR_OLDS
    )


def test_the_reading_level_tells_hard_from_easy():
    assert grade("The dog ran home. It was glad. We all sat down to eat.") < 3
    assert grade("Extraterritorial jurisdiction facilitates prosecution notwithstanding international boundaries.") > 18


def test_every_source_has_a_publisher_an_address_and_a_date():
    for source in SOURCES.values():
        assert source["publisher"]
        assert source["title"]
        assert source["url"].startswith("https://")
        assert source["checked"]


def test_every_source_is_used():
    assert {passage["source"] for topic in TOPICS for passage in topic["passages"]} == set(SOURCES)


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.toml")), ids=lambda path: path.name)
def test_the_data_files_put_no_blame_on_a_child(path):
    text = path.read_text().lower()
    assert [word for word in (*NEVER_SAID, *NEVER_SAID_OF_AN_OFFENDER) if word in text] == []


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_the_templates_put_no_blame_on_a_child(path):
    text = _words_shown(path)
    words = (*NEVER_SAID, *NEVER_SAID_OF_AN_OFFENDER) if "awareness" in path.parts else NEVER_SAID
    assert [word for word in words if word in text] == []


def test_the_older_term_is_explained_once_and_nowhere_else():
    naming = [topic["slug"] for topic in TOPICS if "child sex tourism" in _passages(topic).lower()]
    assert naming == ["what-it-is"]


def test_a_number_without_a_primary_source_is_called_an_estimate():
    quarter = [passage for topic in TOPICS for passage in topic["passages"] if "a quarter of" in passage["text"]]
    assert [passage["kind"] for passage in quarter] == ["estimate"]
    assert quarter[0]["text"].startswith("Some estimates")


def test_the_emergency_number_comes_first_and_an_unconfirmed_number_is_hidden():
    assert next(iter(HOTLINES.values()))["phone"] == "911"
    assert {line["phone"] for line in HOTLINES.values() if not line.get("shown", True)} == UNCONFIRMED


def test_no_text_names_an_unconfirmed_number():
    for topic in TOPICS:
        assert not any(number in str(topic) for number in UNCONFIRMED)


def test_the_support_line_is_not_offered_for_reports():
    assert HOTLINES["childhelp"]["purpose"] == "support"
