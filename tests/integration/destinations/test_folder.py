"""Files in a folder: whole, compressed beside, and gone with the folders that held them."""

import gzip
import pickle
import threading

import brotli
import pytest

from feedsvc.destinations import File, Folder, open_destination
from feedsvc.errors import ExportError

LONG = b"<p>Officials met about returned migrants.</p>" * 50


def names(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def page(path, body=LONG, media_type="text/html; charset=utf-8"):
    return File(path, media_type, body)


def test_the_folder_is_made_when_it_is_first_written_to(tmp_path):
    folder = open_destination(f"file://{tmp_path}/new/folder")
    assert not folder.holds("index.html")
    folder.put([page("index.html"), page("feeds/all/index.html", b"all")])
    assert folder.holds("index.html")
    assert (tmp_path / "new/folder/feeds/all/index.html").read_bytes() == b"all"
    assert names(tmp_path) == ["new/folder/feeds/all/index.html", "new/folder/index.html"]


def test_a_reader_never_sees_a_half_of_a_file(tmp_path):
    folder = Folder(str(tmp_path))
    bodies = [letter * 3_000_000 for letter in (b"a", b"b")]
    folder.put([page("feed.atom", bodies[0])])
    writing = threading.Event()

    def write():
        for number in range(20):
            folder.put([page("feed.atom", bodies[number % 2])])
        writing.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not writing.is_set():
        seen.add((tmp_path / "feed.atom").read_bytes())
    writer.join()
    assert seen <= set(bodies)


def test_compressed_copies_lie_beside_what_gains_by_it_and_go_with_it(tmp_path):
    folder = open_destination(f"file://{tmp_path}", compress=True)
    folder.put([page("long.html"), page("short.html", b"short"), page("media/a.jpg", LONG, "image/jpeg")])
    assert names(tmp_path) == ["long.html", "long.html.br", "long.html.gz", "media/a.jpg", "short.html"]
    assert gzip.decompress((tmp_path / "long.html.gz").read_bytes()) == LONG
    assert brotli.decompress((tmp_path / "long.html.br").read_bytes()) == LONG
    folder.put([page("long.html", b"short now")])
    assert names(tmp_path) == ["long.html", "media/a.jpg", "short.html"]
    folder.put([page("long.html")])
    folder.delete(["long.html", "media/a.jpg"])
    assert names(tmp_path) == ["short.html"]


def test_no_compressed_copy_outlives_the_setting(tmp_path):
    open_destination(f"file://{tmp_path}", compress=True).put([page("a.html")])
    open_destination(f"file://{tmp_path}").put([page("a.html", LONG[:-1])])
    assert names(tmp_path) == ["a.html"]


def test_deleting_leaves_no_empty_folders_and_forgives_what_is_not_there(tmp_path):
    folder = Folder(str(tmp_path / "root"))
    folder.put([page("entries/2017/09/a/index.html"), page("entries/2017/08/b/index.html")])
    folder.delete(["entries/2017/09/a/index.html", "entries/2017/09/never/index.html", "no/such/file"])
    assert names(tmp_path) == ["root/entries/2017/08/b/index.html"]
    assert not (tmp_path / "root/entries/2017/09").exists()
    folder.delete(["entries/2017/08/b/index.html"])
    assert (tmp_path / "root").is_dir()


def test_what_a_kill_left_is_written_over(tmp_path):
    (tmp_path / ".a.html.part").write_bytes(b"half")
    Folder(str(tmp_path)).put([page("a.html")])
    assert names(tmp_path) == ["a.html"]


def test_a_folder_that_cannot_be_written_is_named_with_the_reason(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ExportError, match=r"The folder .*/file can't be written: Not a directory"):
        open_destination(f"file://{tmp_path}/file").put([page("a.html")])


@pytest.mark.parametrize("path", ["../a", "/etc/a", "a/../../b"])
def test_no_path_leads_out_of_the_folder(tmp_path, path):
    with pytest.raises(AssertionError):
        Folder(str(tmp_path / "root")).put([page(path)])


def test_it_can_be_sent_to_another_process(tmp_path):
    folder = open_destination(f"file://{tmp_path}/a%20b", compress=True)
    assert pickle.loads(pickle.dumps(folder)) == folder
    assert folder.name == f"file://{tmp_path}/a b"
