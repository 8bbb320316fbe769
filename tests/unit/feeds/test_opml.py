"""The list of all feeds."""

from lxml import etree
from makers import SITE
from unit.feeds.contents import VOCABULARY

from feedsvc.feeds import opml
from feedsvc.model import Feed

FEEDS = [
    Feed("PA", "gender"),
    Feed("PA"),
    Feed("PA", "trafficking"),
    Feed("ZZ"),
    Feed("CR"),
    Feed(topic="trafficking"),
    Feed(topic="gender"),
    Feed(topic="gender", language="es"),
    Feed(language="es"),
    Feed(),
]


def outlines(feeds, **titles):
    def nested(parent):
        return [(child.get("text"), nested(child)) if len(child) else child.get("text") for child in parent]

    return nested(etree.fromstring(opml(SITE, VOCABULARY, feeds, **titles).body).find("body"))


def test_feeds_are_nested_by_country_and_topic_in_the_order_of_the_vocabulary():
    assert outlines(FEEDS, countries="Países", topics="Temas") == [
        "Migration in Mesoamerica",
        "español",
        ("Países", ["CR", ("Panama", ["Panama", "Panama: Gender", "Panama: trafficking"]), "ZZ"]),
        ("Temas", [("Gender", ["Gender", "Gender (español)"]), "trafficking"]),
    ]


def test_a_site_without_feeds_of_its_own_lists_the_one_of_all():
    assert outlines([Feed()]) == ["Migration in Mesoamerica"]


def test_an_outline_says_all_that_a_reader_needs():
    document = opml(SITE, VOCABULARY, [Feed(topic="gender", language="es")])
    assert (document.path, document.media_type) == ("/feeds.opml", "text/x-opml; charset=utf-8")
    root = etree.fromstring(document.body)
    assert (root.get("version"), root.findtext("head/title")) == ("2.0", "Migration in Mesoamerica")
    assert dict(root.find("body/outline/outline").attrib) == {
        "type": "rss",
        "text": "Gender (español)",
        "title": "Gender (español)",
        "xmlUrl": "https://bulletin.example.org/feeds/topic/gender/lang/es.atom",
        "htmlUrl": "https://bulletin.example.org/es/feeds/topic/gender/lang/es",
        "language": "es",
    }


def test_the_order_in_which_feeds_are_given_changes_nothing():
    assert opml(SITE, VOCABULARY, FEEDS) == opml(SITE, VOCABULARY, reversed(FEEDS))
