"""The Maildir: real files, each message once."""

import asyncio
import mailbox

import uvloop
from unit.mail.letters import message

from feedsvc.mail import MaildirTransport
from feedsvc.model import DeliveryState

ACCEPTED = DeliveryState.ACCEPTED


def send(path, *messages):
    async def main():
        out = MaildirTransport(path)
        outcomes = await asyncio.gather(*(out.send(each) for each in messages))
        await out.close()
        return [outcome.state for outcome in outcomes]

    return uvloop.run(main())


def test_a_message_lies_in_new_byte_for_byte_and_nothing_is_left_in_tmp(tmp_path):
    assert send(tmp_path / "var" / "mail", message()) == [ACCEPTED]
    (file,) = (tmp_path / "var" / "mail" / "new").iterdir()
    assert file.read_bytes() == message().data
    assert not list((tmp_path / "var" / "mail" / "tmp").iterdir())


def test_a_message_sent_twice_is_there_once(tmp_path):
    assert send(tmp_path, message()) == [ACCEPTED]
    assert send(tmp_path, message(), message(number=2), message(number=2)) == [ACCEPTED] * 3
    assert len(list((tmp_path / "new").iterdir())) == 2


def test_a_message_that_was_read_meanwhile_does_not_come_again(tmp_path):
    send(tmp_path, message())
    (file,) = (tmp_path / "new").iterdir()
    file.rename(tmp_path / "cur" / f"{file.name}:2,RS")
    assert send(tmp_path, message()) == [ACCEPTED]
    assert not list((tmp_path / "new").iterdir())


def test_other_programs_can_read_it(tmp_path):
    send(tmp_path, message(), message(number=2))
    read = mailbox.Maildir(tmp_path, create=False)
    assert sorted(each["Message-ID"] for each in read) == ["<1@example.org>", "<2@example.org>"]


def test_a_folder_that_cant_be_written_is_a_reason_to_wait(tmp_path):
    (tmp_path / "mail").write_text("a file where the folder should be")
    assert send(tmp_path / "mail", message()) == [DeliveryState.DEFERRED]


def test_a_hundred_at_once_are_a_hundred(tmp_path):
    assert set(send(tmp_path, *(message(number=number) for number in range(100)))) == {ACCEPTED}
    assert len(list((tmp_path / "new").iterdir())) == 100
