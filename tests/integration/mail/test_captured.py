"""Captured mail, read back from a real Maildir."""

import os

import pytest
from integration.mail.test_maildir import send
from unit.mail.letters import message

from feedsvc.mail import captured, captured_parts


def test_mails_are_listed_the_last_to_arrive_first(tmp_path):
    send(tmp_path, message())
    (first,) = captured(tmp_path, 10)
    os.utime(tmp_path / "new" / first.name, (1, 1))
    send(tmp_path, message(number=2))
    second, again = captured(tmp_path, 10)
    assert again == first
    assert second.name != first.name
    assert len(captured(tmp_path, 1)) == 1
    assert captured(tmp_path / "nowhere", 10) == []


def test_a_mail_is_there_with_its_parts_and_bytes_read_or_not(tmp_path):
    send(tmp_path, message())
    (mail,) = captured(tmp_path, 10)
    parts = captured_parts(tmp_path, mail.name)
    assert parts.source == message().data
    assert (parts.mail, mail.size) == (mail, len(parts.source))
    assert "<" in parts.html
    assert parts.text
    (tmp_path / "new" / mail.name).rename(tmp_path / "cur" / f"{mail.name}:2,S")
    assert captured_parts(tmp_path, mail.name) == parts


@pytest.mark.parametrize("name", ["", "..", "../secret", "0" * 31, "0" * 32, "/etc/passwd", "0" * 32 + "\0"])
def test_no_name_leads_out_of_it(tmp_path, name):
    (tmp_path / "secret").write_text("x")
    send(tmp_path / "mail", message())
    assert captured_parts(tmp_path / "mail", name) is None
