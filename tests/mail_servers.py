"""A Postfix and a Dovecot of our own, on loopback alone: what is given to the one is read from the other.

    SMTP ──► Postfix ──LMTP──► Dovecot ──► Maildir ──► IMAP
               └──── a bounce, back to the sender ────┘

Postfix takes mail after STARTTLS and a log-in alone, and IMAP is encrypted from the first byte. Both want root to start, and give their rights up to the users that Debian makes for them.
"""

import contextlib
import imaplib
import os
import shutil
import smtplib
import ssl
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from sites import free_port, wait_until

PASSWORD = "correct horse"
NOBODY = 65534

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = mx.example.net
mydestination =
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {folder}/certificate.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject
relay_domains = {domains}
relay_transport = lmtp:unix:{folder}/lmtp
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
tlsmgr unix - - n 1000? 1 tlsmgr
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
lmtp unix - - n - - lmtp
scache unix - - n - 1 scache
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
DOVECOT = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
ssl = required
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
auth_username_chars =
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
service auth {{
  unix_listener {folder}/auth {{
    mode = 0666
  }}
}}
service lmtp {{
  unix_listener {folder}/lmtp {{
    mode = 0666
  }}
}}
"""


@dataclass(frozen=True)
class MailServers:
    """Both, and the ports of SMTP and IMAP; every user's password is PASSWORD."""

    folder: Path
    smtp: int
    imap: int

    @property
    def certificate(self):
        """Give the file with what both show, which is its own authority."""
        return self.folder / "certificate.pem"

    def send(self, sender, recipient, letter):
        """Give a letter to Postfix, as a user's mail program does."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=20) as connection:
            connection.starttls(context=self._context())
            connection.login(sender, PASSWORD)
            connection.sendmail(sender, [recipient], letter)

    def inbox(self, user, folder="INBOX"):
        """Give the messages of a user, whole, as IMAP gives them."""
        with imaplib.IMAP4_SSL("127.0.0.1", self.imap, ssl_context=self._context(), timeout=20) as connection:
            connection.login(f'"{user}"', PASSWORD)
            connection.select(folder, readonly=True)
            found = connection.uid("SEARCH", "ALL")[1][0].split()
            return [connection.uid("FETCH", uid.decode(), "(BODY.PEEK[])")[1][0][1] for uid in found]

    def settle(self):
        """Wait until Postfix has delivered or bounced all that it was given, and delivered the bounces."""
        queues = [self.folder / "queue" / name for name in ("incoming", "active", "deferred")]

        def is_empty():
            return not any(path.is_file() for queue in queues for path in queue.rglob("*"))

        # Twice: a bounce may come into the first queue while the others are looked at.
        wait_until(lambda: is_empty() and is_empty(), seconds=60, what=f"an empty queue in {self.folder}")

    def _context(self):
        return ssl.create_default_context(cafile=self.certificate)


def _program(name):
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _missing():
    """Give the reason why there can be none here."""
    if os.geteuid():
        return "Postfix and Dovecot start as root only"
    parts = [Path("/usr/lib/dovecot") / name for name in ("imap", "lmtp")]
    programs = [_program(name) for name in ("postfix", "dovecot", "openssl")]
    if not all(programs) or not all(part.is_file() for part in parts):
        return "Postfix, Dovecot (Debian: postfix, dovecot-imapd, dovecot-lmtpd) or openssl is not installed"
    version = subprocess.run(
        [_program("dovecot"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    if not version.startswith("2.3."):
        return f"the test's Dovecot is set up as 2.3 wants it, and this is {version.strip()}"
    return ""


@contextlib.contextmanager
def mail_servers(*users):
    """Start both for these addresses, all others being unknown, until the end of the block."""
    reason = _missing()
    if reason:
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="mail-"))  # a short path, for sockets, that those users may enter
    folder.chmod(0o755)
    servers = MailServers(folder, free_port(), free_port())
    try:
        _certify(folder)
        with _dovecot(servers, users), _postfix(servers, users):
            yield servers
    finally:
        shutil.rmtree(folder)


def _certify(folder):
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", folder / "key.pem", "-out", folder / "certificate.pem", "-days", "2", "-subj", "/CN=127.0.0.1",
        "-addext", "subjectAltName=IP:127.0.0.1",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)


@contextlib.contextmanager
def _dovecot(servers, users):
    folder = servers.folder
    homes = folder / "homes"
    homes.mkdir()
    os.chown(homes, NOBODY, NOBODY)
    (folder / "users").write_text("".join(_row(user, homes) for user in users))
    config = folder / "dovecot.conf"
    config.write_text(DOVECOT.format(folder=folder, port=servers.imap))
    process = subprocess.Popen([_program("dovecot"), "-F", "-c", str(config)])
    try:
        wait_until((folder / "lmtp").is_socket, what="Dovecot")
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _row(user, homes):
    # Dovecot escapes a name before it looks it up.
    name = user.replace("'", "\\'")
    return f"{name}:{{PLAIN}}{PASSWORD}:{NOBODY}:{NOBODY}::{homes}/{user}::\n"


@contextlib.contextmanager
def _postfix(servers, users):
    folder = servers.folder
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    domains = " ".join(sorted({user.rpartition("@")[2] for user in users}))
    (folder / "etc" / "main.cf").write_text(MAIN.format(folder=folder, domains=domains))
    (folder / "etc" / "master.cf").write_text(MASTER.format(port=servers.smtp))
    postfix = [_program("postfix"), "-c", str(folder / "etc")]
    started = subprocess.run([*postfix, "start"], capture_output=True, text=True, timeout=60, check=False)
    assert started.returncode == 0, started.stderr
    try:
        yield
    finally:
        subprocess.run([*postfix, "stop"], capture_output=True, timeout=60, check=True)
