"""The guides leave nothing out: every command, setting and key of a subscription stands in them."""

from paths import REPOSITORY
from pydantic import BaseModel

from feedsvc.cli import cli
from feedsvc.config import Settings
from feedsvc.config.subscription import WrittenSubscription

OPERATOR_GUIDE = (REPOSITORY / "docs" / "operator-guide.md").read_text()
ADMIN_GUIDE = (REPOSITORY / "docs" / "admin-guide.md").read_text()
TOML = (REPOSITORY / "config" / "feedsvc.toml").read_text()


def commands(app):
    for command in app.registered_commands:
        yield command.name or command.callback.__name__
    for group in app.registered_groups:
        for name in commands(group.typer_instance):
            yield f"{group.name} {name}"


def keys(model):
    for name, field in model.model_fields.items():
        shown = field.alias or name
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from keys(inner)
        else:
            yield shown


def test_every_command_is_in_the_operator_guide():
    for command in commands(cli):
        group, _, name = command.partition(" ")
        lines = [
            line for line in OPERATOR_GUIDE.splitlines() if f"`feedsvc {group}" in line or f"`{group}" in line
        ]
        assert lines, command
        assert not name or any(f"`{name}`" in line or f"{group} {name}" in line for line in lines), command


def test_every_setting_is_explained_in_the_default_toml():
    secrets = {
        "password": "FEEDSVC_MAIL__SMTP__PASSWORD",
        "key": "FEEDSVC_MAIL__DKIM__KEY",
        "ed25519_key": "FEEDSVC_MAIL__DKIM__ED25519_KEY",
        "secret": "FEEDSVC_WEB__SECRET",
    }  # these must not stand there
    for key in set(keys(Settings)) - set(secrets):
        assert key in TOML, key
    for variable in secrets.values():
        assert variable in TOML + OPERATOR_GUIDE


def test_every_key_of_a_subscription_is_in_the_admin_guide():
    for key in WrittenSubscription.model_fields:
        assert f"`{key}`" in ADMIN_GUIDE, key


def test_every_link_between_the_documents_leads_somewhere():
    import re

    for document in (REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
            if "://" not in link:
                assert (document.parent / link).exists(), f"{document.name}: {link}"
