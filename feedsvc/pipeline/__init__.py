"""The two jobs. Each asks the store what is due, and may run twice, late, at the same time as another, or be killed.

    ingest                                             send

    sources' folders                                   config/subscriptions.yaml
        │ note what the config says, as on the right       │ note: those never seen start at the last seq, and who
        │ list: settled files, signature changed           │ is on another list from where the old one got
        ▼                                                  ▼
    bytes changed? ── no ──► leave it                  plan: editions that fell due since each one's last
        │ yes                                              │ entries by seq, and what has come to match;
        │                                                  │ for who was moved here, what they are yet to have;
        │                                                  │ too large: held; the others merged per person,
        ▼                                                  │ rendered once per distinct content, linted
    read: drafts and problems                              ▼
        │                                              ═ one transaction: editions, digests, deliveries,
        ▼                                              ═   receipts (an edition to a person: once)
    ═ one transaction ═══════════════════════              │
    ═ identify: which entry is this draft?  ═              ▼
    ═ label what is new or changed          ═          deliver: put in doubt what dead workers left
    ═ entries, labels, problems, bulletins  ═              │
    ═ a publication: which feeds change     ═              ▼
    ═════════════════════════════════════════          ═ claim one: attempting ═──► SMTP or Maildir ──► ═ outcome ═
        │                   │                              accepted │ deferred │ failed │ in doubt │ suppressed
        │                   └──► announce: the hub is told of feeds that changed
        ▼
    documents, made from one state of the store when they are asked for (shelf), or mirrored (mirror draws how)

`ingest` and `plan` are each done by one process at a time (the store's lock); `deliver` and `announce` by any number.
"""

from feedsvc.pipeline.announce import HUB_FAILURE, AnnounceReport, announce, forget_announcements
from feedsvc.pipeline.bounces import BouncesReport, Reader, forget_old_answers
from feedsvc.pipeline.catalogue import Catalogue
from feedsvc.pipeline.deliver import DeliveryReport, deliver
from feedsvc.pipeline.forecast import Forecast, Prospect, Standing, forecast, waiting
from feedsvc.pipeline.ingest import IngestReport, ingest
from feedsvc.pipeline.labelling import Labelling
from feedsvc.pipeline.ledger import Policy
from feedsvc.pipeline.look import due_visits
from feedsvc.pipeline.mailroom import Mailroom
from feedsvc.pipeline.mirror import MirrorReport, is_mirrored, mirror
from feedsvc.pipeline.naming import find_entry, handle_of
from feedsvc.pipeline.noticing import take_note
from feedsvc.pipeline.parse import Parsed, parse
from feedsvc.pipeline.people import Erased, Maildirs, Person, erase_person, find_person
from feedsvc.pipeline.plan import PlanReport, Preview, drop, hold, plan, preview
from feedsvc.pipeline.postroom import Postroom
from feedsvc.pipeline.publish import Publisher
from feedsvc.pipeline.rehearse import rehearse
from feedsvc.pipeline.relabel import RelabelReport, preview_relabel, relabel
from feedsvc.pipeline.relay import RelayTrouble, note_relay, relay_trouble
from feedsvc.pipeline.secrecy import note_secret, secret_changed_at
from feedsvc.pipeline.shelf import CODINGS, Shelf, Shelved, make_searchable
from feedsvc.pipeline.trial import send_trial
from feedsvc.pipeline.withdraw import set_withdrawn

__all__ = [
    "CODINGS",
    "HUB_FAILURE",
    "AnnounceReport",
    "BouncesReport",
    "Catalogue",
    "DeliveryReport",
    "Erased",
    "Forecast",
    "IngestReport",
    "Labelling",
    "Maildirs",
    "Mailroom",
    "MirrorReport",
    "Parsed",
    "Person",
    "PlanReport",
    "Policy",
    "Postroom",
    "Preview",
    "Prospect",
    "Publisher",
    "Reader",
    "RelabelReport",
    "RelayTrouble",
    "Shelf",
    "Shelved",
    "Standing",
    "announce",
    "deliver",
    "drop",
    "due_visits",
    "erase_person",
    "find_entry",
    "find_person",
    "forecast",
    "forget_announcements",
    "forget_old_answers",
    "handle_of",
    "hold",
    "ingest",
    "is_mirrored",
    "make_searchable",
    "mirror",
    "note_relay",
    "note_secret",
    "parse",
    "plan",
    "preview",
    "preview_relabel",
    "rehearse",
    "relabel",
    "relay_trouble",
    "secret_changed_at",
    "send_trial",
    "set_withdrawn",
    "take_note",
    "waiting",
]
