"""The settings of a site: `config/feedsvc.toml`, over it the environment, under both the defaults here."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from ipaddress import ip_address
from itertools import permutations
from os.path import normpath
from pathlib import Path, PurePath
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from feedsvc.config.addresses import Mailbox, mailbox
from feedsvc.config.addresses import address as mail_address
from feedsvc.config.dkim_keys import checked_ed25519_key, checked_rsa_key
from feedsvc.config.iso_countries import iso_countries
from feedsvc.config.looks import LookSettings
from feedsvc.config.mistakes import InvalidError
from feedsvc.config.pictures import picture_path
from feedsvc.config.values import (
    INSTANT,
    cron_line,
    css_selector,
    key,
    language,
    line_of_text,
    listed,
    timezone,
)
from feedsvc.hosts import is_domain
from feedsvc.model import a_labels

_SCHEDULES = {"weekly": "0 8 * * mon", "daily": "0 8 * * *", "monthly": "0 8 1 * *"}
_WEB_ADDRESS = re.compile(r"https?://(?:[\w.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?(?:/[\w.~%/-]*)?", re.IGNORECASE)
_ADDRESS_LITERAL = re.compile(r"\[(?P<tag>IPv6:)?(?P<address>[^\]]*)\]")
_DNS_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
# As it stands in the headers of feeds, so without anything that isn't ASCII; what follows the path matters too.
_HUB_ADDRESS = re.compile(
    r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?][\w.~!$&'()*+,;=:@%/?-]*)?",
    re.IGNORECASE | re.ASCII,
)
_AUTHORITY = re.compile(
    r"(?P<name>(?:[a-z0-9._-]+@)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?),(?P<date>\d{4}(?:-\d\d){0,2})"
)
_AUTHORITY_EXAMPLE = 'Write a domain of yours and a date on which it was yours: "example.org,2017".'
_LONGEST_BOUNCE_NAME = 64 - len("+") - 24  # the length of a token of `feedsvc.mail`
_STORE_EXAMPLE = 'Write "sqlite:///var/feedsvc.sqlite3", or "postgresql://user@host/database".'


def _web_address(text: str) -> str:
    text = text.strip().rstrip("/")
    if not _WEB_ADDRESS.fullmatch(text):
        raise InvalidError(f'"{text}" is not a web address.', 'Write it like "https://bulletin.example.org".')
    return text


def _by_language(value: object, info: ValidationInfo) -> object:
    texts = value.values() if isinstance(value, Mapping) else (value,)
    if not all(isinstance(text, str) for text in texts):
        raise InvalidError("must be a text, or one for each language.", _in_each(str(info.field_name)))
    return value


def _in_each(name: str) -> str:
    return f'Write {name} = "…", or {name} = {{en = "…", es = "…"}}.'


def _lines(texts: str | dict[str, str]) -> str | dict[str, str]:
    if isinstance(texts, str):
        return line_of_text(texts)
    return {each: line_of_text(text) for each, text in texts.items()}


def _id_authority(text: str) -> str:
    found = _AUTHORITY.fullmatch(text)
    if not found:
        raise InvalidError(f'"{text}" is not the authority of a tag URI (RFC 4151).', _AUTHORITY_EXAMPLE)
    try:
        date.fromisoformat(found["date"] + "-01-01"[len(found["date"]) - 4 :])
    except ValueError:
        raise InvalidError(f'"{text}" ends in a date that never was.', _AUTHORITY_EXAMPLE) from None
    return text


def _different(values: tuple[str, ...]) -> tuple[str, ...]:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise InvalidError(f'"{value}" stands here twice.', "Keep one of them.")
    return values


def _country(text: str) -> str:
    code = text.strip().upper()
    if code not in iso_countries("en"):
        raise InvalidError(f'"{text}" is not a country.', "Write its two letters (ISO 3166-1), such as PA.")
    return code


def _schedules(value: object) -> object:
    """Add the schedules that every site has; a site may say when they are."""
    return {**_SCHEDULES, **value} if isinstance(value, Mapping) else value


def _schedule_name(text: str) -> str:
    if text == INSTANT:
        raise InvalidError('"instant" is no name for a cron line: it means at once.', "Choose another name.")
    return key(text)


def _store_url(value: object) -> object:
    """Bring the forms that platforms give PostgreSQL's address in to the one form of the store."""
    if not isinstance(value, str):
        return value
    scheme, _, rest = value.strip().partition("://")
    if scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/"):
        return f"sqlite://{rest}"
    # The address is not shown: it may hold a password.
    raise InvalidError("is not the address of a store.", _STORE_EXAMPLE)


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < 16:
        raise InvalidError(
            "is shorter than 16 characters: it could be guessed.", "Make one with `openssl rand -hex 32`."
        )
    return secret


