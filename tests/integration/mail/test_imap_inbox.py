"""Letters are read from an IMAP server, each once, and moved only when they were read."""

from contextlib import closing

import pytest
from integration.mail.imap_server import PASSWORD, USER, ImapServer

from feedsvc.errors import InboxError
from feedsvc.mail import ImapInbox
from feedsvc.mail.letters.opened import LONGEST_LETTER


def inbox(server, **fields):
    return ImapInbox(
        **{
            "host": "127.0.0.1",
            "port": server.port,
            "tls": "none",
            "username": USER,
            "password": PASSWORD,
            "timeout": 5,
            **fields,
        }
    )


def read(box, kept=()):
    found = []
    with closing(box.letters()) as letters:
        for key, data in letters:
            found.append(data)
            box.file_away(key, kept=data in kept)
    return found


def in_folder(server, name):
    return [data for _, data, flags in server.folders[name] if r"\Deleted" not in flags]


@pytest.mark.parametrize(
    ("capabilities", "password"),
    [
        (("MOVE", "UIDPLUS", "AUTH=PLAIN"), PASSWORD),
        (("UIDPLUS", "AUTH=PLAIN"), PASSWORD),
        ((), "plain"),
    ],
)
def test_letters_are_moved_by_any_server(capabilities, password):
    with ImapServer(capabilities=capabilities) as server:
        for data in (b"one", b"two\r\n\xff", b"three"):
            server.put(data)
        assert read(inbox(server, password=password), kept=[b"three"]) == [b"one", b"two\r\n\xff", b"three"]
        assert in_folder(server, "INBOX") == []
        assert in_folder(server, "feedsvc-handled") == [b"one", b"two\r\n\xff"]
        assert in_folder(server, "feedsvc-kept") == [b"three"]
        assert read(inbox(server, password=password)) == []
        assert ("EXPUNGE" in server.commands) == (capabilities == ("UIDPLUS", "AUTH=PLAIN"))


def test_a_letter_that_the_server_cant_give_stays_and_those_behind_it_are_read():
    with ImapServer() as server:
        for data in (b"one", b"two", b"three"):
            server.put(data)
        server.damaged = (2,)
        assert read(inbox(server)) == [b"one", b"three"]
        assert in_folder(server, "INBOX") == [b"two"]


def test_a_lost_connection_loses_no_letter():
    with ImapServer() as server:
        server.put(b"one")
        server.put(b"two")
        server.drop_at = "MOVE"
        with pytest.raises(InboxError, match="can't be read"):
            read(inbox(server))
        assert in_folder(server, "INBOX") == [b"one", b"two"]
        server.drop_at = ""
        assert read(inbox(server)) == [b"one", b"two"]


def test_a_letter_without_end_is_cut():
    with ImapServer() as server:
        server.put(b"x" * 3_000_000)
        assert [len(data) for data in read(inbox(server))] == [LONGEST_LETTER]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": "wrong"}, "AUTHENTICATIONFAILED"),
        ({"folder": "Nowhere"}, "SELECT Nowhere"),
        ({"port": 1}, "Connection refused"),
        ({"folder": "Señales"}, "ASCII"),
    ],
)
def test_what_is_wrong_is_said_and_no_password(fields, words):
    with ImapServer() as server, pytest.raises(InboxError, match=words) as caught:
        read(inbox(server, **fields))
    assert PASSWORD not in str(caught.value)
    assert PASSWORD not in repr(inbox(server))


def test_a_server_without_tls_is_never_spoken_to_in_the_open():
    with ImapServer() as server:
        for tls in ("tls", "starttls"):
            with pytest.raises(InboxError):
                read(inbox(server, tls=tls, timeout=2))
        assert not {"AUTHENTICATE", "LOGIN"} & set(server.commands)
