"""The folder source, on real files."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from feedsvc.bulletins import list_bulletins
from feedsvc.bulletins.manner import SIZE_LIMIT
from feedsvc.errors import BulletinError


def now():
    return datetime.now(UTC)


def later():
    return now() + timedelta(minutes=1)


def names(files):
    return [file.name for file in files]


def test_bulletins_are_found_in_a_stable_order_in_folders_too(tmp_path):
    (tmp_path / "2018").mkdir()
    for name in ("b.txt", "a.txt", "2018/c.txt", "Español (1).txt"):
        (tmp_path / name).write_text(name)
    listing = list_bulletins(tmp_path, later())
    assert names(listing.settled) == ["2018/c.txt", "Español (1).txt", "a.txt", "b.txt"]
    assert [file.read().decode() for file in listing.settled] == names(listing.settled)
    assert listing.unsettled == ()


@pytest.mark.parametrize(
    "name",
    [".hidden.txt", "a.txt~", ".a.txt.swp", "a.txt.swp", "a.tmp", "a.TXT.part", "a.crdownload", "~$a.docx",
     "#a.txt#", ".git/config", "Thumbs.db", "desktop.ini", ".~lock.a.odt#"],
)  # fmt: skip
def test_what_programs_leave_is_no_bulletin(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x")
    assert list_bulletins(tmp_path, later()).settled == ()


def test_links_out_of_the_folder_and_things_that_are_no_files_are_left_alone(tmp_path):
    folder = tmp_path / "bulletins"
    (folder / "real").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "a.txt").write_text("a")
    (folder / "inside.txt").symlink_to("a.txt")
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "out").symlink_to(tmp_path, target_is_directory=True)
    (folder / "nowhere.txt").symlink_to("gone.txt")
    (folder / "itself.txt").symlink_to("itself.txt")
    os.mkfifo(folder / "pipe.txt")
    assert names(list_bulletins(folder, later()).settled) == ["a.txt", "inside.txt"]


def test_a_file_is_left_alone_while_it_is_written_and_read_when_it_is_whole(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("w") as file:
        file.write("half")
        file.flush()
        listing = list_bulletins(tmp_path, now())
        assert (names(listing.settled), names(listing.unsettled)) == ([], ["a.txt"])
    assert names(list_bulletins(tmp_path, later()).settled) == ["a.txt"]


def test_a_file_that_is_renamed_into_its_place_is_whole_at_once(tmp_path):
    hidden = tmp_path / ".a.txt.incoming"
    hidden.write_text("whole")
    written = hidden.stat().st_ctime_ns
    while hidden.stat().st_ctime_ns == written:  # file systems tell times apart by some milliseconds
        hidden.rename(tmp_path / "a.txt").rename(hidden)
    hidden.rename(tmp_path / "a.txt")
    assert names(list_bulletins(tmp_path, now()).settled) == ["a.txt"]


def test_the_signature_changes_with_the_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("one")
    (before,) = list_bulletins(tmp_path, later()).settled
    assert list_bulletins(tmp_path, later()).settled == (before,)
    times = path.stat()
    path.write_text("two")  # of the same size
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns + 1))
    (after,) = list_bulletins(tmp_path, later()).settled
    assert after.signature != before.signature


def test_no_more_is_read_of_a_huge_file_than_shows_that_it_is(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(1_000_000_000_000)  # sparse
    (file,) = list_bulletins(tmp_path, later()).settled
    assert len(file.read()) == SIZE_LIMIT + 1


def test_a_name_that_is_no_utf_8_can_be_written_down(tmp_path):
    (tmp_path / os.fsdecode(b"ni\xf1ez.txt")).write_text("x")
    (file,) = list_bulletins(tmp_path, later()).settled
    assert file.name == "ni\\xf1ez.txt"
    assert file.read() == b"x"


@pytest.mark.parametrize("change", [lambda path: path.unlink(), lambda path: path.write_text("half of")])
def test_a_file_that_changed_since_it_was_listed_is_not_read(tmp_path, change):
    (tmp_path / "a.txt").write_text("x")
    (file,) = list_bulletins(tmp_path, later()).settled
    change(file.path)
    assert file.read() is None


def test_a_folder_that_is_not_there_says_so(tmp_path):
    with pytest.raises(BulletinError, match="There is no folder"):
        list_bulletins(tmp_path / "gone", now())
