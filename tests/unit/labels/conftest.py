import pytest
from paths import REPOSITORY

from feedsvc.config.vocabulary import load_vocabulary
from feedsvc.labels import Labeller


@pytest.fixture(scope="session")
def labeller():
    _, rules = load_vocabulary([REPOSITORY / "config"], ("en", "es"))
    return Labeller(rules)
