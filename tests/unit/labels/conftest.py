from pathlib import Path

import pytest

from feedsvc.config.vocabulary import load_vocabulary
from feedsvc.labels import Labeller

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def labeller():
    _, rules = load_vocabulary([REPOSITORY / "config"], ("en", "es"))
    return Labeller(rules)
