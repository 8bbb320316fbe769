"""The composition root: puts the parts of one site together, and is the only place that reads the clock."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
import uvloop

from feedsvc import __version__, config, mail, metrics, pipeline
from feedsvc.bulletins import Hosts
from feedsvc.destinations import open_destination
from feedsvc.digests import DigestRenderer, Lists, next_due
from feedsvc.errors import ConfigError, ExportError, StoreError, TemplateError
from feedsvc.feeds import FeedBuilder
from feedsvc.garbage import collect_seldom
from feedsvc.labels import Labeller
from feedsvc.model import AnswerKind, DeliveryState, Suppression, SuppressionReason, mailbox
from feedsvc.pages import MailPages, Pages
from feedsvc.pipeline import (
    AnnounceReport,
    DeliveryReport,
    IngestReport,
    MirrorReport,
    PlanReport,
    Postroom,
    Publisher,
)
from feedsvc.store import Store
from feedsvc.templating import Templates
from feedsvc.websub import Hub

if TYPE_CHECKING:
    import os
    from collections import Counter
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from feedsvc.config import Configuration
    from feedsvc.errors import Mistake
    from feedsvc.model import (
        Document,
        Edition,
        Entry,
        Held,
        Hold,
        Outcome,
        Problem,
        Source,
        Subscription,
    )
    from feedsvc.store import Transaction

log = structlog.get_logger(__name__)

# The facts that say when each job last came to its end.
INGESTED, PLANNED, EXPORTED = "ingested at", "planned at", "exported at"
ENDED = {"ingest": INGESTED, "plan": PLANNED, "export": EXPORTED}
# The fact that says why the mirror in the settings could not be brought up to date the last time; empty: it could.
EXPORT_FAILED = "export failed"


# What failed or was refused within this time is told of, and so many refusals for our own sake are many.
LATELY = timedelta(days=1)
MANY_OURS = 10


# How long `feedsvc ingest` waits for files that are still being written.
PATIENCE_SECONDS = 10.0
# How far back deliveries are tried once more: nobody wants the news of last year.
RETRIED = timedelta(days=7)


# How often the web server looks whether config or templates changed.
GLANCE_SECONDS = 1.0


def clock() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Parts:
    """Everything that follows from one reading of the site's config and templates.

    Without its `own_templates` a site looks like the default one.
    """

    root: Path
    configuration: Configuration
    own_templates: bool = True

    @cached_property
    def labeller(self) -> Labeller:
        """What finds out what an entry is about."""
        return Labeller(self.configuration.label_rules)

    @property
    def labelling(self) -> pipeline.Labelling:
        """What gives entries their labels, an admin's corrections included."""
        return pipeline.Labelling.by(self.configuration, self.labeller)

    @cached_property
    def pages(self) -> Pages:
        """The site's HTML."""
        return Pages(self.configuration.site, self.configuration.vocabulary, self.templates)

    @cached_property
    def mail_pages(self) -> MailPages:
        """The pages that show captured mail."""
        return MailPages(self.configuration.site, self.configuration.vocabulary, self.templates)

    @cached_property
    def publisher(self) -> Publisher:
        """What says which documents change."""
        configuration = self.configuration
        return Publisher(
            configuration.vocabulary,
            configuration.site.languages,
            self._feeds_made(),
            self._pages_made(),
            configuration.settings.feeds.size,
            has_hub=bool(configuration.settings.feeds.hub),
        )

    @cached_property
    def catalogue(self) -> pipeline.Catalogue:
        """What makes documents."""
        configuration = self.configuration
        feeds = configuration.settings.feeds
        builder = FeedBuilder(configuration.site, configuration.vocabulary, feeds.content, feeds.hub)
        return pipeline.Catalogue(
            configuration.site, configuration.vocabulary, self.pages, builder, feeds.size
        )

    @cached_property
    def renderer(self) -> DigestRenderer:
        """What renders digests."""
        configuration = self.configuration
        return DigestRenderer(
            configuration.site,
            configuration.vocabulary,
            self.templates,
            postal_address=configuration.settings.mail.postal_address,
            look=configuration.look,
        )

    @cached_property
    def postroom(self) -> Postroom:
        """What makes messages."""
        site, settings = self.configuration.site, self.configuration.settings
        sender = mail.Sender(
            address=settings.mail.from_.address,
            name=settings.mail.from_.name,
            reply_to=settings.mail.reply_to.address if settings.mail.reply_to else "",
            organisation=site.title,
            list_id=f"digest.{site.id_authority.partition(',')[0].rpartition('@')[2]}",
            unsubscribe_mailto=settings.mail.list_unsubscribe_mailto or settings.mail.bounces or "",
            archive_url=f"{site.url}/",
        )
        domain = site.id_authority.partition(",")[0].rpartition("@")[2]
        secret = config.secret(settings, self.root)
        return Postroom(
            sender, site.url, secret, domain, bounces=settings.mail.bounces or "", signer=self.signer
        )

    @cached_property
    def lists(self) -> Lists:
        """Who is on the list of each subscription."""
        subscriptions = self.configuration.subscriptions
        # A site that sends nothing needs no secret.
        return Lists(
            subscriptions, config.secret(self.configuration.settings, self.root) if subscriptions else ""
        )

    @cached_property
    def signer(self) -> mail.Signer | None:
        """What signs messages; None where the relay does."""
        dkim = self.configuration.settings.mail.dkim
        return mail.Signer(dkim.domain, dkim.private_keys) if dkim.domain else None

    def hub(self) -> Hub | None:
        """Give the hub that is told of changes, if there is one."""
        configuration = self.configuration
        address, site = configuration.settings.feeds.hub, configuration.site
        return Hub(address, f"feedsvc/{__version__} (+{site.url}/)") if address else None

    def transport(self) -> mail.Transport:
        """Open the way mail goes out by."""
        settings = self.configuration.settings.mail
        if settings.transport == "maildir":
            return mail.MaildirTransport(self.root / "var" / "mail")
        smtp = settings.smtp
        return mail.SmtpTransport(
            host=smtp.host,
            port=smtp.port,
            tls=smtp.tls,
            username=smtp.username,
            password=smtp.password.get_secret_value() if smtp.password else "",
            connections=smtp.connections,
            timeout=smtp.timeout,
            local_hostname=self._own_name,
        )

    @cached_property
    def _own_name(self) -> str:
        """What a relay is told that we are: found out once, since DNS may be asked."""
        settings = self.configuration.settings.mail
        return settings.smtp.local_hostname or mail.own_name(settings.smtp.host, settings.from_.address)

    @cached_property
    def policy(self) -> pipeline.Policy:
        """What becomes of what goes wrong with mail."""
        settings = self.configuration.settings.mail
        patience = mail.Patience(settings.soft_bounces, settings.soft_bounce_days)
        return pipeline.Policy(settings.in_doubt == "resend", patience)

    @cached_property
    def reader(self) -> pipeline.Reader:
        """What reads the bounce mailbox."""
        settings = self.configuration.settings
        return pipeline.Reader(config.secret(settings, self.root), self.policy.patience)

    def maildir_inbox(self, path: Path) -> mail.Inbox:
        """Give the Maildir at a path, which may be relative to the site."""
        return mail.MaildirInbox(self.root / path)

    def imap_inbox(self) -> mail.Inbox | None:
        """Give the bounce mailbox that is reached by IMAP, if there is one."""
        imap = self.configuration.settings.mail.imap
        if not imap.host:
            return None
        return mail.ImapInbox(
            host=imap.host,
            port=imap.port,
            tls=imap.tls,
            username=imap.username,
            password=imap.password.get_secret_value() if imap.password else "",
            folder=imap.folder,
            handled=imap.handled,
            kept=imap.kept,
            timeout=imap.timeout,
        )

    @property
    def inboxes(self) -> tuple[mail.Inbox, ...]:
        """The bounce mailboxes that are configured."""
        path = self.configuration.settings.mail.bounces_maildir
        found = (self.maildir_inbox(path) if path else None, self.imap_inbox())
        return tuple(inbox for inbox in found if inbox)

    @cached_property
    def pace(self) -> mail.Pace:
        """How fast mail may go, over all passes."""
        settings = self.configuration.settings.mail
        if settings.transport == "maildir":
            return mail.Pace(connections=1)
        smtp = settings.smtp
        return mail.Pace(
            smtp.connections,
            smtp.per_minute,
            claimed=mail.CLAIMED if settings.in_doubt == "resend" else 0,
            domains=mail.Domains(smtp.domain_per_minute),
        )

    @property
    def templates(self) -> tuple[Path, ...]:
        """The template folders, the site's own first."""
        default = config.default_site() / "templates"
        return (self.root / "templates", default) if self.own_templates else (default,)

    def check_templates(self) -> None:
        """Raise TemplateError for a template that can't be read, or can't make what it is for."""
        site, vocabulary = self.configuration.site, self.configuration.vocabulary
        Templates(self.templates, site, vocabulary).check()
        pipeline.rehearse(site, vocabulary, self.pages, self.mail_pages, self.renderer)

    def idle_templates(self) -> list[str]:
        """Tell of the site's template files that are used nowhere."""
        site, vocabulary = self.configuration.site, self.configuration.vocabulary
        return list(Templates(self.templates, site, vocabulary).idle())

    def _feeds_made(self) -> str:
        """Stand for everything but entries that goes into a feed."""
        configuration = self.configuration
        site = replace(configuration.site, root=Path())
        return _digest(__version__, site, configuration.vocabulary, configuration.settings.feeds)

    def _pages_made(self) -> str:
        """Stand for everything but entries that goes into a page."""
        files = (
            file
            for folder in self.templates
            for file in sorted((folder / "web").rglob("*"))
            if file.is_file()
        )
        return _digest(self._feeds_made(), *(file.read_bytes() for file in files))


