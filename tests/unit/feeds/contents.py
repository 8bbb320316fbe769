"""Contents of feeds, for tests that care about one or two fields."""

from makers import NOON, SITE

from feedsvc.feeds import FeedBuilder
from feedsvc.model import Category, Feed, FeedContent, Scheme, Vocabulary

PANAMA, GENDER = Category(Scheme.COUNTRY, "PA"), Category(Scheme.TOPIC, "gender")
VOCABULARY = Vocabulary(
    countries=("CR", "PA"),
    topics=("gender", "trafficking"),
    regions={},
    names={"en": {PANAMA: "Panama", GENDER: "Gender"}, "es": {PANAMA: "Panamá", GENDER: "Género"}},
    languages={"en": "English", "es": "español"},
)
BUILDER = FeedBuilder(SITE, VOCABULARY)
HUB = FeedBuilder(SITE, VOCABULARY, hub="https://hub.example/push")


def content(*entries, feed=None, **fields):
    feed = feed or Feed("PA")
    return FeedContent(
        **{
            "name": feed.name,
            "title": VOCABULARY.feed_title(feed, feed.language or "en"),
            "path": feed.path,
            "language": feed.language or "en",
            "entries": entries,
            "updated_at": NOON,
            "categories": feed.categories,
            **fields,
        }
    )
