"""What the settings may say and had better not: links in mail that lead nowhere, or in the clear."""

import pytest

from feedsvc.config import Settings, cautions

HERE = "no recipient can reach"
INSIDE = "only who is in your own network can reach"
CLEAR = "one-click unsubscribing"


def settings(url, transport="smtp"):
    return Settings(
        site={"title": "T", "id_authority": "example.org,2017", "url": url},
        sources=[{"name": "s", "path": "bulletins"}],
        mail={"from": "bulletin@example.org", "transport": transport},
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://bulletin.example.org", []),
        ("https://93.184.216.34/news", []),
        ("http://localhost:8000", [(HERE, False)]),
        ("https://localhost", [(HERE, False)]),
        ("http://127.0.0.7:8000", [(HERE, False)]),
        ("http://[::1]:8000", [(HERE, False)]),
        ("http://bulletin.example.org", [(CLEAR, True)]),
        ("https://192.168.1.5", [(INSIDE, True)]),
        ("http://10.0.0.5:8000", [(INSIDE, True), (CLEAR, True)]),
        ("https://server", [(INSIDE, True)]),
        ("https://news.lan", [(INSIDE, True)]),
        ("http://news.internal", [(INSIDE, True), (CLEAR, True)]),
    ],
)
def test_links_in_mail_that_is_sent_should_be_for_all_and_encrypted(url, said):
    found = cautions(settings(url))
    assert [each.is_grave for each in found] == [grave for _words, grave in said]
    for each, (words, _grave) in zip(found, said, strict=True):
        assert words in str(each)
        assert "url under [site]" in str(each)


def test_mail_that_is_captured_may_lead_anywhere():
    assert cautions(settings("http://localhost:8000", "maildir")) == ()
