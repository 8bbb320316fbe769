"""The pages on which one looks at mail that was captured instead of sent. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedsvc.model import Document
from feedsvc.templating import Templates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from feedsvc.model import CapturedMail, CapturedParts, Site, Vocabulary

_HTML = "text/html; charset=utf-8"
LIST_PATH = "/admin/mail"


class MailPages:
    """Makes the pages, in the site's first language. `templates` are the template folders, the site's own first.

    Every method raises TemplateError for a broken template.
    """

    def __init__(self, site: Site, vocabulary: Vocabulary, templates: Sequence[Path]) -> None:
        self._language = site.language
        self._templates = Templates(templates, site, vocabulary)

    def captured(self, mails: Sequence[CapturedMail]) -> Document:
        """List captured mails, the newest first."""
        return self._page(LIST_PATH, "captured.html", mails=mails)

    def mail(self, parts: CapturedParts) -> Document:
        """Show one captured mail: its HTML in a frame of its own, its text, and the way to its source."""
        return self._page(
            f"{LIST_PATH}/{parts.mail.name}", "captured_mail.html", mail=parts.mail, parts=parts
        )

    def _page(self, path: str, template: str, **values: object) -> Document:
        text = self._templates.render(
            f"web/{template}",
            self._language,
            path=path,
            versions=(),
            has_versions=False,
            formats=(),
            feeds=(),
            **values,
        )
        return Document(path, _HTML, text.encode(errors="replace"))
