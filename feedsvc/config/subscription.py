"""One subscription as it is written in the file, and the rules that its values keep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    model_validator,
)

from feedsvc.config import values
from feedsvc.config.addresses import Mailbox, mailbox
from feedsvc.config.mistakes import InvalidError
from feedsvc.config.settings import Settings
from feedsvc.config.terms import StrictTerms
from feedsvc.model import Recipient, Scheme, Selection, Subscription, Vocabulary


@dataclass(frozen=True, slots=True)
class Rules:
    """What a subscription is checked by."""

    folder: Path
    settings: Settings
    country: Callable[[str], str]
    topic: Callable[[str], str]


def rules_of(root: Path, settings: Settings, vocabulary: Vocabulary | None) -> Rules:
    """Give the rules of a site. Without a vocabulary any country and topic will do."""
    folder = root / "config"
    if vocabulary is None:
        return Rules(folder, settings, str, str)
    countries, topics = StrictTerms(vocabulary, Scheme.COUNTRY), StrictTerms(vocabulary, Scheme.TOPIC)
    return Rules(folder, settings, countries.term, topics.term)


def _rules(info: ValidationInfo) -> Rules:
    assert isinstance(info.context, Rules)
    return info.context


def _title(value: object, info: ValidationInfo) -> object:
    """Take one title for all languages, too."""
    if isinstance(value, str):
        return dict.fromkeys(_rules(info).settings.site.languages, values.line_of_text(value))
    if not isinstance(value, dict):
        raise InvalidError("must be a text, or one for each language.", "Put it in quotes.")
    return value


def _language(text: str, info: ValidationInfo) -> str:
    return values.site_language(text, _rules(info).settings.site.languages)


def _schedule(text: str, info: ValidationInfo) -> str:
    return values.schedule(text, _rules(info).settings.digests.schedules)


def _country(text: str, info: ValidationInfo) -> str:
    return _rules(info).country(text)


def _topic(text: str, info: ValidationInfo) -> str:
    return _rules(info).topic(text)


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise InvalidError(f'"{value}" is not a date.', "Write year, month and day: 2017-09-01.") from None


def list_path(text: str, rules: Rules) -> Path:
    """Find a list of recipients in the config folder, and nowhere else."""
    folder = rules.folder.resolve()
    try:
        path = (folder / text).resolve()
        is_there = path.is_relative_to(folder) and path.is_file()
    except (OSError, RuntimeError, ValueError):  # a name too long, a link to itself, a NUL
        is_there = False
    if not is_there:
        raise InvalidError(
            f'there is no file "{text}" in the config folder.', "Put the list beside this file."
        )
    return path


def _recipients_file(text: str, info: ValidationInfo) -> str:
    list_path(text, _rules(info))
    return text


_Line = Annotated[str, AfterValidator(values.line_of_text)]
_Language = Annotated[str, AfterValidator(_language)]
_Country = Annotated[str, AfterValidator(_country)]
_Topic = Annotated[str, AfterValidator(_topic)]
_Person = Annotated[Mailbox, BeforeValidator(mailbox)]
_several = BeforeValidator(values.listed)


class WrittenSubscription(BaseModel):
    """A subscription with each of its values checked."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    id: Annotated[str, AfterValidator(values.key)]
    title: Annotated[dict[_Language, _Line], Field(min_length=1), BeforeValidator(_title)]
    schedule: Annotated[str, AfterValidator(_schedule)] = "weekly"
    timezone: Annotated[ZoneInfo, BeforeValidator(values.timezone)] | None = None
    language: _Language | None = None
    countries: Annotated[tuple[_Country, ...], _several] = ()
    topics: Annotated[tuple[_Topic, ...], _several] = ()
    languages: Annotated[tuple[_Language, ...], _several] = ()
    recipients: Annotated[tuple[_Person, ...], BeforeValidator(values.one_or_more)] = ()
    recipients_file: Annotated[str, AfterValidator(_recipients_file)] | None = None
    since: Annotated[date, BeforeValidator(_date)] | None = None
    layout: Literal["digest", "compact", "single"] | None = None

    @model_validator(mode="after")
    def _names_recipients(self) -> Self:
        if not self.model_fields_set & {"recipients", "recipients_file"}:
            raise InvalidError("has no recipients.", "Add recipients: [] if nobody is to get it for now.")
        return self

    def subscription(self, further: Sequence[Recipient], settings: Settings) -> Subscription:
        """Give the subscription, with the recipients of its file after its own."""
        return Subscription(
            id=self.id,
            title=self.title,
            selection=Selection(frozenset(self.countries), frozenset(self.topics), frozenset(self.languages)),
            schedule=self.schedule,
            timezone=self.timezone or settings.site.timezone,
            language=self.language or settings.site.languages[0],
            recipients=(*(Recipient(person.address, person.name) for person in self.recipients), *further),
            since=self.since,
            layout=self.layout or "",
        )
