"""The mirror of a site: what stands in it, in which order it changes, and what a kill or a failure leaves."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from s3 import Bucket, serving
from small import TOPICS, keep_topics, make_small, news, tree

from feedsvc.destinations import Folder
from feedsvc.errors import ExportError
from feedsvc.pipeline import MirrorReport, mirror


@pytest.fixture
def small(at):
    """A site with two entries."""
    make_small(at.root)
    at.app.store.close()
    at.open()
    at.write("bulletins/a.txt", news(2))
    at.ingest()
    return at


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def export(at, out, **options):
    return at.app.export(f"file://{out}", **options)


def publish(at, name, text):
    at.write(f"bulletins/{name}", text)
    at.now += timedelta(days=3)
    return at.ingest()


def publish_many(at, number):
    """Publish so many entries, those in full archives among them, under `more.txt`."""
    publish(at, "more.txt", news(number, first=3))
    publish(at, "late.txt", "1 December, 2017\n\nOffice closes in Panama\n\nOne in Panama.\n")


def changed(before, after):
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def live(at, path):
    """Give the address at which the service shows what a file of the mirror holds."""
    address = f"/{path}".removesuffix("index.html").rstrip("/")
    shown = at.document(address) or at.document(f"{address}/")
    return shown and shown.body


# --- what stands there ---


def test_every_file_holds_what_the_service_shows_at_its_address(small, out):
    publish_many(small, 150)
    export(small, out)
    files = tree(out)
    missing = files.pop("404.html")
    assert b"404" in missing or b"not" in missing
    for path, body in files.items():
        assert body == live(small, path), path


def test_all_that_the_site_has_is_there(small, out):
    publish_many(small, 150)
    report = export(small, out)
    files = tree(out)
    assert (report.written, report.deleted, report.unchanged) == (len(files), 0, 0)
    pages = [f"{each.path[1:]}/index.html" for each in small.entries()]
    feeds = [path[1:] for path in small.feed_paths()]
    wanted = {
        *("index.html", "es/index.html", "404.html", "robots.txt", "sitemap.xml", "sitemap/1.xml"),
        *("feeds.opml", "style.css", "favicon.svg"),
        *pages,
        *(f"{feed}.{kind}" for feed in feeds for kind in ("atom", "rss", "json")),
        *(f"{prefix}{feed}/index.html" for feed in feeds for prefix in ("", "es/")),
        *(f"feeds/all/archive/{n}.{kind}" for n in (1, 2) for kind in ("atom", "rss", "json")),
    }
    assert wanted <= files.keys()
    assert "search/index.html" not in files


def test_every_link_of_a_page_leads_to_a_file_but_for_the_search(small, out):
    export(small, out)
    files = tree(out)
    for path, body in files.items():
        if path.endswith(".html") and path != "404.html":
            for link in re.findall(r'(?:href|src|action)="(/[^"#?]*)', body.decode()):
                target = link.strip("/")
                page = f"{target}/index.html".lstrip("/")
                assert target in files or page in files or target.endswith("search"), f"{path}: {link}"


# --- what changes ---


def test_an_entry_more_changes_its_own_files_and_no_others(small, out):
    export(small, out)
    before, times = tree(out), {path: (out / path).stat().st_mtime_ns for path in tree(out)}
    publish(small, "b.txt", "9 October, 2017\n\nShelter opens in Costa Rica\n\nIt is open in Costa Rica.\n")
    report = export(small, out)
    after = tree(out)
    differing = changed(before, after)
    (entry,) = [each for each in small.entries() if each.title.startswith("Shelter")]
    assert f"{entry.path[1:]}/index.html" in differing
    assert {"index.html", "feeds/all.atom", "feeds/country/cr.json", "sitemap.xml"} <= differing
    assert not any("country/pa" in path or "topic" in path for path in differing)
    rewritten = {path for path in before if times[path] != (out / path).stat().st_mtime_ns}
    assert rewritten == differing - (after.keys() - before.keys())
    assert report.written == len(differing)
    assert report.unchanged == len(after) - len(differing)


def test_nothing_new_writes_nothing(small, out):
    files = export(small, out).written
    assert export(small, out) == MirrorReport(0, 0, files)


def test_an_entry_that_is_edited_leaves_its_archive_and_no_other_archive_is_rewritten(small, out):
    publish_many(small, 220)
    export(small, out)
    before = tree(out)
    publish(small, "more.txt", news(220, first=3).replace("number 30, is open", "number 30, has moved"))
    export(small, out)
    differing = {path for path in changed(before, tree(out)) if "/archive/" in path}
    assert {path.rpartition("/")[2] for path in differing} == {"1.atom", "1.rss", "1.json"}
    assert b"number 30, has moved" in tree(out)["feeds/all.atom"]


def test_an_archive_comes_when_it_is_full_though_its_entries_came_before(small, out):
    publish(small, "a.txt", news(45))
    publish(small, "b.txt", news(60, first=100))
    export(small, out)
    assert "feeds/all/archive/1.json" not in tree(out)
    publish(small, "c.txt", news(1, first=900))
    export(small, out)
    assert tree(out)["feeds/all/archive/1.json"] == live(small, "feeds/all/archive/1.json")


def test_step_by_step_gives_what_one_export_gives(small, out, tmp_path):
    for step in range(4):
        publish(small, f"{step}.txt", news(40, first=100 * (step + 1)))
        export(small, out)
    withdrawn = small.entries()[70]
    small.app.set_withdrawn(withdrawn.key, withdrawn=True)
    publish(small, "1.txt", news(40, first=200).replace("is open", "has opened"))
    export(small, out)
    export(small, tmp_path / "fresh")
    assert changed(tree(out), tree(tmp_path / "fresh")) == set()


def test_a_withdrawn_entry_leaves_and_comes_back(small, out):
    export(small, out)
    before = tree(out)
    entry = small.entries()[0]
    page = f"{entry.path[1:]}/index.html"
    small.app.set_withdrawn(entry.key, withdrawn=True)
    assert export(small, out).deleted == 1
    after = tree(out)
    assert page in before
    assert page not in after
    assert not (out / page).parent.exists()
    assert f'<at:deleted-entry ref="{entry.id}"'.encode() in after["feeds/all.atom"]
    assert entry.title.encode() not in after["sitemap/1.xml"] + after["index.html"]
    small.app.set_withdrawn(entry.key, withdrawn=False)
    export(small, out)
    assert page in tree(out)


def test_a_renamed_topic_stays_at_its_old_addresses_and_a_retired_one_goes(small, out):
    export(small, out)
    keep_topics(small.root, {TOPICS[0]: "slavery"})
    small.app.store.close()
    small.open()
    export(small, out)
    files = tree(out)
    for end in (".atom", ".rss", ".json", "/index.html"):
        assert files[f"feeds/topic/trafficking{end}"] == files[f"feeds/topic/slavery{end}"]
    assert files["es/feeds/topic/trafficking/index.html"] == files["es/feeds/topic/slavery/index.html"]
    assert not any(TOPICS[1] in path for path in files)


def test_another_look_is_taken_up_without_a_pass_over_the_sources(small, out):
    export(small, out)
    small.write("templates/web/robots.txt", "User-agent: *\nDisallow: /\n")
    small.app.store.close()
    small.open()
    export(small, out)
    assert b"Disallow: /" in tree(out)["robots.txt"]


# --- what may go wrong ---


def test_a_folder_that_someone_emptied_is_filled_again(small, out):
    files = export(small, out).written
    for path in tree(out):
        (out / path).unlink()
    assert export(small, out).written == files


def test_what_went_while_the_mirror_was_not_to_be_trusted_goes_there_too(small, out):
    export(small, out)
    entry = small.entries()[0]
    small.app.set_withdrawn(entry.key, withdrawn=True)
    assert export(small, out, anew=True).deleted == 1
    assert f"{entry.path[1:]}/index.html" not in tree(out)


def test_anew_mends_what_someone_changed(small, out):
    files = export(small, out).written
    (out / "feeds/all.atom").write_bytes(b"broken")
    assert export(small, out).written == 0
    assert export(small, out, anew=True).written == files
    assert tree(out)["feeds/all.atom"] == live(small, "feeds/all.atom")


def test_compressed_copies_come_and_go_with_the_setting(small, out, monkeypatch):
    plain = export(small, out).written
    monkeypatch.setenv("FEEDSVC_EXPORT__COMPRESS", "true")
    small.app.store.close()
    small.open()
    assert export(small, out).written == plain
    assert "feeds/all.atom.br" in tree(out)
    monkeypatch.delenv("FEEDSVC_EXPORT__COMPRESS")
    small.app.store.close()
    small.open()
    export(small, out)
    assert len(tree(out)) == plain


@dataclass
class Witness:
    """A destination that keeps what it is told, and fails when it is told so."""

    files: dict = field(default_factory=dict)
    told: list = field(default_factory=list)
    fails_at: str = ""
    name = "witness://"
    manner = "plain"

    def holds(self, path):
        return path in self.files

    def put(self, files):
        for file in files:
            if self.fails_at and file.path.startswith(self.fails_at):
                raise ExportError("The witness is gone.")
            self.files[file.path] = file.body
            self.told.append(file.path)

    def delete(self, paths):
        for path in paths:
            self.files.pop(path, None)
            self.told.append(f"-{path}")


def run(at, to, **options):
    return mirror(at.app.store, at.app.parts.catalogue, to, **options)


def test_feeds_come_after_what_they_lead_to_and_deletions_last(small):
    publish_many(small, 120)
    witness = Witness()
    run(small, witness)
    small.app.set_withdrawn(small.entries()[0].key, withdrawn=True)
    publish(small, "b.txt", news(1, first=900))
    first, witness.told = witness.told, []
    run(small, witness)

    def kind(path):
        kinds = {
            "-": lambda: path.startswith("-"),
            "archive": lambda: "/archive/" in path,
            "feed": lambda: path.startswith("feeds/") and not path.endswith(".html"),
            "entry": lambda: path.startswith("entries/"),
            "page": lambda: path.endswith("index.html"),
            "list": lambda: path.startswith(("sitemap", "robots", "feeds.opml")),
        }
        return next((name for name, is_it in kinds.items() if is_it()), "asset")

    order = ["asset", "entry", "page", "list", "archive", "feed", "-"]
    for told in (first, witness.told):
        steps = [order.index(kind(path)) for path in told]
        assert steps == sorted(steps)
    assert witness.told[-1].startswith("-entries/")


def test_after_a_failure_the_next_run_does_what_is_missing(small):
    witness = Witness(fails_at="feeds/all.atom")
    with pytest.raises(ExportError, match="The witness is gone"):
        run(small, witness)
    assert "index.html" in witness.files
    assert not any(path.endswith(".json") for path in witness.files)
    publish(small, "b.txt", news(2, first=900))
    witness.fails_at = ""
    run(small, witness)
    fresh = Witness()
    fresh.name = "fresh://"
    run(small, fresh)
    assert witness.files == fresh.files


def test_many_documents_are_made_by_several_processes_alike(small, out, tmp_path):
    publish_many(small, 200)
    export(small, out)
    run(small, Folder(str(tmp_path / "crew")), many=1)
    assert changed(tree(out), tree(tmp_path / "crew")) == set()


def test_a_failure_in_another_process_is_told_as_in_this_one(small, tmp_path):
    (tmp_path / "out" / "feeds").mkdir(parents=True)
    (tmp_path / "out" / "feeds" / "all").write_bytes(b"a file where a folder is to be")
    with pytest.raises(ExportError, match="can't be written"):
        run(small, Folder(str(tmp_path / "out")), many=1)


def test_all_of_one_export_is_of_one_state(small, out):
    """What is published while an export is going on belongs to the next one."""

    class Slow(Witness):
        def put(self, files):
            if not self.told:
                publish(small, "meanwhile.txt", news(3, first=800))
            super().put(files)

    witness = Slow()
    run(small, witness)
    assert not any(b"Office 800" in body for body in witness.files.values())
    run(small, witness)
    assert b"Office 800" in witness.files["feeds/all.atom"]


# --- the setting ---


@pytest.fixture
def mirrored(small, out, monkeypatch):
    """A site with a mirror in its settings."""
    monkeypatch.setenv("FEEDSVC_EXPORT__URL", str(out))
    small.app.store.close()
    small.open(service=True)
    return small


def test_the_mirror_in_the_settings_is_brought_up_to_date_when_there_is_news(mirrored, out):
    assert mirrored.app.export_due().written == len(tree(out))
    assert mirrored.app.export_due() is None
    publish(mirrored, "b.txt", news(1, first=900))
    assert mirrored.app.export_due().written > 0
    assert mirrored.app.status().exported_at == mirrored.now.isoformat()
    assert mirrored.app.health()["export"] == "ok"


def test_a_failure_is_told_until_it_is_mended(mirrored, out):
    out.write_bytes(b"a file")
    with pytest.raises(ExportError):
        mirrored.app.export_due()
    assert "can't be written" in mirrored.app.status().export_failure
    health = mirrored.app.health()
    assert (health["status"], health["export"]) == (
        "degraded",
        "The mirror is behind: the last export failed.",
    )
    assert str(out) not in str(health)
    out.unlink()
    mirrored.app.export_due()
    assert mirrored.app.status().export_failure == ""
    assert mirrored.app.health()["status"] == "ok"


def test_without_a_mirror_there_is_nothing_to_do(small):
    assert small.app.export_due() is None


# --- a bucket ---


def test_a_bucket_holds_the_same_as_a_folder(small, out, monkeypatch):
    with serving() as s3:
        for name, value in s3.environment.items():
            monkeypatch.setenv(name, value)
        seen = Bucket(s3, "bulletin")
        report = small.app.export("s3://bulletin/site")
        export(small, out)
        files = tree(out)
        assert report.written == len(files)
        assert seen.keys() == sorted(f"site/{path}" for path in files)
        for path in ("index.html", "feeds/all.atom", "feeds.opml", "style.css"):
            headers, body = seen.get(f"site/{path}")
            assert body == files[path]
            assert (
                headers["Content-Type"]
                == small.app.document(f"/{path}".removesuffix("index.html")).document.media_type
            )
        small.app.set_withdrawn(small.entries()[0].key, withdrawn=True)
        assert small.app.export("s3://bulletin/site").deleted == 1
        export(small, out)
        assert seen.keys() == sorted(f"site/{path}" for path in tree(out))
