"""A site in an empty folder, made by `feedsvc init`."""

import subprocess

import pytest
from sites import FEEDSVC, SiteFolder


@pytest.fixture
def site(tmp_path):
    root = tmp_path / "site"
    subprocess.run([*FEEDSVC, "init", str(root)], check=True, capture_output=True, timeout=60)
    return SiteFolder(root, {"FEEDSVC_SCHEDULE__TICK_EVERY": "1"})
