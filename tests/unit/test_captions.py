"""What stands for pictures in plain text, and the text without it."""

import pytest

from feedsvc.captions import caption, joined, without_captions


def img(alternative):
    return f'<p><img src="/media/a.png" alt="{alternative}" width="3"></p>'


@pytest.mark.parametrize(
    ("paragraphs", "html", "left"),
    [
        (["[A map]", "Text."], img("A map"), ["Text."]),
        (["Text.", "[A map]"], img("A map") + "<p>Text.</p>", ["Text."]),
        (["[A > B &co]", "Text."], img("A &gt; B &amp;co"), ["Text."]),
        (["[A; B]", "Text."], img("A") + img("B"), ["Text."]),
        (["[A; B]", "Text."], img("A; B"), ["Text."]),
        (["[A; C]", "Text."], img("A") + img("B"), ["[A; C]", "Text."]),
        (["[Sic]", "Text."], img("A map"), ["[Sic]", "Text."]),
        (["[A map]", "Text."], "<p>[A map]</p><p>Text.</p>", ["[A map]", "Text."]),
        (["[]", "Text."], img(""), ["[]", "Text."]),
        (["A map"], img("A map"), ["A map"]),
        ([], img("A map"), []),
    ],
)
def test_only_what_stands_for_a_picture_goes(paragraphs, html, left):
    assert without_captions(paragraphs, html) == tuple(left)


def test_what_is_put_in_is_taken_out():
    shown = ["A map", "The bridge"]
    html = "".join(map(img, shown))
    assert without_captions([caption(joined(shown)), *map(caption, shown)], html) == ()
