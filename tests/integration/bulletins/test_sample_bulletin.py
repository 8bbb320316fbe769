"""The real bulletin of the repository's own site."""

from collections import Counter
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


def test_a_typo_mended_in_the_sample_makes_no_second_entry():
    before = reading(FILE.read_bytes()).drafts
    known = [
        KnownEntry(
            id=str(draft.line), date=draft.date, title=draft.title, text=draft.text, bulletin=FILE.name
        )
        for draft in before
    ]
    after = reading(FILE.read_bytes().replace(b"Panama prepare to", b"Panama prepares to")).drafts
    assert after != before
    assert [match.entry_id for match in identify(after, known, FILE.name)] == [str(d.line) for d in before]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not beside the repository")
def test_the_sample_is_the_shared_one():
    assert reading((SHARED / "bulletin-sample.txt").read_bytes()) == reading(FILE.read_bytes())
