from feedsvc.config.environment import Environment
from feedsvc.errors import Mistake


def given(environ):
    return {way: variable.value for way, variable in Environment(environ).variables.items()}


def test_a_variable_leads_to_its_setting():
    assert given({"FEEDSVC_MAIL__SMTP__HOST": "relay", "HOME": "/root"}) == {
        ("mail", "smtp", "host"): "relay"
    }


def test_an_empty_variable_counts_as_not_set():
    assert given({"FEEDSVC_SITE__TITLE": "", "PORT": "", "DATABASE_URL": ""}) == {}


def test_what_kubernetes_sets_for_a_service_of_our_name_is_none_of_ours():
    assert given({"FEEDSVC_PORT": "tcp://10.0.0.1:80", "FEEDSVC_WEB_PORT": "tcp://10.0.0.1:80"}) == {}


def test_a_platform_that_sets_the_port_gets_through_from_outside():
    assert given({"PORT": "5000"}) == {("web", "port"): "5000", ("web", "host"): "0.0.0.0"}


def test_a_variable_of_ours_wins_over_the_platforms():
    environ = {"PORT": "5000", "FEEDSVC_WEB__HOST": "::1", "DATABASE_URL": "a", "FEEDSVC_STORE__URL": "b"}
    assert given(environ) == {("web", "port"): "5000", ("web", "host"): "::1", ("store", "url"): "b"}


def test_a_mistake_names_the_variable():
    environment = Environment({"FEEDSVC_SITE__LANGUAGES": "en,xx"})
    assert environment.mistake(("site", "languages", 1), "what.") == Mistake(
        "environment", 0, "FEEDSVC_SITE__LANGUAGES", "what."
    )
    assert environment.gives(("site",))
    assert not environment.gives(("site", "title"))
