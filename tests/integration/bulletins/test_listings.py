"""Real pages give exactly their entries, with dates and titles. The pages belong to their publishers: see SHARED."""

import json

import pytest
from makers import manner
from paths import SHARED

from feedsvc.bulletins.decoding import decode
from feedsvc.bulletins.listings.listing import read_listing
from feedsvc.bulletins.listings.proposals import propose

LISTINGS = SHARED / "listings"
INDEX = json.loads((LISTINGS / "index.json").read_text("utf-8")) if LISTINGS.is_dir() else []
PAGES = {it["file"]: it["entries"] for it in INDEX if it["kind"] == "html"}
pytestmark = pytest.mark.skipif(not PAGES, reason="the shared listings are not here")


def text_of(file):
    return decode((LISTINGS / file).read_bytes())


@pytest.mark.parametrize("file", PAGES)
def test_a_page_gives_exactly_its_entries(file):
    found = read_listing(text_of(file), manner())
    drafts = found.drafts if found else ()
    assert [draft.title for draft in drafts] == [entry["title"] for entry in PAGES[file]]
    # Where the index has no date, the page may: two of its datelines go on in another line of the HTML.
    dates = [str(draft.date) for draft, entry in zip(drafts, PAGES[file], strict=True) if entry["date"]]
    assert dates == [entry["date"] for entry in PAGES[file] if entry["date"]]


@pytest.mark.parametrize("file", PAGES)
def test_selectors_proposed_for_a_page_are_short(file):
    found = propose(text_of(file), manner())
    assert found is None or len(found.entry) < 60
