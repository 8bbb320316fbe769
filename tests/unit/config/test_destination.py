"""Where a site may be mirrored, as people write it."""

from pathlib import Path

import pytest

from feedsvc.config import InvalidError, destination

BASE = Path("/srv/site")
TAKEN = (BASE / "config", BASE / "bulletins")


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("public", "file:///srv/site/public"),
        ("../public/", "file:///srv/public"),
        ("/var/www/a b", "file:///var/www/a%20b"),
        ("file:///var/www/a%20b", "file:///var/www/a%20b"),
        ("file://localhost/var/www", "file:///var/www"),
        ("s3://bulletin-example/", "s3://bulletin-example"),
        ("s3://bulletin-example/a/b_c/", "s3://bulletin-example/a/b_c"),
        ("gs://bulletin.example.org", "gs://bulletin.example.org"),
        ("az://$web", "az://$web"),
    ],
)
def test_a_folder_goes_from_the_base_and_a_bucket_stands_for_itself(text, whole):
    assert destination(text, BASE, TAKEN) == whole


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        ("gcs://bucket", '"gcs" is no kind of place', 'Did you mean "gs"?'),
        ("ftp://host/folder", '"ftp" is no kind of place', "Write one of: file, s3, gs, az."),
        ("s3://", "is not the address of a bucket", '"s3://bucket/prefix"'),
        ("s3://Bucket Name", "is not the address of a bucket", '"s3://bucket/prefix"'),
        ("s3://bucket/../other", "is not the address of a bucket", ""),
        ("file://host/folder", "is not the address of a folder", '"public"'),
        ("", "is not the address of a folder", '"public"'),
        ("bulletins", "/srv/site/bulletins would be mixed with it", "holds nothing else"),
        ("bulletins/public", "would be mixed with it", "holds nothing else"),
        (".", "would be mixed with it", "holds nothing else"),
        ("/", "would be mixed with it", "holds nothing else"),
    ],
)
def test_what_is_no_place_for_a_mirror_is_refused(text, what, remedy):
    with pytest.raises(InvalidError) as caught:
        destination(text, BASE, TAKEN)
    assert what in caught.value.what
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("text", ["s3://key:verysecret@bucket/a", "az://bucket/a?sig=verysecret"])
def test_credentials_belong_into_the_environment_and_are_not_repeated(text):
    with pytest.raises(InvalidError) as caught:
        destination(text, BASE)
    assert "verysecret" not in caught.value.what + caught.value.remedy
    assert "AWS_" in caught.value.remedy
