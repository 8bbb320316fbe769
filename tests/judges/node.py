"""The judges that run on Node.js; `make judges` installs them."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"
AXE = PACKAGES / "axe-core" / "axe.min.js"

needed = pytest.mark.skipif(
    not (shutil.which("node") and PACKAGES.is_dir()),
    reason="the judges that run on Node.js are not installed: `make judges`",
)
axe_needed = pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: `make judges`")


def read_feeds(files):
    """Give what each parser finds in each file, and what the schema of JSON Feed says, by file."""
    done = subprocess.run(
        ["node", str(HERE / "read_feeds.mjs")],
        input="\n".join(map(str, files)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
