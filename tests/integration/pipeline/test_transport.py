"""How a site introduces itself to its relay follows from its settings."""

import pytest


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"HOST": "127.0.0.1"}, "[127.0.0.1]"),
        ({"HOST": "smtp.example.com"}, "example.org"),
        ({"HOST": "smtp.example.com", "LOCAL_HOSTNAME": "mail.example.net"}, "mail.example.net"),
    ],
)
def test_ehlo_says_what_is_true(at, monkeypatch, settings, said):
    monkeypatch.setattr("socket.getfqdn", lambda: "a1b2c3")
    monkeypatch.setenv("FEEDSVC_MAIL__TRANSPORT", "smtp")
    for name, value in settings.items():
        monkeypatch.setenv(f"FEEDSVC_MAIL__SMTP__{name}", value)
    assert at.open().parts.transport().local_hostname == said
