"""What html-validate and caniemail, which run on Node.js, say of mails; `make judges` installs them."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"
# What no mail program of note but those named by caniemail goes without, and why that may be: reviewed.
REVIEWED = json.loads((HERE / "mail_support.json").read_text())


def _is_there():
    node = shutil.which("node")
    if not node or not all((PACKAGES / name).is_dir() for name in ("html-validate", "caniemail")):
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.removeprefix("v").partition(".")[0]) >= 20


needed = pytest.mark.skipif(
    not _is_there(),
    reason="html-validate and caniemail, or Node.js 20 for them, are not installed: `make judges`",
)


def judge(folder, mails):
    """Give what is wrong with the markup of each mail, and which programs don't know what it uses."""
    for name, html in mails.items():
        (folder / f"{name}.html").write_text(html)
    done = subprocess.run(
        ["node", str(HERE / "read_mail.mjs")],
        input="\n".join(str(folder / f"{name}.html") for name in mails),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    return {name: answers[str(folder / f"{name}.html")] for name in mails}
