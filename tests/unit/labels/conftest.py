import pytest
from paths import REPOSITORY

from feedsvc.config.vocabulary import load_vocabulary
from feedsvc.labels import Labeller


@pytest.fixture(scope="session")
def rules():
    return load_vocabulary([REPOSITORY / "config"], ("en", "es"))[1]


@pytest.fixture(scope="session")
def labeller(rules):
    return Labeller(rules)
