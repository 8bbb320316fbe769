"""What EHLO says is true: this machine's name where it has one, else the sender's domain."""

import socket

import pytest

from feedsvc.mail import own_name


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        ("mail.example.net", "mail.example.net"),
        ("Mail.Example.NET.", "mail.example.net"),
        ("a1b2c3", "example.org"),
        ("localhost.localdomain", "example.org"),
        ("a1.default.svc.cluster.local", "example.org"),
        ("ip-10-0-0-5.ec2.internal", "example.org"),
        ("10.0.0.5", "example.org"),
        ("93.184.216.34", "example.org"),
        ("1.0.0.127.in-addr.arpa", "example.org"),
        ("my_machine.example.net", "example.org"),
    ],
)
def test_a_relay_elsewhere_hears_a_domain(monkeypatch, machine, said):
    monkeypatch.setattr(socket, "getfqdn", lambda: machine)
    assert own_name("smtp.example.com", "bulletin@example.org") == said


def test_an_international_domain_is_said_as_dns_has_it(monkeypatch):
    monkeypatch.setattr(socket, "getfqdn", lambda: "a1b2c3")
    assert own_name("smtp.example.com", "bulletin@migración.example") == "xn--migracin-13a.example"


@pytest.mark.parametrize("relay", ["localhost", "127.0.0.1", "::1"])
def test_a_relay_on_this_machine_hears_that_it_is_from_here_and_no_name_is_looked_up(monkeypatch, relay):
    monkeypatch.setattr(socket, "getfqdn", lambda: pytest.fail("looked up"))
    assert own_name(relay, "bulletin@example.org") == "[127.0.0.1]"