def _digest(*parts: object) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else repr(part).encode())
    return digest.hexdigest()


class App:
    """One site at work: its parts, its store, and the two jobs. Safe to share between threads.

    `now` stands still the clock, for trying things out; without a zone it is a time of the site's. A `service` starts
    on the last good config where admins' files are broken. Raises ConfigError for a site that can't be read.
    """

    def __init__(self, root: Path, now: datetime | None = None, *, service: bool = False) -> None:
        collect_seldom()
        self.root = root.resolve()
        self._reloading = threading.Lock()
        self._signature = self._config_signature()
        self.mistakes: tuple[Mistake, ...] = ()
        self._service = service
        if service:
            configuration, self.mistakes = config.load_or_last_good(self.root)
            self.parts = self._checked(
                Parts(self.root, configuration), Parts(self.root, configuration, own_templates=False)
            )
            self._log_mistakes()
        else:
            self.parts = Parts(self.root, config.load(self.root))
        self.clock = self._standing_still(now) if now else clock
        self._hosts = Hosts()
        self._sending: tuple[asyncio.AbstractEventLoop, asyncio.Task[DeliveryReport]] | None = None
        self.stopping = threading.Event()
        self._glance_at = 0.0
        self._forgot_on = date.min

    def _standing_still(self, now: datetime) -> Callable[[], datetime]:
        local = now if now.tzinfo else now.replace(tzinfo=self.parts.configuration.site.timezone)
        moment = local.astimezone(UTC)
        return lambda: moment

    @cached_property
    def store(self) -> Store:
        """The store, opened when it is first needed."""
        return Store(self.parts.configuration.settings.store.url.get_secret_value())

    def refresh(self) -> None:
        """Read config and templates again if they changed. A broken file leaves the last good one in force."""
        with self._reloading:
            signature = self._config_signature()
            if signature == self._signature or not self._service:
                return
            self._signature = signature
            try:
                parts = Parts(self.root, config.load(self.root))
            except ConfigError as error:
                self.mistakes = tuple(error.mistakes)
            else:
                self.mistakes = ()
                self.parts = self._checked(parts, self.parts)
            self._log_mistakes()
            if not self.mistakes:
                config.keep_last_good(self.root)
                log.info("config taken up", subscriptions=len(self.parts.configuration.subscriptions))

    def _checked(self, parts: Parts, otherwise: Parts) -> Parts:
        """Give parts whose templates work: these, else the others, with a mistake."""
        try:
            parts.check_templates()
        except TemplateError as error:
            self.mistakes += (error.mistake,)
            return otherwise
        return parts

    def _log_mistakes(self) -> None:
        for mistake in self.mistakes:
            log.error("config not taken up, the last good one stays", mistake=str(mistake))

    # --- the jobs ---

    def ingest(
        self, progress: Callable[[str], None] = lambda _what: None, *, wait: bool = False
    ) -> IngestReport:
        """Do one pass over all sources; `wait` for files that are still being written, and do another."""
        self.refresh()
        report = self._ingest(self.parts.configuration.sources, progress)
        until = time.monotonic() + PATIENCE_SECONDS
        while wait and report.unsettled and time.monotonic() < until:
            progress(f"waiting for {report.unsettled[0]} to be written")
            time.sleep(0.5)
            folders = [source for source in self.parts.configuration.sources if source.path]
            report = report.then(self._ingest(folders, progress))
        return report

    def ingest_folders(self) -> IngestReport:
        """Do one pass over the folders, which takes no longer than reading them."""
        self.refresh()
        return self._ingest([source for source in self.parts.configuration.sources if source.path])

    def visit(self) -> IngestReport | None:
        """Visit those sources on the web whose time has come, if any, which takes as long as their servers do."""
        self.refresh()
        due = pipeline.due_visits(self.store, self.parts.configuration.sources, self.clock())
        return self._ingest(due) if due else None

    def _ingest(
        self, sources: Sequence[Source], progress: Callable[[str], None] = lambda _what: None
    ) -> IngestReport:
        parts, now = self.parts, self.clock()
        # Ahead of the entries of this pass: a subscription that is new with them gets them.
        pipeline.take_note(self.store, parts.configuration, parts.lists, now)
        report = pipeline.ingest(
            self.store,
            parts.configuration,
            parts.labelling,
            parts.publisher,
            sources,
            self._hosts,
            now,
            progress,
        )
        self._note(INGESTED, now.isoformat())
        return report

    def announce(self) -> AnnounceReport:
        """Tell the hub which feeds changed."""
        self.refresh()
        hub, url = self.parts.hub(), self.parts.configuration.site.url
        if not hub:
            pipeline.forget_announcements(self.store)
            return AnnounceReport()
        with hub:
            return pipeline.announce(self.store, hub, url, self.clock, self.stopping.is_set)

    def make_searchable(self) -> None:
        """Let everything that is published be found, ahead of those who look for it."""
        pipeline.make_searchable(self.store)

    def plan(self) -> PlanReport:
        """Write the editions that have fallen due."""
        self.refresh()
        parts, now = self.parts, self.clock()
        if parts.configuration.subscriptions:
            pipeline.note_secret(self.store, parts.postroom.secret, now)
        report = pipeline.plan(
            self.store, parts.configuration, parts.renderer, parts.postroom, parts.lists, now
        )
        self._note(PLANNED, now.isoformat())
        return report

    def forecast(self) -> pipeline.Forecast:
        """Tell what `plan` would do."""
        parts = self.parts
        return pipeline.forecast(self.store, parts.configuration, parts.lists, self.clock())

    def hold(self, subscription: str, note: str = "") -> bool:
        """Hold the next editions of a subscription; False when it is held already. Raises NotFoundError."""
        reason = note or "A person holds it."
        parts = self.parts
        return pipeline.hold(self.store, parts.configuration, parts.lists, subscription, reason, self.clock())

    def release(self, subscription: str) -> PlanReport:
        """Hold a subscription no more, and write the editions that have fallen due. Raises NotFoundError."""
        parts, now = self.parts, self.clock()
        return pipeline.plan(
            self.store,
            parts.configuration,
            parts.renderer,
            parts.postroom,
            parts.lists,
            now,
            released=subscription,
        )

    def waiting(self, subscription: str) -> int:
        """Count the entries that wait for a subscription, whether it is due or not. Raises NotFoundError."""
        return pipeline.waiting(self.store, self.parts.configuration, subscription, self.clock())

    def drop(self, subscription: str) -> Edition:
        """Pass over all that waits for a subscription, and hold it no more. Raises NotFoundError."""
        parts = self.parts
        return pipeline.drop(self.store, parts.configuration, parts.lists, subscription, self.clock())

    def deliver(self, progress: Callable[[DeliveryState], None] = lambda _state: None) -> DeliveryReport:
        """Send what is due, until nothing is; whether the relay takes it is noted for those who ask how things are."""
        self.refresh()
        report = uvloop.run(self._deliver(self.parts, progress))
        pipeline.note_relay(self.store, report, self.clock())
        return report

    def read_bounces(self, inboxes: Sequence[mail.Inbox] = ()) -> pipeline.BouncesReport:
        """Read the letters in these inboxes, else in those that are configured; once a day, forget the oldest."""
        self.refresh()
        parts, report = self.parts, pipeline.BouncesReport()
        if self._forgot_on != (today := self.clock().date()):
            pipeline.forget_old_answers(self.store, parts.policy.patience, self.clock())
            self._forgot_on = today
        for inbox in inboxes or parts.inboxes:
            report = report.then(parts.reader.read(self.store, inbox, self.clock, self.stopping.is_set))
        return report

    def read_letter(self, data: bytes) -> pipeline.BouncesReport:
        """Read one letter; if only a person can tell what it says, it is kept in `var/bounces`."""
        return self.read_bounces([mail.SingleLetter(data, self.root / "var" / "bounces")])

    def publish(self) -> int:
        """Make every document anew, and tell how many changed."""
        self.refresh()
        with self.store.writing("ingest") as tx:
            self.parts.publisher.rename_topics(tx)
            return self.parts.publisher.publish_all(tx, self.clock())

    def export(
        self, url: str, *, anew: bool = False, progress: Callable[[str], None] = lambda _what: None
    ) -> MirrorReport:
        """Mirror the site to a destination, as `config.destination` gives it. Raises ExportError."""
        self.refresh()
        parts = self.parts
        with self.store.reading() as tx:
            behind = parts.publisher.is_behind(tx)
        if behind:  # a mirror that is made by a config of which no publication tells would never be made anew
            with self.store.writing("ingest") as tx:
                parts.publisher.publish(tx, (), self.clock())
        to = open_destination(url, compress=parts.configuration.settings.export.compress)
        return pipeline.mirror(self.store, parts.catalogue, to, anew=anew, progress=progress)

    def export_due(self) -> MirrorReport | None:
        """Bring the mirror in the settings up to date, if there is one and something was published since.

        A failure is noted for those who ask how things are. Raises ExportError.
        """
        self.refresh()
        settings = self.parts.configuration.settings.export
        with self.store.reading() as tx:
            to = open_destination(settings.url, compress=settings.compress) if settings.url else None
            if to is None or pipeline.is_mirrored(tx, to):
                return None
        try:
            report = self.export(settings.url)
        except ExportError as error:
            self._note(EXPORT_FAILED, str(error))
            raise
        self._note(EXPORT_FAILED, "")
        self._note(EXPORTED, self.clock().isoformat())
        return report

    def relabel(self) -> pipeline.RelabelReport:
        """Give every entry the labels it has by today's rules, and publish what changed."""
        self.refresh()
        return pipeline.relabel(self.store, self.parts.labelling, self.parts.publisher, self.clock())

    def preview_relabel(self) -> pipeline.RelabelReport:
        """Tell what `relabel` would change."""
        return pipeline.preview_relabel(self.store, self.parts.labelling)

    def parse(self, place: str, *, private: bool = False) -> pipeline.Parsed:
        """Read the bulletin in a file, or at a web address, and label its drafts; stores nothing."""
        return pipeline.parse(
            self.parts.configuration, self.parts.labeller, place, self.clock(), private=private
        )

    def entry(self, name: str) -> Entry:
        """Give the one entry that a person names. Raises NotFoundError."""
        with self.store.reading() as tx:
            return pipeline.find_entry(tx, name, self.parts.configuration.site)

    def astray(self) -> tuple[str, ...]:
        """Tell of the corrections that name no entry."""
        if not self.parts.configuration.overrides:
            return ()
        with self.store.reading() as tx:
            return self._astray(tx)

    def _astray(self, tx: Transaction) -> tuple[str, ...]:
        site = self.parts.configuration.site
        return tuple(
            f"{override.where}: there is no entry “{name}”."
            for name, override in self.parts.configuration.overrides.items()
            if not tx.entries.named(pipeline.handle_of(name, site))
        )

    def set_withdrawn(self, name: str, *, withdrawn: bool) -> Entry:
        """Withdraw an entry, or restore it. Raises NotFoundError."""
        change = pipeline.set_withdrawn(
            self.store,
            self.parts.publisher,
            self.parts.configuration.site,
            name,
            self.clock(),
            withdrawn=withdrawn,
        )
        return change.after

    def preview(self, subscription: str, address: str) -> pipeline.Preview:
        """Give a subscription's next digest as it would go out now, to an address or its first recipient."""
        parts = self.parts
        return pipeline.preview(
            self.store,
            parts.configuration,
            parts.renderer,
            parts.postroom,
            parts.lists,
            subscription,
            address,
            self.clock(),
        )

    def send_trial(self, subscription: str, address: str) -> Outcome:
        """Send a subscription's next digest to an address as a trial, which is recorded nowhere."""
        preview = self.preview(subscription, address)
        return uvloop.run(self._send_trial(self.parts, preview))

    async def _send_trial(self, parts: Parts, preview: pipeline.Preview) -> Outcome:
        transport = parts.transport()
        try:
            return await pipeline.send_trial(
                self.store, parts.renderer, parts.postroom, transport, preview, self.clock()
            )
        finally:
            await transport.close()

    def cautions(self) -> tuple[config.Caution, ...]:
        """Tell what is no mistake, and a person should look at."""
        settings = self.parts.configuration.settings
        if not Store.is_there(settings.store.url.get_secret_value()):
            return config.cautions(settings)
        try:
            with self.store.reading() as tx:
                return self._cautions(tx)
        except StoreError:  # one that is away makes no config wrong
            return config.cautions(settings)

    def _cautions(self, tx: Transaction) -> tuple[config.Caution, ...]:
        found = config.cautions(self.parts.configuration.settings)
        if not self.parts.configuration.subscriptions:
            return found
        try:
            secret = self.parts.postroom.secret
        except ConfigError as error:  # damaged: who asks how things are must hear it
            return (
                *found,
                *(config.Caution(f"{each.where} {each.what}", each.remedy) for each in error.mistakes),
            )
        if changed_at := pipeline.secret_changed_at(tx, secret, self.clock()):
            found += (config.other_secret(changed_at, len(tx.suppressions.erased())),)
        return found

    def upcoming(self) -> list[tuple[Subscription, datetime | None]]:
        """Give every subscription with the time its next edition is due (None: when there is news), the next first."""
        now = self.clock()
        found = [(each, next_due(each, now)) for each in self.parts.configuration.subscriptions]
        return sorted(found, key=lambda pair: (pair[1] or now, pair[0].id))

    def retry(self, state: DeliveryState) -> int:
        """Let those of the last days that failed, or are in doubt, be tried once more; tells how many."""
        with self.store.writing() as tx:
            return tx.outbox.retry(state, self.clock() - RETRIED, self.clock())

    def outbox_due(self) -> int:
        """Count the deliveries that may be tried now."""
        with self.store.reading() as tx:
            return tx.outbox.due(self.clock())

    # --- those who are written to ---

    def stand_in(self, address: str) -> str:
        """Give what stands for an address once it was erased."""
        return mail.stand_in(self.parts.postroom.secret, address)

    def suppress(self, address: str, note: str = "") -> bool:
        """Write no more to an address, because a person says so; False when it was so already."""
        with self.store.writing() as tx:
            if tx.suppressions.find([self.stand_in(address)]):
                return False  # and its being erased holds
            wish = Suppression(address, SuppressionReason.UNSUBSCRIBED, self.clock(), note)
            return tx.suppressions.add(wish)

    def let_back(self, address: str) -> bool:
        """Let an address be written to again, with nothing held against it; False when it was not suppressed."""
        with self.store.writing() as tx:
            tx.answers.forgive(mailbox(address))
            removed = [tx.suppressions.remove(each) for each in (address, self.stand_in(address))]
            return any(removed)

    def places_of(self, address: str) -> list[config.Place]:
        """Give where in the config an address is listed."""
        return [place for place in self._places(self.root) if mailbox(place.address) == mailbox(address)]

    def copies_of(self, address: str) -> list[config.Place]:
        """Give where in the copy of the last good config an address is listed."""
        kept = config.last_good(self.root)
        found = self._places(kept) if kept.is_dir() else ()
        shown = kept.relative_to(self.root)
        return [
            place._replace(file=f"{shown}/{place.file}")
            for place in found
            if mailbox(place.address) == mailbox(address)
        ]

    def suppressed_recipients(self) -> list[tuple[config.Place, Suppression]]:
        """Give the listed recipients that get no mail, and why; none where there is no store yet."""
        if not Store.is_there(self.parts.configuration.settings.store.url.get_secret_value()):
            return []
        places = list(self._places(self.root))
        with self.store.reading() as tx:
            every = {mailbox(each.address): each for each in tx.suppressions.all()}
        found = ((place, self._suppression(every, place.address)) for place in places)
        return [(place, why) for place, why in found if why]

    def _suppression(self, every: Mapping[str, Suppression], address: str) -> Suppression | None:
        return every.get(mailbox(address)) or every.get(self.stand_in(address))

    def _places(self, root: Path) -> Iterator[config.Place]:
        return config.recipient_places(root, self.parts.configuration.site.languages)

    def person(self, address: str) -> pipeline.Person:
        """Give all that is held about an address."""
        return pipeline.find_person(self.store, address, self.stand_in(address), self._own_maildirs)

    def erase(self, address: str) -> pipeline.Erased:
        """Erase what is held about an address, and write to it no more.

        The copy of the last good config is made anew: what admins have taken out is to be in it no longer.
        """
        pipeline.note_secret(self.store, self.parts.postroom.secret, self.clock())
        if config.last_good(self.root).is_dir():
            config.keep_last_good(self.root)
        return pipeline.erase_person(
            self.store, address, self.stand_in(address), self._own_maildirs, self.clock()
        )

    @property
    def _own_maildirs(self) -> pipeline.Maildirs:
        return pipeline.Maildirs(self.root / "var" / "mail", self.root / "var" / "bounces")

    def cancel_sending(self) -> None:
        """Give up what is on the wire: it is in doubt then."""
        sending = self._sending
        if sending:
            loop, task = sending
            with contextlib.suppress(RuntimeError):  # it ended by itself
                loop.call_soon_threadsafe(task.cancel)

    async def _deliver(self, parts: Parts, progress: Callable[[DeliveryState], None]) -> DeliveryReport:
        transport = parts.transport()
        sending = asyncio.ensure_future(
            pipeline.deliver(
                self.store,
                parts.postroom,
                transport,
                self.clock,
                parts.pace,
                parts.policy,
                # A pass may take hours, and what was configured meanwhile is for the next.
                stopping=lambda: self.stopping.is_set() or parts is not self.parts,
                progress=progress,
            )
        )
        self._sending = asyncio.get_running_loop(), sending
        try:
            return await sending
        except asyncio.CancelledError:
            return DeliveryReport()
        finally:
            self._sending = None
            await transport.close()

    def _note(self, fact: str, value: str) -> None:
        with self.store.writing() as tx:
            tx.facts.put(fact, value)

    # --- what the web server needs (feedsvc.web.Desk) ---

    @property
    def pages(self) -> Pages:
        """The site's pages, as configured now."""
        return self.parts.pages

    @property
    def prefix(self) -> str:
        """The path that the site is mounted at."""
        return urlsplit(self.parts.configuration.site.url).path

    @cached_property
    def shelf(self) -> pipeline.Shelf:
        """The documents that are ready to be handed out."""
        return pipeline.Shelf(self.store, lambda: self.parts.catalogue)

    def at_hand(self, path: str, query: str) -> pipeline.Shelved | None:
        """Give what stands at an address if that is known without waiting."""
        return self.shelf.at_hand(path, query) if time.monotonic() < self._glance_at else None

    def document(self, path: str, query: str = "") -> pipeline.Shelved | None:
        """Give what stands at an address."""
        if time.monotonic() >= self._glance_at:
            self._glance_at = time.monotonic() + GLANCE_SECONDS
            self.refresh()
        return self.shelf.get(path, query)

    def changes(self, path: str, etag: str) -> Document | None:
        """Give a feed with just what changed since it had a validator."""
        return self.shelf.changes(path, etag)

    def address_of(self, token: str) -> str:
        """Give the address that an unsubscribe link is for; raises TokenError."""
        return mail.address_of(self.parts.postroom.secret, token)

    def has_unsubscribed(self, address: str) -> bool:
        """Tell whether whose address it is wants no mail; that it once bounced says nothing of what they want."""
        with self.store.reading() as tx:
            found = tx.suppressions.find([address, self.stand_in(address)]).values()
        return any(each.reason is not SuppressionReason.BOUNCED for each in found)

    def unsubscribe(self, token: str) -> str:
        """Write no more to the address that an unsubscribe link is for, and give it; raises TokenError."""
        address = self.address_of(token)
        self.suppress(address)
        return address

    @property
    def mailroom(self) -> pipeline.Mailroom:
        """What people see of mail."""
        settings, site = self.parts.configuration.settings, self.parts.configuration.site
        maildir = self.root / "var" / "mail" if settings.mail.transport == "maildir" else None
        return pipeline.Mailroom(self.store, self.parts.postroom.secret, site.url, maildir)

    @property
    def mail_pages(self) -> MailPages:
        """The pages that show captured mail."""
        return self.parts.mail_pages

    def health(self) -> Mapping[str, object]:
        """Tell what is going on, for machines; raises StoreError when the store can't be reached."""
        self.refresh()
        status = self.status()
        return {
            "status": "degraded" if status.wants_a_person else "ok",
            "version": __version__,
            # Anyone may read this: where a mistake is, but not what stands there.
            "config": [each.where if each.line else f"{each.where} {each.key}" for each in status.mistakes],
            "problems": len(status.problems),
            "entries": status.entries,
            "outbox": {state.value: number for state, number in status.outbox.items()},
            "held_digests": len(status.holds),
            # Nor what the relay said, which tells where it is.
            "relay": status.relay.kind if status.relay else "ok",
            "relay_since": status.relay.since.isoformat() if status.relay else None,
            "doubtful_held": status.doubtful_held,
            "failed_lately": status.failed_lately,
            "ours_lately": status.ours_lately,
            "ingested_at": status.ingested_at,
            "planned_at": status.planned_at,
            "announcements": status.announcements,
            "exported_at": status.exported_at,
            # Nor need everyone know where the mirror is.
            "export": "The mirror is behind: the last export failed." if status.export_failure else "ok",
        }

    def metrics(self) -> bytes:
        """Tell what is going on in figures, for Prometheus; raises StoreError when the store can't be reached."""
        self.refresh()
        with self.store.reading() as tx:
            ended = {job: tx.facts.get(fact) for job, fact in ENDED.items()}
            trouble = pipeline.relay_trouble(tx)
            figures = metrics.Figures(
                version=__version__,
                entries=tx.entries.shown(),
                problems=len(tx.bulletins.problems()),
                mistakes=len(self.mistakes),
                publications=tx.publications.last_number(),
                editions=tx.editions.count(),
                held=len(tx.holds.all()),
                deliveries=tx.outbox.counts(),
                suppressions=tx.suppressions.counts(),
                answers=tx.answers.counts(),
                relay_trouble=trouble.kind if trouble else "",
                announcements=tx.announcements.pending(),
                mirror_is_behind=bool(self._export_failure(tx)),
                moments={job: datetime.fromisoformat(at) for job, at in ended.items() if at},
            )
        return metrics.exposition(figures)

    def status(self) -> Status:
        """Tell what is going on."""
        lately = self.clock() - LATELY
        with self.store.reading() as tx:
            return Status(
                entries=tx.entries.shown(),
                problems=tuple(tx.bulletins.problems()),
                held=tuple(tx.bulletins.held()),
                astray=self._astray(tx),
                mistakes=self.mistakes,
                cautions=self._cautions(tx),
                holds=tuple(tx.holds.all()),
                outbox=tx.outbox.counts(),
                relay=pipeline.relay_trouble(tx),
                doubtful_held=tx.outbox.doubtful_held(resend=self.parts.policy.resend_doubtful),
                failed_lately=tx.outbox.failed_since(lately),
                ours_lately=tx.answers.counts(lately)[AnswerKind.OURS],
                suppressions=tx.suppressions.counts(),
                answers=tx.answers.counts(),
                ingested_at=tx.facts.get(INGESTED),
                planned_at=tx.facts.get(PLANNED),
                announcements=tx.announcements.pending(),
                hub_failure=tx.facts.get(pipeline.HUB_FAILURE),
                exported_at=tx.facts.get(EXPORTED),
                export_failure=self._export_failure(tx),
            )

    def _export_failure(self, tx: Transaction) -> str:
        has_mirror = self.parts.configuration.settings.export.url
        return (tx.facts.get(EXPORT_FAILED) or "") if has_mirror else ""

    def _config_signature(self) -> tuple[tuple[str, int, int], ...]:
        """Stand for all files of config and templates, cheaply."""
        files = (path for name in ("config", "templates") for path in sorted((self.root / name).rglob("*")))
        return tuple((str(path), s.st_mtime_ns, s.st_size) for path in files if (s := _stat(path)))


