"""Objects in a bucket, by a real S3 API on this machine."""

import pickle

import pytest
from s3 import Bucket as Seen

from feedsvc.destinations import File, open_destination
from feedsvc.errors import ExportError

PAGE = File("feeds/all/index.html", "text/html; charset=utf-8", b"<p>all</p>")
FEED = File("feeds/all.atom", "application/atom+xml; charset=utf-8", b"<feed/>")


@pytest.fixture
def seen(s3, monkeypatch):
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return Seen(s3, "bulletin")


def test_objects_lie_under_the_prefix_with_their_type_and_how_long_they_may_be_kept(seen):
    bucket = open_destination("s3://bulletin/site")
    assert not bucket.holds(PAGE.path)
    bucket.put([PAGE, FEED])
    assert bucket.holds(PAGE.path)
    assert seen.keys() == ["site/feeds/all.atom", "site/feeds/all/index.html"]
    headers, body = seen.get("site/feeds/all.atom")
    assert body == FEED.body
    assert headers["Content-Type"] == FEED.media_type
    assert headers["Cache-Control"] == "public, max-age=300, stale-if-error=86400"


def test_deleting_forgives_what_is_not_there(seen):
    bucket = pickle.loads(pickle.dumps(open_destination("s3://bulletin")))
    bucket.put([PAGE, FEED])
    bucket.delete([PAGE.path, "never"])
    assert seen.keys() == [FEED.path]


def test_many_objects_are_put_at_once(seen):
    bucket = open_destination("s3://bulletin")
    bucket.put([File(f"entries/{n}/index.html", PAGE.media_type, b"%d" % n) for n in range(300)])
    assert len(seen.keys()) == 300


def test_a_bucket_that_is_not_there_is_named(seen):
    with pytest.raises(ExportError, match="s3://another can't be reached: there is no such bucket"):
        open_destination("s3://another").put([PAGE])


@pytest.mark.parametrize(
    ("gone", "reason"),
    [
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "it doesn't answer"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "there are no credentials for it. Set AWS_"),
    ],
)
def test_what_hinders_is_said_without_any_secret(seen, monkeypatch, gone, reason):
    for name, value in gone.items():
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name)
    with pytest.raises(ExportError) as caught:
        open_destination("s3://bulletin").put([PAGE])
    assert reason in str(caught.value)
    assert "verysecret" not in str(caught.value)
