"""What the web server shows of mail: a digest in the browser, and on a trial site the mail that was captured.

    GET /digests/<token>               for whoever has the link from a mail
    GET /admin/mail                    the captured mails         ┐ only with the Maildir transport, and only for
    GET /admin/mail/<name>             one of them                │ who sits at the machine of a site that isn't
    GET /admin/mail/<name>/html        its HTML alone, in a frame │ public yet, or has a signed link: to all
    GET /admin/mail/<name>/source      its bytes                  ┘ others there is no such page

HTML of a mail is never a page of the site: it stands in a sandbox without scripts, forms or anything of others.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from feedsvc.errors import TokenError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from feedsvc.model import CapturedParts
    from feedsvc.pipeline import Mailroom
    from feedsvc.web.desk import Desk

COOKIE = "feedsvc-mail"
_HTML = "text/html; charset=utf-8"
# What says that a request came by way of a proxy, so that its sender is not the one who asks.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
_PRIVATE = {
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "referrer-policy": "no-referrer",
}
# What the page itself may do: show the mail in a frame.
_PAGE = {
    **_PRIVATE,
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
}
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


def routes(desk: Desk) -> list[Route]:
    """Give the routes to be taken up into the web server."""
    handlers = _Handlers(desk)
    return [
        Route("/digests/{token}", handlers.digest),
        Route("/admin/mail", handlers.captured),
        Route("/admin/mail/{name}", handlers.mail),
        Route("/admin/mail/{name}/html", handlers.html),
        Route("/admin/mail/{name}/source", handlers.source),
    ]


class _Handlers:
    """What answers requests; all that may block is done in threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def digest(self, request: Request) -> Response:
        mailroom = self._desk.mailroom
        try:
            html = await run_in_threadpool(mailroom.digest, request.path_params["token"])
        except TokenError:
            html = None
        if html is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return mail_html(html, mailroom.site_url, framed=False)

    async def captured(self, request: Request) -> Response:
        mailroom = self._desk.mailroom
        token = request.query_params.get("token", "")
        if token and mailroom.maildir and mailroom.admits(token, self._desk.clock()):
            # The token goes out of the address, where it could be seen, copied or logged.
            answer = RedirectResponse(f"{self._desk.prefix}/admin/mail", HTTPStatus.SEE_OTHER, _PRIVATE)
            path, secure = f"{self._desk.prefix}/admin/mail", mailroom.site_url.startswith("https:")
            answer.set_cookie(COOKIE, token, path=path, secure=secure, httponly=True, samesite="strict")
            return answer
        self._admit(request, mailroom)
        mails = await run_in_threadpool(mailroom.captured)
        return Response(self._desk.mail_pages.captured(mails).body, headers=_PAGE, media_type=_HTML)

    async def mail(self, request: Request) -> Response:
        parts = await self._parts(request)
        return Response(self._desk.mail_pages.mail(parts).body, headers=_PAGE, media_type=_HTML)

    async def html(self, request: Request) -> Response:
        parts = await self._parts(request)
        return mail_html(parts.html, self._desk.mailroom.site_url, framed=True)

    async def source(self, request: Request) -> Response:
        parts = await self._parts(request)
        return Response(parts.source, headers=_PRIVATE, media_type="text/plain; charset=utf-8")

    async def _parts(self, request: Request) -> CapturedParts:
        """Give the captured mail that is asked for, to whom it may be shown."""
        mailroom = self._desk.mailroom
        self._admit(request, mailroom)
        parts = await run_in_threadpool(mailroom.parts, request.path_params["name"])
        if parts is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return parts

    def _admit(self, request: Request, mailroom: Mailroom) -> None:
        """Let nobody know that there is anything unless they may see it."""
        client = request.client.host if request.client else ""
        here = is_here(client, request.headers, mailroom.site_url)
        signed = mailroom.admits(request.cookies.get(COOKIE, ""), self._desk.clock())
        if not mailroom.maildir or not (here or signed):
            raise HTTPException(HTTPStatus.NOT_FOUND)


def is_here(client: str, headers: Mapping[str, str], site_url: str) -> bool:
    """Tell whether a request comes from someone at this machine, on a site that is nowhere else yet.

    That the connection comes from this machine is not enough: behind a proxy all do, and a page of others can make
    a browser here ask by a name that it lets stand for this machine. So the site's own address and the one that was
    asked for must be this machine's, too, and nothing may speak of a proxy.
    """
    return (
        _is_loopback(client)
        and _is_loopback(urlsplit(site_url).hostname or "")
        and _is_loopback(_host(headers.get("host", "")))
        and not any(name in headers for name in _FORWARDED)
    )


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def mail_html(html: str, site_url: str, *, framed: bool) -> Response:
    """Answer with the HTML of a mail: it may show pictures of the site and follow links, and nothing else.

    `framed`: it stands in a frame of a page of ours, and its links open beside it.
    """
    parts = urlsplit(site_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    ancestors = "'self'" if framed else "'none'"
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' {origin}; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors {ancestors}; "
        "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
    )
    if framed:
        html = _HEAD.sub(lambda head: f'{head[0]}<base target="_blank">', html, count=1)
    headers = {**_PRIVATE, "content-security-policy": policy}
    return Response(html.encode(errors="replace"), headers=headers, media_type=_HTML)
