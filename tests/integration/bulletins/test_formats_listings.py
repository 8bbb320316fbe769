"""Real pages, feeds and files give exactly the entries that a person found in them."""

import json
from datetime import date

import pytest
from makers import manner
from paths import SHARED

from feedsvc.bulletins import read

FOLDER = SHARED / "listings"
SAMPLES = json.loads((FOLDER / "index.json").read_text("utf-8")) if FOLDER.is_dir() else []

pytestmark = pytest.mark.skipif(not SAMPLES, reason="the shared data is not beside the repository")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["file"])
def test_a_real_document_gives_its_entries(sample):
    found = read(
        (FOLDER / sample["file"]).read_bytes(), manner(bulletin="bulletin", today=date(2026, 11, 23))
    )
    assert found.problems == ()
    assert len(found.drafts) == sample["expected_entries"]
    assert [draft.title for draft in found.drafts] == [entry["title"] for entry in sample["entries"]]
    # Where the index has no date, the page may have one that runs over the end of a line.
    dated = [(draft, entry["date"]) for draft, entry in zip(found.drafts, sample["entries"], strict=True)]
    assert [str(draft.date) for draft, day in dated if day] == [day for _, day in dated if day]
