"""Filters of spam, asked without the network: what each says of a message, as rule to score."""

import contextlib
import json
import re
import shutil
import socket
import subprocess
import time
import urllib.request

import pytest

spamassassin_needed = pytest.mark.skipif(
    not shutil.which("spamassassin"), reason="SpamAssassin (Debian) is not installed"
)
rspamd_needed = pytest.mark.skipif(not shutil.which("rspamd"), reason="rspamd (Debian) is not installed")

# What asks others about addresses, names and signatures: of a message that never travelled there is nothing to ask.
ASKING = [
    "antivirus",
    "arc",
    "asn",
    "dkim",
    "dmarc",
    "elastic",
    "external_services",
    "fuzzy_check",
    "hfilter",
    "history_redis",
    "ip_score",
    "mx_check",
    "neural",
    "p0f",
    "phishing",
    "ratelimit",
    "rbl",
    "redis",
    "replies",
    "reputation",
    "spamtrap",
    "spf",
    "surbl",
    "url_redirector",
]
# How the message came: from a host that has a name (TEST-NET-1, RFC 5737).
ENVELOPE = {
    "IP": "192.0.2.25",
    "Helo": "mail.example.org",
    "Hostname": "mail.example.org",
    "From": "bulletin@example.org",
    "Rcpt": "ana@example.net",
}


def by_spamassassin(message):
    """Ask SpamAssassin, its local rules alone."""
    done = subprocess.run(
        ["spamassassin", "-L", "-t", "--cf=bayes_path /nonexistent", "--cf=use_bayes 0"],
        input=message,
        capture_output=True,
        timeout=60,
        check=False,
    )
    report = done.stdout.decode(errors="replace").partition("Content analysis details:")[2]
    rules = re.findall(r"^ *(-?\d+(?:\.\d)?) (\w+) ", report, re.MULTILINE)
    assert rules, done.stderr
    return {rule: float(score) for score, rule in rules}


@contextlib.contextmanager
def rspamd(folder):
    """Start an rspamd of our own until the end of the block; gives the way to ask it."""
    port = _free_port()
    for name in ("db", "run", "log", "local/local.d", "local/override.d"):
        (folder / name).mkdir(parents=True)
    for worker in ("controller", "proxy"):
        _write(folder, f"worker-{worker}.inc", "enabled = false;")
    _write(folder, "worker-normal.inc", f'bind_socket = "127.0.0.1:{port}";\ncount = 1;')
    _write(folder, "options.inc", 'dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }')
    _write(folder, "logging.inc", 'type = "console"; level = "error";')
    for module in ASKING:
        _write(folder, f"{module}.conf", "enabled = false;")
    variables = {"DBDIR": "db", "RUNDIR": "run", "LOGDIR": "log", "LOCAL_CONFDIR": "local"}
    command = ["rspamd", "-f", "--insecure", "-c", "/etc/rspamd/rspamd.conf"]
    command += [f"--var={name}={folder / value}" for name, value in variables.items()]
    with (folder / "out").open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        _wait(process, port, folder / "out")
        yield lambda message: _asked(port, message)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _write(folder, name, text):
    (folder / "local" / "override.d" / name).write_text(text + "\n")


def _asked(port, message):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/checkv2", data=message, headers=ENVELOPE, method="POST"
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found = json.load(answer)
    return {name: symbol["score"] for name, symbol in found["symbols"].items()}


def _wait(process, port, out):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, out.read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    pytest.fail(out.read_text())


def _free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]
