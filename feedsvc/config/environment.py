"""Settings given as environment variables: `FEEDSVC_SECTION__KEY`, and what platforms set by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from feedsvc.errors import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from feedsvc.config.mistakes import Way

_PREFIX = "FEEDSVC_"


class Variable(NamedTuple):
    """One environment variable that gives a setting."""

    name: str
    value: str


class Environment:
    """The settings that environment variables give, by their way: `("mail", "smtp", "host")`."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.variables: dict[tuple[str, ...], Variable] = dict((*_platforms(environ), *_ours(environ)))

    def gives(self, way: Way) -> bool:
        """Tell whether a variable gives the part at the end of a way, or something in it or around it."""
        return self._variable(way) is not None

    def mistake(self, way: Way, what: str, remedy: str = "") -> Mistake:
        """Make a Mistake about the variable that gives the part at the end of a way."""
        variable = self._variable(way)
        return Mistake("environment", 0, variable.name if variable else "", what, remedy)

    def _variable(self, way: Way) -> Variable | None:
        for given, variable in self.variables.items():
            shorter = min(len(given), len(way))
            if given[:shorter] == way[:shorter]:
                return variable
        return None


def _platforms(environ: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], Variable]]:
    """Give what the platforms that run a Procfile set by themselves."""
    if port := environ.get("PORT"):
        yield ("web", "port"), Variable("PORT", port)
        # Such a platform reaches the process from another machine; on 127.0.0.1 nobody would get through.
        yield ("web", "host"), Variable("PORT", "0.0.0.0")  # noqa: S104 (meant)
    if url := environ.get("DATABASE_URL"):
        yield ("store", "url"), Variable("DATABASE_URL", url)


def _ours(environ: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], Variable]]:
    """Give the variables of ours; an empty one counts as not set, since compose files can't leave one out.

    A name without a double underscore is none of ours: Kubernetes sets FEEDSVC_PORT and the like by itself
    for a service of that name.
    """
    for name, value in sorted(environ.items()):
        way = tuple(name.removeprefix(_PREFIX).lower().split("__"))
        if name.startswith(_PREFIX) and len(way) > 1 and value:
            yield way, Variable(name, value)