def _dns_name(text: str) -> str:
    name = text.strip().rstrip(".").lower()
    if not _DNS_NAME.fullmatch(name):
        raise InvalidError(
            f'"{text}" is not a name of DNS.', 'Write it like "example.org", of a-z, 0-9 and hyphens.'
        )
    return name


def _own_name(text: str) -> str:
    """Check what EHLO says (RFC 5321, section 4.1.1.1): a domain, an address literal, or nothing: it is found out."""
    text = text.strip()
    with suppress(ValueError):  # UnicodeError is one
        if literal := _ADDRESS_LITERAL.fullmatch(text):
            if ip_address(literal["address"]).version == (6 if literal["tag"] else 4):
                return text
        elif not text or is_domain(a_labels(text)):
            return a_labels(text)
    raise InvalidError(
        f'"{text}" is not what EHLO may say.', 'Write a domain like "mail.example.org", or "[192.0.2.7]".'
    )


def _page_address(text: str) -> str:
    parts = urlsplit(text.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
        raise InvalidError(
            f'"{text}" is not the address of a page.', 'Write it like "https://example.org/news/".'
        )
    return text.strip()


def _hub_address(text: str) -> str:
    text = text.strip()
    if text and not _HUB_ADDRESS.fullmatch(text):
        raise InvalidError(
            f'"{text}" is not the address of a WebSub hub.',
            'Write it like "https://hub.example.org/", or "" for none.',
        )
    return text


def _bulletins_folder(path: Path) -> Path:
    first, *_ = PurePath(normpath(path)).parts or (".",)
    if first in {".", "..", "config", "templates", "var"}:
        raise InvalidError(
            f'"{path}" is no folder for bulletins: all that lies in it would be published.',
            'Write a folder that holds nothing else, such as "bulletins".',
        )
    return path


def _short_enough(address: str) -> str:
    """Refuse an address that has no room for "+" and a token before its @ (RFC 5321, section 4.5.3.1.1)."""
    local = address.rpartition("@")[0]
    if len(local.encode()) > _LONGEST_BOUNCE_NAME:
        raise InvalidError(
            f'"{local}" is longer than {_LONGEST_BOUNCE_NAME} characters, so that no token can follow it.',
            'Choose a shorter one, such as "bounces".',
        )
    return address


Line = Annotated[str, AfterValidator(line_of_text)]
Texts = Annotated[str | dict[str, str], BeforeValidator(_by_language)]
Zone = Annotated[ZoneInfo, BeforeValidator(timezone)]
MailAddress = Annotated[str, AfterValidator(mail_address)]
BounceAddress = Annotated[str, AfterValidator(mail_address), AfterValidator(_short_enough)]
Person = Annotated[Mailbox, BeforeValidator(mailbox)]
Language = Annotated[str, AfterValidator(language)]
Languages = Annotated[
    tuple[Language, ...],
    BeforeValidator(listed),
    Field(min_length=1),
    AfterValidator(_different),
]
TcpPort = Annotated[int, Field(ge=1, le=65535)]
PicturePath = Annotated[Path, AfterValidator(picture_path)]
BulletinsFolder = Annotated[Path, AfterValidator(_bulletins_folder)]
Selector = Annotated[str, AfterValidator(css_selector)]
Schedules = Annotated[
    dict[Annotated[str, AfterValidator(_schedule_name)], Annotated[str, AfterValidator(cron_line)]],
    BeforeValidator(_schedules),
]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SiteSettings(_Section):
    """What everything published says about the site."""

    title: Annotated[Texts, AfterValidator(_lines)]
    id_authority: Annotated[str, AfterValidator(_id_authority)]
    description: Texts = ""
    url: Annotated[str, AfterValidator(_web_address)] = "http://localhost:8000"
    languages: Languages = ("en",)
    timezone: Zone = ZoneInfo("UTC")
    favicon: PicturePath | None = None
    logo: PicturePath | None = None

    @model_validator(mode="after")
    def _speaks_its_languages(self) -> Self:
        for name, texts in (("title", self.title), ("description", self.description)):
            if isinstance(texts, dict) and set(texts) != set(self.languages):
                raise InvalidError(
                    f"has a {name} in {', '.join(texts) or 'no language'}, "
                    f"and the site's languages are {', '.join(self.languages)}.",
                    _in_each(name),
                )
        return self


class SelectorsSettings(_Section):
    """Where on a page its entries and their parts are, as CSS selectors; see `feedsvc.model.Selectors`."""

    entry: Selector = ""
    title: Selector = ""
    date: Selector = ""
    text: Selector = ""
    link: Selector = ""
    labels: Selector = ""
    next: Selector = ""
    article: Selector = ""


class SourceSettings(_Section):
    """One place where bulletins come from: a folder, `path`, relative to the site; or a page or feed, `url`.

    See `feedsvc.model.Source`; `every` is in minutes.
    """

    name: Annotated[str, AfterValidator(key)]
    path: BulletinsFolder | None = None
    url: Annotated[str, AfterValidator(_page_address)] = ""
    day_first: bool = True
    language: Language | None = None
    countries: Annotated[tuple[Annotated[str, AfterValidator(_country)], ...], BeforeValidator(listed)] = ()
    selectors: SelectorsSettings = SelectorsSettings()
    pages: Annotated[int, Field(ge=1, le=100)] = 1
    follow: bool = False
    every: Annotated[int, Field(ge=1)] = 30
    private: bool = False
    largest_mb: Annotated[int, Field(ge=1, le=10_000)] = 20

    @model_validator(mode="after")
    def _is_one_place(self) -> Self:
        if bool(self.path) == bool(self.url):
            raise InvalidError(
                "must have a path or a url, and not both.",
                'Write path = "bulletins" for a folder, or url = "https://…" for a page or feed.',
            )
        return self


def _different_places(sources: tuple[SourceSettings, ...]) -> tuple[SourceSettings, ...]:
    _different(tuple(source.name for source in sources))
    folders = {source.name: PurePath(normpath(source.path)) for source in sources if source.path}
    for (one, outer), (other, inner) in permutations(folders.items(), 2):
        if inner.is_relative_to(outer):
            raise InvalidError(
                f'has the folder of "{other}" inside the folder of "{one}".',
                "Give each source a folder of its own, beside the others.",
            )
    return sources


class FeedsSettings(_Section):
    """What feeds hold: how many entries, and how much of each; and the WebSub hub that is told of changes, if any."""

    size: Annotated[int, Field(ge=1, le=1000)] = 50
    content: Literal["full", "summary"] = "full"
    hub: Annotated[str, AfterValidator(_hub_address)] = ""


class DigestsSettings(_Section):
    """When digests go out, and how they look. `schedules`: name to crontab line. `instant_every` is in minutes.

    An edition of more than `max_entries`, or of more than `max_times_usual` times what is usual for its subscription,
    waits for a person; 0: none does.
    """

    schedules: Schedules = _SCHEDULES
    instant_every: Annotated[int, Field(ge=1)] = 60
    max_entries: Annotated[int, Field(ge=0)] = 100
    max_times_usual: Annotated[int, Field(ge=0)] = 10
    look: LookSettings = LookSettings()

    @property
    def instant_interval(self) -> timedelta:
        """The least time between two mails of an `instant` subscription."""
        return timedelta(minutes=self.instant_every)


class ScheduleSettings(_Section):
    """How often the jobs look for work, in seconds."""

    ingest_every: Annotated[int, Field(ge=1)] = 300
    tick_every: Annotated[int, Field(ge=1)] = 30
    bounces_every: Annotated[int, Field(ge=1)] = 300


class SmtpSettings(_Section):
    """The relay that takes the mail. `timeout` is in seconds, for all but the reply to a whole message.

    `per_minute` messages go to it, and `domain_per_minute` to each recipient's domain (0: any number). `local_hostname`
    is what EHLO says; empty: see `feedsvc.mail.own_name`.
    """

    host: Line = "localhost"
    port: TcpPort = 25
    tls: Literal["none", "starttls", "tls"] = "none"
    connections: Annotated[int, Field(ge=1, le=100)] = 10
    per_minute: Annotated[int, Field(ge=0)] = 0
    domain_per_minute: Annotated[int, Field(ge=0)] = 0
    timeout: Annotated[int, Field(ge=1)] = 60
    local_hostname: Annotated[str, AfterValidator(_own_name)] = ""
    username: str = ""
    password: SecretStr | None = None
    password_file: Path | None = None

    @model_validator(mode="after")
    def _has_both_or_neither(self) -> Self:
        if bool(self.username) != (self.password is not None):
            raise InvalidError(
                "has a username without a password, or a password without a username.",
                "Give both, the password as FEEDSVC_MAIL__SMTP__PASSWORD or in password_file.",
            )
        return self


class ImapSettings(_Section):
    """The bounce mailbox, read by IMAP when it has a `host`; see `feedsvc.mail.ImapInbox`. `timeout` is in seconds."""

    host: Line = ""
    port: TcpPort = 993
    tls: Literal["none", "starttls", "tls"] = "tls"
    username: str = ""
    password: SecretStr | None = None
    password_file: Path | None = None
    folder: Line = "INBOX"
    handled: Line = "feedsvc-handled"
    kept: Line = "feedsvc-kept"
    timeout: Annotated[int, Field(ge=1)] = 60

    @model_validator(mode="after")
    def _can_log_in(self) -> Self:
        if self.host and not (self.username and self.password):
            raise InvalidError(
                "has a host without a username and a password.",
                "Give both, the password as FEEDSVC_MAIL__IMAP__PASSWORD or in password_file.",
            )
        if len({self.folder, self.handled, self.kept}) < 3:
            raise InvalidError(
                "has one folder for two purposes.", "Name folder, handled and kept differently."
            )
        return self


class DkimSettings(_Section):
    """What mail is signed with (RFC 6376): with an RSA key, or with nothing; with an Ed25519 key as well, if given."""

    domain: Annotated[str, AfterValidator(_dns_name)] | None = None
    selector: Annotated[str, AfterValidator(_dns_name)] | None = None
    key: Annotated[SecretStr, AfterValidator(checked_rsa_key)] | None = None
    key_file: Path | None = None
    ed25519_selector: Annotated[str, AfterValidator(_dns_name)] | None = None
    ed25519_key: Annotated[SecretStr, AfterValidator(checked_ed25519_key)] | None = None
    ed25519_key_file: Path | None = None

    @property
    def private_keys(self) -> dict[str, str]:
        """The private keys by their selectors."""
        pairs = ((self.selector, self.key), (self.ed25519_selector, self.ed25519_key))
        return {selector: key.get_secret_value() for selector, key in pairs if selector and key}

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        given = (self.domain, self.selector, self.key)
        if any(given) and not all(given):
            raise InvalidError(
                "needs a domain, a selector and a key together.",
                "Give the key in key_file, or as FEEDSVC_MAIL__DKIM__KEY.",
            )
        if bool(self.ed25519_selector) != bool(self.ed25519_key) or (self.ed25519_key and not self.key):
            raise InvalidError(
                "has half of a second signature.",
                "Give ed25519_selector and ed25519_key_file together, beside an RSA key, or neither.",
            )
        if self.selector and self.selector == self.ed25519_selector:
            raise InvalidError("has one selector for two keys.", "Give each key a selector of its own.")
        return self


class MailSettings(_Section):
    """How digests leave the house, what they say of their sender, and what becomes of mail that comes back."""

    from_: Annotated[Person, Field(alias="from")]
    reply_to: Person | None = None
    postal_address: str = ""
    list_unsubscribe_mailto: MailAddress | None = None
    transport: Literal["maildir", "smtp"] = "maildir"
    in_doubt: Literal["resend", "hold"] = "resend"
    bounces: BounceAddress | None = None
    bounces_maildir: Path | None = None
    soft_bounces: Annotated[int, Field(ge=1)] = 4
    soft_bounce_days: Annotated[int, Field(ge=1)] = 30
    smtp: SmtpSettings = SmtpSettings()
    imap: ImapSettings = ImapSettings()
    dkim: DkimSettings = DkimSettings()

    @model_validator(mode="after")
    def _is_signed_by_its_sender(self) -> Self:
        domain = self.from_.address.rpartition("@")[2].encode("idna").decode().lower()
        if self.dkim.domain and not f".{domain}".endswith(f".{self.dkim.domain}"):
            raise InvalidError(
                f'is signed for "{self.dkim.domain}" and comes from "{domain}": no mail server counts that (DMARC).',
                "Write in dkim.domain the domain of `from`, or one that it is part of.",
            )
        return self


class StoreSettings(_Section):
    """Where the store is. The address is a secret because it may hold a password."""

    url: Annotated[SecretStr, BeforeValidator(_store_url)] = SecretStr("sqlite:///var/feedsvc.sqlite3")


class WebSettings(_Section):
    """Where the web server listens, and the secret that links in mail are signed with."""

    host: Line = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    secret: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    secret_file: Path | None = None


class ExportSettings(_Section):
    """Where the site is mirrored after each publication; nowhere when empty. `feedsvc.config.destination` checks it.

    `compress`: compressed copies lie beside the files of a folder.
    """

    url: str = ""
    compress: bool = False


class Settings(BaseSettings):
    """All settings. `feedsvc.config.load` reads them from their file and the environment."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    site: SiteSettings
    sources: Annotated[tuple[SourceSettings, ...], Field(min_length=1), AfterValidator(_different_places)]
    mail: MailSettings
    feeds: FeedsSettings = FeedsSettings()
    digests: DigestsSettings = DigestsSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    store: StoreSettings = StoreSettings()
    web: WebSettings = WebSettings()
    export: ExportSettings = ExportSettings()

    @model_validator(mode="after")
    def _speaks_its_languages(self) -> Self:
        for each in self.digests.look.words:
            if each not in self.site.languages:
                raise InvalidError(
                    f'has words for digests in "{each}", which is none of the site\'s languages.',
                    f"Write [digests.look.words.{self.site.languages[0]}], or add the language under [site].",
                )
        return self
