"""The site's own favicon and logo: what is taken, and what is said of what is not."""

import pytest

from feedsvc.config import load
from feedsvc.model import Picture

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def said_of(site, line):
    text = site.short.replace("[site]\n", f"[site]\n{line}\n")
    _, mistakes = site.settings(text)
    return [(mistake.file, mistake.line, mistake.key, mistake.what) for mistake in mistakes]


def test_a_site_without_pictures_of_its_own_has_none(site):
    site.write("subscriptions.yaml", "subscriptions: []")
    found = load(site.root, {}).site
    assert (found.favicon, found.logo) == (None, None)


def test_pictures_are_published_under_a_name_that_says_what_they_are(site):
    site.write("subscriptions.yaml", "subscriptions: []")
    site.write("mark.svg", SVG)
    (site.root / "Mark.PNG").write_bytes(PNG)
    site.settings(site.short.replace("[site]\n", '[site]\nfavicon = "config/mark.svg"\nlogo = "Mark.PNG"\n'))
    found = load(site.root, {}).site
    assert found.favicon == Picture("favicon.svg", "image/svg+xml", SVG)
    assert found.logo == Picture("logo.png", "image/png", PNG)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('logo = "config/none.svg"', '"config/none.svg" can\'t be read: No such file or directory.'),
        ('logo = "../logo.svg"', '"../logo.svg" is not in the site\'s folder.'),
        ('logo = "config/../../logo.svg"', '"config/../../logo.svg" is not in the site\'s folder.'),
        ('logo = "/etc/logo.svg"', '"/etc/logo.svg" is not in the site\'s folder.'),
        ('logo = "logo.pdf"', '"logo.pdf" is no picture of a kind that a site can have.'),
        (
            'logo = "config/feedsvc.toml"',
            '"config/feedsvc.toml" is no picture of a kind that a site can have.',
        ),
        ('logo = "config/large.png"', '"config/large.png" is larger than a megabyte.'),
        ('logo = "config/text.png"', '"config/text.png" is not what its ending says.'),
        ('logo = "config/folder.png"', '"config/folder.png" can\'t be read: Is a directory.'),
    ],
)
def test_a_picture_that_can_not_be_shown_is_named_with_its_line(site, line, says):
    site.write("large.png", PNG + bytes(1_000_000))
    site.write("text.png", b"no picture")
    (site.root / "config" / "folder.png").mkdir()
    assert said_of(site, line) == [("config/feedsvc.toml", 2, "site.logo", says)]


def test_a_picture_named_in_the_environment_is_said_to_be_there(site):
    _, (mistake,) = site.settings(FEEDSVC_SITE__FAVICON="none.ico")
    assert "FEEDSVC_SITE__FAVICON" in mistake.file + mistake.key
