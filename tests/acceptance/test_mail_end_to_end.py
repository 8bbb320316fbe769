"""Digests from the command line through Postfix, LMTP, Dovecot and IMAP; and what comes back, the same way."""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import unquote

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from mail_servers import PASSWORD, MailServers, mail_servers
from sites import SiteFolder, read_mail

from feedsvc.config import init_site

BOUNCES = "bounces@example.org"
# Who gets which digest: the address in the config, and the mailbox that it is.
READERS = {
    "ana@example.net": ("everything", "ana@example.net"),
    "o'brien+news/2017@example.net": ("everything", "o'brien@example.net"),
    "oficina@señales.example": ("long-title", "oficina@xn--seales-xwa.example"),
    "eva@example.net": ("titles", "eva@example.net"),
    "gone@example.net": ("everything", None),
}
ARRIVED = [address for address, (_, user) in READERS.items() if user]
SUBSCRIPTIONS = """\
subscriptions:
  - id: everything
    title: Migration in Mesoamerica
    language: en
    recipients:
      - Ana Lucía Núñez <ana@example.net>
      - '"O''Brien, Pat" <o''brien+news/2017@example.net>'
      - gone@example.net
  - id: long-title
    title: >-
      Boletín semanal sobre migración, protección de la niñez, lucha contra la trata de personas y gestión de fronteras
      para las oficinas, los ministerios y las organizaciones de la sociedad civil de América Central y México
    language: es
    recipients: [Oficina de atención a la niñez migrante <oficina@señales.example>]
  - id: titles
    title: {en: Titles, es: Títulos}
    language: es
    layout: compact
    recipients: [eva@example.net]
"""
# In the past by any clock, for signatures of the future don't hold. Digests are due between the two, on a Monday.
BEFORE, AFTER = "2024-11-15T00:00Z", "2024-11-18T14:00Z"


@dataclass
class Week:
    """A week's digests: as they were shown before they went out, the site and servers that sent them, the records of DNS."""

    site: SiteFolder
    servers: MailServers
    previews: dict[str, bytes]
    dns: dict[str, str]

    def received(self, address):
        """Give all that came for a reader."""
        return self.servers.inbox(READERS[address][1])


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    root = tmp_path_factory.mktemp("end-to-end")
    with mail_servers(*(user for _, user in READERS.values() if user), BOUNCES) as servers:
        init_site(root / "site")
        site = SiteFolder(root / "site", {**signing(root), **through(servers)})
        site.mail_over_smtp(servers.smtp, connections=3)
        site.subscribe(SUBSCRIPTIONS)
        site.run("ingest", "--now", BEFORE)
        previews = {address: preview(site, address) for address in ARRIVED}
        assert site.json("digests", "plan", "--now", AFTER)["mails"] == len(READERS)
        assert site.json("deliver", "--now", AFTER) == {"accepted": len(READERS)}
        servers.settle()
        yield Week(site, servers, previews, site.json("check")["dns"])


def signing(folder):
    """Give the settings of two signatures, with new keys."""
    keys = {
        "key_file": rsa.generate_private_key(65537, 2048),
        "ed25519_key_file": ed25519.Ed25519PrivateKey.generate(),
    }
    settings = {"domain": "example.org", "selector": "main", "ed25519_selector": "second"}
    for name, key in keys.items():
        path = folder / f"{name}.pem"
        path.touch(mode=0o600)
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        settings[name] = str(path)
    return {f"FEEDSVC_MAIL__DKIM__{name.upper()}": value for name, value in settings.items()}


def through(servers):
    """Give the settings of the relay's account and of the bounce mailbox."""
    settings = {
        "SMTP__TLS": "starttls",
        "SMTP__USERNAME": BOUNCES,
        "SMTP__PASSWORD": PASSWORD,
        "BOUNCES": BOUNCES,
        "LIST_UNSUBSCRIBE_MAILTO": BOUNCES,
        "IMAP__HOST": "127.0.0.1",
        "IMAP__PORT": str(servers.imap),
        "IMAP__USERNAME": BOUNCES,
        "IMAP__PASSWORD": PASSWORD,
    }
    prefixed = {f"FEEDSVC_MAIL__{name}": value for name, value in settings.items()}
    return {
        **prefixed,
        "FEEDSVC_SITE__URL": "https://bulletin.example.org",
        "SSL_CERT_FILE": str(servers.certificate),
    }


