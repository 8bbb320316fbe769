"""`overrides.yaml`: labels that an admin corrects by hand, entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo

from feedsvc.config import values
from feedsvc.config.mistakes import Collected, explain
from feedsvc.config.terms import StrictTerms
from feedsvc.config.yaml_file import YamlFile
from feedsvc.errors import ConfigError
from feedsvc.model import Override, Scheme

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from feedsvc.model import Vocabulary

_SHOWN = "config/overrides.yaml"
_REMEDY = "Write the key or the address of an entry, a colon, and under it what it is about: countries: [PA]"


def load_overrides(root: Path, vocabulary: Vocabulary | None) -> Mapping[str, Override]:
    """Read a site's overrides, by what they name their entry by: its key, id or number, an address.

    A site need not have any. Raises ConfigError with every mistake found.
    """
    if vocabulary is None or not (root / _SHOWN).is_file():
        return {}
    file = YamlFile(root / _SHOWN, _SHOWN)
    items = file.value or {}
    if not isinstance(items, dict):
        raise ConfigError([file.mistake((), "must be a group of entries.", _REMEDY)])
    rules = {scheme: StrictTerms(vocabulary, scheme) for scheme in Scheme}
    found = Collected()
    overrides = {str(key): found.attempt(_override, file, key, item, rules) for key, item in items.items()}
    found.raise_any()
    return {name: override for name, override in overrides.items() if override}


def _override(file: YamlFile, key: str, item: object, rules: Mapping[Scheme, StrictTerms]) -> Override:
    try:
        written = _Override.model_validate(item, context=rules)
    except ValidationError as error:
        raise ConfigError([*explain(error, _Override, file, (key,))]) from None
    return Override(**written.model_dump(), where=f"{_SHOWN}:{file.line(key)}")


def _terms(scheme: Scheme) -> AfterValidator:
    def term(text: str, info: ValidationInfo) -> str:
        assert isinstance(info.context, dict)
        found: str = info.context[scheme].term(text)
        return found

    return AfterValidator(term)


_several = BeforeValidator(values.listed)


class _Override(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    countries: Annotated[tuple[Annotated[str, _terms(Scheme.COUNTRY)], ...], _several] | None = None
    topics: Annotated[tuple[Annotated[str, _terms(Scheme.TOPIC)], ...], _several] | None = None
    regions: Annotated[tuple[Annotated[str, _terms(Scheme.REGION)], ...], _several] | None = None
    language: Annotated[str, AfterValidator(values.language)] = ""
