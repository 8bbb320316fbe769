from concurrent.futures import ThreadPoolExecutor

import pytest

from feedsvc.config import default_site, init_site, load, secret
from feedsvc.errors import ConfigError


def test_the_default_site_has_config_and_a_bulletin():
    assert (default_site() / "config/feedsvc.toml").is_file()
    assert (default_site() / "bulletins/mesoamerica-2017.txt").is_file()


def test_a_new_site_can_be_loaded_and_holds_no_secret(tmp_path):
    target = tmp_path / "new/site"
    written = init_site(target)
    assert {path.relative_to(target).as_posix() for path in written} >= {
        "config/feedsvc.toml",
        "config/subscriptions.yaml",
        "config/partners.csv",
        "bulletins/mesoamerica-2017.txt",
        "templates/README.md",
    }
    assert all(path.is_file() for path in written)
    assert load(target, {}).subscriptions
    assert not (target / "var").exists()


def test_a_site_is_never_written_over(tmp_path):
    init_site(tmp_path)
    subscriptions = tmp_path / "config/subscriptions.yaml"
    subscriptions.write_text("subscriptions: []\n")
    (tmp_path / "templates/README.md").unlink()
    with pytest.raises(ConfigError, match=r"is in .* already, as are .* Choose another folder\."):
        init_site(tmp_path)
    assert subscriptions.read_text() == "subscriptions: []\n"
    assert not (tmp_path / "templates/README.md").exists()


def test_a_new_site_where_none_can_be_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="can't be written"):
        init_site(tmp_path / "file")


def test_the_secret_is_made_once_and_for_its_owner_alone(site):
    settings, _ = site.settings()
    made = secret(settings, site.root)
    assert len(made) >= 32
    assert secret(settings, site.root) == made
    assert (site.root / "var/secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (site.root / "var").iterdir()] == ["secret"]


def test_the_secret_given_in_settings_comes_first(site):
    settings, _ = site.settings(FEEDSVC_WEB__SECRET="given-by-the-environment")
    assert secret(settings, site.root) == "given-by-the-environment"
    assert not (site.root / "var").exists()


def test_processes_that_start_at_once_have_one_secret(site):
    settings, _ = site.settings()
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: secret(settings, site.root), range(32)))
    assert len(secrets) == 1


@pytest.mark.parametrize("damaged", ["", "short\n"])
def test_a_damaged_secret_is_told_and_not_replaced(site, damaged):
    settings, _ = site.settings()
    (site.root / "var").mkdir()
    (site.root / "var/secret").write_text(damaged)
    with pytest.raises(ConfigError, match="var/secret: is damaged"):
        secret(settings, site.root)
    assert (site.root / "var/secret").read_text() == damaged