@dataclass(frozen=True, slots=True)
class Status:
    """What is going on. The moments, as ISO 8601, say when each job last came to its end (None: never).

    `held` are entries under embargo, `astray` the corrections that name no entry, `cautions` what is no mistake and a
    person should look at, `holds` the subscriptions whose
    editions wait for a person. `relay` says why the relay takes nothing, if so. `doubtful_held` counts the deliveries
    in doubt that go again only if a person says so, `failed_lately` those that failed within a day through no fault of
    their address, `ours_lately` the answers that blame us for it. `announcements` counts the feeds' documents that the
    hub is yet to be told of, and `hub_failure` says when and why it could not be, if it couldn't the last time.
    `export_failure` says why the mirror is behind (empty: it isn't).
    """

    entries: int
    problems: tuple[Problem, ...]
    held: tuple[Held, ...]
    astray: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    cautions: tuple[config.Caution, ...]
    holds: tuple[Hold, ...]
    outbox: Counter[DeliveryState]
    relay: pipeline.RelayTrouble | None
    doubtful_held: int
    failed_lately: int
    ours_lately: int
    suppressions: Counter[SuppressionReason]
    answers: Counter[AnswerKind]
    ingested_at: str | None
    planned_at: str | None
    announcements: int
    hub_failure: str | None
    exported_at: str | None
    export_failure: str

    @property
    def wants_a_person(self) -> bool:
        """Whether something doesn't go on by itself. What a person holds, somebody knows of."""
        held = any(not hold.by_hand for hold in self.holds)
        return bool(
            self.mistakes or self.problems or self.export_failure or held or self._mail_wants_a_person
        )

    @property
    def are_ours_many(self) -> bool:
        """Whether so much was refused for who we are that a person should look at our reputation."""
        return self.ours_lately >= MANY_OURS

    @property
    def _mail_wants_a_person(self) -> bool:
        return bool(self.relay or self.doubtful_held or self.failed_lately or self.are_ours_many)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:  # it went away between the listing and now
        return None
