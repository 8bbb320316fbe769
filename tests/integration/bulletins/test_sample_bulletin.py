"""The real bulletin of the repository's own site."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from makers import manner
from paths import REPOSITORY, SHARED

from feedsvc.bulletins import KnownEntry, identify, read
from feedsvc.model import Source

FILE = REPOSITORY / "bulletins" / "mesoamerica-2017.txt"


def reading(data):
    return read(data, manner(source=Source(name="mesoamerica"), bulletin=FILE.name))


def test_the_sample_gives_ten_entries_and_no_problem():
    found = reading(FILE.read_bytes())
    assert found.problems == ()
    assert Counter(len(draft.paragraphs) for draft in found.drafts) == {1: 9, 2: 1}
    assert Counter(draft.date for draft in found.drafts) == {
        date(2017, 9, 3): 3,
        date(2017, 8, 22): 1,
        date(2017, 7, 31): 1,
        date(2017, 7, 28): 5,
    }
    assert found.drafts[0].title == "Panama and Costa Rica walk together against human trafficking"
    assert found.drafts[5].paragraphs[1].startswith("In view of that experience")


def written(drafts):
    """The bulletin that holds these drafts, as the office writes it."""
    return "\n\n".join(
        "\n\n".join((f"{each.date:%d %B, %Y}", each.title, *each.paragraphs)) for each in drafts
    ).encode()


def known(drafts, bulletin=FILE.name):
    return [
        KnownEntry(
            id=each.title,
            date=each.date,
            title=each.title,
            text=each.text,
            bulletin=bulletin,
            line=each.line,
            link=each.link,
            guid=each.guid,
        )
        for each in drafts
    ]


def identified(drafts, bulletin=FILE.name):
    """Which entry of the sample each draft is, after it was written and read again."""
    after = reading(written(drafts)).drafts
    assert len(after) == len(drafts)
    return [match.entry_id for match in identify(after, known(SAMPLE), bulletin)]


SAMPLE = reading(FILE.read_bytes()).drafts
TITLES = [each.title for each in SAMPLE]
NEWS = replace(
    SAMPLE[0],
    date=date(2017, 9, 10),
    title="Belize registers births along its rivers",
    paragraphs=(
        "Clerks travel by boat from village to village and write down who was born there since 2010.",
    ),
)
NEW = {"title": NEWS.title, "text": NEWS.paragraphs, "date": date(2017, 8, 24)}


def edited(draft, *signs):
    """The draft with these of its signs replaced by something wholly different."""
    fields = {("paragraphs" if sign == "text" else sign): NEW[sign] for sign in signs}
    return replace(draft, **fields)


def test_a_typo_mended_in_the_sample_makes_no_second_entry():
    after = reading(FILE.read_bytes().replace(b"Panama prepare to", b"Panama prepares to")).drafts
    assert after != SAMPLE
    assert [match.entry_id for match in identify(after, known(SAMPLE), FILE.name)] == TITLES


@pytest.mark.parametrize("bulletin", [FILE.name, "renamed.txt"])
@pytest.mark.parametrize("moved", [False, True], ids=["in its place", "moved to the end"])
@pytest.mark.parametrize(
    "signs",
    [("title",), ("text",), ("date",), ("title", "date"), ("title", "text"), ("text", "date")],
    ids=" and ".join,
)
def test_each_entry_of_the_sample_keeps_its_id_with_title_or_text(signs, moved, bulletin):
    """All but title and text are new at once; with both of them new, it is another entry."""
    for number, title in enumerate(TITLES):
        others = [each for each in SAMPLE if each.title != title]
        place = len(others) if moved else number
        found = identified([*others[:place], edited(SAMPLE[number], *signs), *others[place:]], bulletin)
        assert found.pop(place) == (None if {"title", "text"} <= {*signs} else title)
        assert found == [each.title for each in others]


@pytest.mark.parametrize("bulletin", [FILE.name, "renamed.txt"])
@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param([NEWS, *SAMPLE], [None, *TITLES], id="a newer one above"),
        pytest.param(SAMPLE[::-1], TITLES[::-1], id="turned round"),
        pytest.param([NEWS, *SAMPLE[:6]], [None, *TITLES[:6]], id="scrolled"),
        pytest.param(
            [NEWS, *(edited(each, "date") for each in SAMPLE[::-1])],
            [None, *TITLES[::-1]],
            id="turned round, all dates new",
        ),
        pytest.param(
            [replace(each, title=each.title.replace("a", "á").upper()) for each in SAMPLE],
            TITLES,
            id="in capitals",
        ),
        pytest.param(
            [replace(each, title=each.title[:-3], paragraphs=(each.text[:-9],)) for each in SAMPLE],
            TITLES,
            id="all cut short",
        ),
    ],
)
def test_the_sample_edited_as_a_whole_keeps_its_ids(after, expected, bulletin):
    assert identified(after, bulletin) == expected


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not beside the repository")
def test_the_sample_is_the_shared_one():
    assert reading((SHARED / "bulletin-sample.txt").read_bytes()) == reading(FILE.read_bytes())
