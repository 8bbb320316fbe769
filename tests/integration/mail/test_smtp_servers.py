"""Against servers that others wrote: aiosmtpd for logic, Postfix's smtp-sink for numbers."""

import asyncio
import contextlib
import re
import shutil
import ssl
import subprocess
from collections import Counter

import pytest
import uvloop
from aiosmtpd.smtp import SMTP, AuthResult
from unit.mail.letters import message

from feedsvc.mail import SmtpTransport
from feedsvc.model import DeliveryState


class Mailbox:
    """Keeps what it is given."""

    def __init__(self):
        self.envelopes = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd calls it so)
        self.envelopes.append(envelope)
        return "250 2.0.0 kept"


@contextlib.asynccontextmanager
async def server(mailbox, **settings):
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(mailbox, **settings), "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        await listening.wait_closed()


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate for localhost, trusted by this process."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("openssl is not installed")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=localhost",
            "-addext", "subjectAltName=DNS:localhost",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context


def test_a_message_arrives_byte_for_byte():
    dots = message(text=".\n..\n.x\nHola\n" + "." * 300 + "\n", subject="Migración")

    async def main():
        mailbox = Mailbox()
        async with server(mailbox) as port:
            out = SmtpTransport(host="127.0.0.1", port=port)
            outcome = await out.send(dots)
            await out.close()
        (envelope,) = mailbox.envelopes
        assert outcome.state is DeliveryState.ACCEPTED
        assert outcome.reply == "end of the message: 250 2.0.0 kept"
        assert envelope.content == dots.data
        assert (envelope.mail_from, envelope.rcpt_tos) == ("bulletin@example.org", ["ana@example.org"])

    uvloop.run(main())


def test_starttls_and_a_log_in_come_before_the_message(certificate):
    logins = []

    def authenticator(_server, _session, _envelope, mechanism, data):
        logins.append((mechanism, data.login, data.password))
        return AuthResult(success=True)

    async def main():
        mailbox = Mailbox()
        settings = {"tls_context": certificate, "require_starttls": True, "authenticator": authenticator}
        async with server(mailbox, **settings) as port:
            out = SmtpTransport(
                host="localhost",
                port=port,
                tls="starttls",
                username="ana",
                password="horse",
            )
            outcomes = [await out.send(message(number=number)) for number in range(2)]
            await out.close()
        assert [outcome.state for outcome in outcomes] == [DeliveryState.ACCEPTED] * 2, outcomes
        assert logins == [("PLAIN", b"ana", b"horse")]

    uvloop.run(main())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_for_another_host_or_from_a_stranger_is_refused(certificate, monkeypatch, host):
    if host == "localhost":
        monkeypatch.delenv("SSL_CERT_FILE")

    async def main():
        mailbox = Mailbox()
        async with server(mailbox, tls_context=certificate) as port:
            out = SmtpTransport(host=host, port=port, tls="starttls")
            outcome = await out.send(message())
            await out.close()
        assert outcome.state is DeliveryState.DEFERRED
        assert "certificate" in outcome.reply.lower()
        assert mailbox.envelopes == []

    uvloop.run(main())


def test_hundreds_of_messages_over_ten_connections_arrive_once_each(smtp_sink):
    port, dump = smtp_sink
    people = [f"person{number}@example.org" for number in range(400)]

    async def main():
        out = SmtpTransport(host="127.0.0.1", port=port, connections=10)
        outcomes = await asyncio.gather(
            *(out.send(message(address, number)) for number, address in enumerate(people))
        )
        await out.close()
        assert Counter(outcome.state for outcome in outcomes) == {DeliveryState.ACCEPTED: len(people)}

    uvloop.run(main())
    found = Counter(
        re.search(r"^X-Rcpt-Args: <(.*)>", file.read_text(), re.MULTILINE)[1] for file in dump.iterdir()
    )
    assert found == Counter(people)