def preview(site, address):
    shown = site.run("digests", "preview", READERS[address][0], "--to", address, "--eml", "--now", AFTER)
    return shown.replace("\n", "\r\n").encode()  # what is read as text has lost its CRs


@pytest.mark.parametrize("address", ARRIVED)
def test_a_digest_arrives_once_to_the_byte_as_it_was_shown(week, address):
    (data,) = week.received(address)
    on_the_way, composed = data[: -len(week.previews[address])], data[-len(week.previews[address]) :]
    assert composed == week.previews[address]
    assert set(read_mail(on_the_way).keys()) == {"Return-Path", "Delivered-To", "Received"}
    assert b"with ESMTPSA" in on_the_way, "encrypted, after a log-in"


@pytest.mark.parametrize("address", ARRIVED)
def test_both_signatures_hold_with_the_records_that_check_prints(week, address):
    def record(name, timeout=5):
        return week.dns[name.decode().rstrip(".")].encode()

    (data,) = week.received(address)
    assert [dkim.DKIM(data).verify(index, dnsfunc=record) for index in (0, 1)] == [True, True]
    assert set(re.findall(rb"\ba=([\w-]+);", data)) == {b"rsa-sha256", b"ed25519-sha256"}
    changed = data.replace(b"List-Unsubscribe: <", b"List-Unsubscribe: <https://example.com>, <")
    assert [dkim.DKIM(changed).verify(index, dnsfunc=record) for index in (0, 1)] == [False, False]


@pytest.mark.parametrize("address", ARRIVED)
def test_every_program_can_read_it(week, address):
    (data,) = week.received(address)
    head = data.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    mail = read_mail(data)
    assert mail.defects == []
    assert re.fullmatch(r"<bounces\+[a-z2-7]+@example\.org>", mail["Return-Path"])
    assert mail["From"] == "Migration bulletin <bulletin@example.org>"
    assert mail["List-Id"] == "<digest.example.org>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.match(
        r"<https://bulletin\.example\.org/unsubscribe/[\w.-]+>, <mailto:bounces@", mail["List-Unsubscribe"]
    )
    assert mail["Date"] == "Mon, 18 Nov 2024 14:00:00 +0000"


def test_what_comes_back_is_read_and_acted_on(week):
    (unsubscribed,) = week.received("eva@example.net")
    unsubscribe_by_mail(week.servers, unsubscribed)
    week.servers.settle()

    report = week.site.json("bounces", "--imap")
    assert report == {"answers": {"hard": 1, "unsubscribe": 1}, "suppressed": 2, "known": 0, "kept": 0}
    listed = week.site.json("suppressions", "list")
    assert {each["address"]: each["reason"] for each in listed} == {
        "gone@example.net": "bounced",
        "eva@example.net": "unsubscribed",
    }
    (bounced,) = (each["note"] for each in listed if each["reason"] == "bounced")
    assert bounced.startswith("5.1.1 smtp; 550 5.1.1")
    assert week.servers.inbox(BOUNCES) == []
    assert len(week.servers.inbox(BOUNCES, folder="feedsvc-handled")) == 2


def unsubscribe_by_mail(servers, data):
    """Write the letter that a mail program writes when its button is pressed."""
    to, subject = re.search(r"<mailto:(.+?)\?subject=(.+?)>", read_mail(data)["List-Unsubscribe"]).groups()
    whose = parseaddr(read_mail(data)["To"])[1]
    servers.send(whose, to, f"From: {whose}\r\nTo: {to}\r\nSubject: {unquote(subject)}\r\n\r\n")
