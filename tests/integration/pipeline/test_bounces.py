"""What comes back finds the delivery it is about, and only that; whoever is erased stays erased."""

import asyncio
import contextlib
import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from feedsvc import mail, pipeline
from feedsvc.errors import InboxError, StoreError
from feedsvc.mail import bounce_token, stand_in, unsubscribe_token
from feedsvc.mail.replies import Stage, replied
from feedsvc.model import AnswerKind, DeliveryState, Outcome, SuppressionReason
from feedsvc.pipeline.bounces import take_refusal

CORPUS = Path(__file__).parents[2] / "unit" / "mail" / "corpus"
TOKEN, MESSAGE_ID = "aaaaaaaah5xw4zlsmvqxe33n", "<0a1b2c3d@example.org>"
PEOPLE = "subscriptions:\n  - id: all\n    title: All\n    schedule: daily\n    recipients:\n      - Ana <ana@partner.example>\n      - eva@partner.example\n"
ENTRY = "3 September, 2017\n\nPanama opens an office\n\nThe office is open.\n"


class Relay:
    """A transport that takes all."""

    def __init__(self):
        self.taken = []

    async def send(self, message):
        self.taken.append(message)
        return Outcome(DeliveryState.ACCEPTED, f"250 ok for {message.recipient}")

    async def close(self):
        pass


@pytest.fixture(params=["bounces@example.org"])
def sent(at, request, monkeypatch):
    """A site whose first digest went out to two people."""
    if request.param:
        monkeypatch.setenv("FEEDSVC_MAIL__BOUNCES", request.param)
    at.write("config/subscriptions.yaml", PEOPLE)
    at.app.store.close()
    at.open()
    at.write("bulletins/a.txt", ENTRY)
    at.ingest()
    at.relay = Relay()
    send(at)
    return at


def send(at):
    at.now += timedelta(days=1)
    at.app.plan()
    return asyncio.run(
        pipeline.deliver(
            at.app.store,
            at.app.parts.postroom,
            at.relay,
            at.app.clock,
            mail.Pace(1),
            at.app.parts.policy,
        )
    )


def news(at):
    """Publish one more entry."""
    words = f"of {at.now:%d %B}"
    at.write(
        f"bulletins/{at.now:%d}.txt", f"4 September, 2017\n\nNews {words}\n\nWhat happened is {words}.\n"
    )
    assert at.ingest().added == 1


def message_to(at, address="ana@partner.example"):
    return next(message for message in reversed(at.relay.taken) if message.recipient == address)


def token_of(message):
    return message.sender.partition("+")[2].partition("@")[0]


def message_id_of(message):
    return re.search(rb"^Message-ID: (\S+)", message.data, re.MULTILINE)[1].decode()


def letter(name, message=None, **changes):
    """A letter of the corpus, about a message of ours."""
    text = (CORPUS / f"{name}.eml").read_bytes().decode("utf-8", "surrogateescape")
    if message:
        changes = {TOKEN: token_of(message) or "none", MESSAGE_ID: message_id_of(message), **changes}
    for old, new in changes.items():
        text = text.replace(old, new)
    return text.encode("utf-8", "surrogateescape")


def suppressed(at):
    with at.app.store.reading() as tx:
        return {each.address: each.reason.value for each in tx.suppressions.all()}


def kinds(report):
    return {kind.value: number for kind, number in report.answers.items()}


def test_a_hard_bounce_suppresses_at_once_and_mail_in_the_queue_too(sent):
    news(sent)
    sent.now += timedelta(days=1)
    sent.app.plan()
    report = sent.app.read_letter(letter("postfix_unknown_user", message_to(sent)))
    assert (kinds(report), report.suppressed) == ({"hard": 1}, 1)
    assert suppressed(sent) == {"ana@partner.example": "bounced"}
    sent.relay.taken.clear()
    assert send(sent).outcomes == {DeliveryState.SUPPRESSED: 1, DeliveryState.ACCEPTED: 1}
    assert [message.recipient for message in sent.relay.taken] == ["eva@partner.example"]


def refusing(at, reply):
    """Put a relay in the place of the one before that refuses Ana with these words."""

    class Refusing(Relay):
        async def send(self, message):
            if message.recipient == "ana@partner.example":
                return replied(Stage.RCPT, *reply)
            return await super().send(message)

    at.relay = Refusing()


def test_an_address_that_the_relay_refuses_for_good_is_suppressed_as_by_a_bounce(sent):
    refusing(sent, (550, "5.1.1 <ana@partner.example>: user unknown"))
    news(sent)
    assert send(sent).outcomes == {DeliveryState.FAILED: 1, DeliveryState.ACCEPTED: 1}
    assert suppressed(sent) == {"ana@partner.example": "bounced"}
    (answer,) = sent.app.person("ana@partner.example").answers
    assert (answer.kind, answer.status, answer.read_at) == (AnswerKind.HARD, "5.1.1", sent.now)
    news(sent)
    assert send(sent).outcomes == {DeliveryState.SUPPRESSED: 1, DeliveryState.ACCEPTED: 1}
    sent.app.let_back("ana@partner.example")
    refusing(sent, (250, "2.1.5 never asked"))
    assert suppressed(sent) == {}


@pytest.mark.parametrize(
    "reply",
    [
        (554, "5.7.1 relay access denied"),
        (550, "5.7.26 unauthenticated mail is not accepted"),
        (503, "5.5.1 no such user, for MAIL comes first"),
        (530, "5.7.0 log in first"),
    ],
)
def test_a_refusal_for_who_we_are_or_what_we_did_is_never_held_against_the_address(sent, reply):
    refusing(sent, reply)
    for _ in range(4):
        news(sent)
        send(sent)
    assert suppressed(sent) == {}


def test_what_puts_a_delivery_off_says_something_of_the_address_only_once_it_is_given_up(sent):
    patience = sent.app.parts.policy.patience
    put_off = replied(
        Stage.RCPT, 450, "4.1.2 <ana@partner.example>: Recipient address rejected: Domain not found"
    )
    given_up = replace(
        put_off, state=DeliveryState.FAILED, reply=f"Given up after 18 attempts: {put_off.reply}"
    )
    (delivery,) = sent.app.person("ana@partner.example").deliveries
    for outcome, known in ((put_off, []), (given_up, [(AnswerKind.SOFT, "4.1.2")])):
        with sent.app.store.writing() as tx:
            take_refusal(tx, delivery, outcome, patience, sent.now)
        found = sent.app.person("ana@partner.example").answers
        assert [(answer.kind, answer.status) for answer in found] == known


def test_a_mailbox_that_is_full_again_and_again_is_suppressed_as_by_soft_bounces(sent):
    refusing(sent, (552, "5.2.2 mailbox full"))
    borne = sent.app.parts.configuration.settings.mail.soft_bounces
    for number in range(borne):
        assert suppressed(sent) == {}, number
        news(sent)
        send(sent)
    assert suppressed(sent) == {"ana@partner.example": "bounced"}


def test_what_came_back_is_forgotten_once_it_decides_nothing_any_more(sent):
    sent.app.read_letter(letter("postfix_unknown_user", message_to(sent)))
    eva = message_to(sent, "eva@partner.example")
    sent.app.read_letter(letter("postfix_full", eva, **{"ana@partner.example": "eva@partner.example"}))
    sent.now += timedelta(days=364)
    sent.app.read_bounces()
    assert len(sent.app.person("eva@partner.example").answers) == 1
    assert sent.app.status().answers.total() == 2
    sent.now += timedelta(days=2)
    sent.app.read_bounces()
    assert sent.app.status().answers.total() == 0
    assert suppressed(sent) == {"ana@partner.example": "bounced"}
    sent.now += timedelta(days=1)
    assert kinds(sent.app.read_letter(letter("postfix_full", eva))) == {"soft": 1}


def test_the_same_letter_counts_once(sent):
    data = letter("postfix_full", message_to(sent))
    assert kinds(sent.app.read_letter(data)) == {"soft": 1}
    again = sent.app.read_letter(data.replace(b"\n", b"\r\n"))
    assert (again.known, kinds(again)) == (1, {})


@pytest.mark.parametrize(
    "name", ["postfix_forwarded", "postfix_unknown_user", "qmail_no_mailbox", "exim_words"]
)
def test_an_address_that_hands_mail_on_isnt_dead_because_one_behind_it_is(sent, name):
    forwarded = letter(name, message_to(sent), **{"ana@": "carl@", "partner.example": "elsewhere.example"})
    assert kinds(sent.app.read_letter(forwarded)) == {"soft": 1}
    assert suppressed(sent) == {}


def dsn(message, recipients):
    """A notification that the recipient is unknown, whom these lines name, to the envelope sender of a message."""
    return (
        f"From: MAILER-DAEMON@mx.example\nTo: {message.sender}\nContent-Type: multipart/report; boundary=b\n\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{recipients}\n"
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n--b--\n"
    ).encode()


ORIGINAL = "Original-Recipient: rfc822; ana@partner.example\n"


@pytest.mark.parametrize(
    ("recipients", "kind"),
    [
        (ORIGINAL + "Final-Recipient: rfc822; carl@elsewhere.example", "soft"),
        ("Final-Recipient: rfc822; carl@elsewhere.example", "soft"),
        (ORIGINAL + "Final-Recipient: rfc822; ana@partner.example\nX-Actual-Recipient: rfc822; carl@else.example", "soft"),
        (ORIGINAL + "Final-Recipient: rfc822; ana@partner.example", "hard"),
        (ORIGINAL.strip(), "hard"),
        ("Final-Recipient: RFC822; ANA@Partner.Example", "hard"),
        ('Final-Recipient: rfc822; "ana"@partner.example', "hard"),
        ("Final-Recipient: rfc822; <ana@partner.example>", "hard"),
        ("Final-Recipient: rfc822; +61na@partner.example", "hard"),
        ("Final-Recipient: x400; somebody", "hard"),
    ],
)  # fmt: skip
def test_a_notification_convicts_only_the_address_that_we_wrote_to(sent, recipients, kind):
    assert kinds(sent.app.read_letter(dsn(message_to(sent), recipients))) == {kind: 1}
    assert bool(suppressed(sent)) == (kind == "hard")


def test_of_several_behind_one_address_the_mildest_holds(sent):
    data = letter("postfix_two_recipients", message_to(sent))
    assert kinds(sent.app.read_letter(data)) == {"soft": 1}
    assert suppressed(sent) == {}


def test_a_token_in_capitals_is_still_ours(sent):
    token = token_of(message_to(sent))
    data = letter("qmail_no_mailbox", message_to(sent), **TO_ANA).replace(
        token.encode(), token.upper().encode()
    )
    assert kinds(sent.app.read_letter(data)) == {"hard": 1}


@pytest.mark.parametrize("forged", ["another secret", "altered", "made up"])
def test_a_forged_token_is_ignored(sent, forged):
    message = message_to(sent)
    token = token_of(message)
    bad = {
        "another secret": bounce_token("another secret of many characters", 1, message_id_of(message)),
        "altered": token[:-1] + ("a" if token[-1] != "a" else "b"),
        "made up": "a" * 24,
    }[forged]
    data = letter("postfix_no_returned_part", None, **{TOKEN: bad})
    report = sent.app.read_letter(data)
    assert (kinds(report), report.kept) == ({"unclear": 1}, 1)
    assert suppressed(sent) == {}


TO_ANA = {"ana@freemail.example": "ana@partner.example", "ana@old.example": "ana@partner.example"}
BY_ADDRESS_ALONE = [
    "postfix_no_returned_part",
    "postfix_full",
    "qmail_no_mailbox",
    "arf_abuse",
    "arf_no_message",
]


@pytest.mark.parametrize("sent", ["bounces@example.org", ""], indirect=True)
@pytest.mark.parametrize("name", BY_ADDRESS_ALONE)
def test_a_letter_that_names_only_the_address_is_for_a_person_however_often_it_comes(sent, name):
    for day in range(6):
        news(sent)
        send(sent)
        report = sent.app.read_letter(letter(name, None, **TO_ANA) + f"{day}".encode())
        assert (kinds(report), report.kept) == ({"unclear": 1}, 1)
    assert suppressed(sent) == {}
    assert [answer.kind for answer in sent.app.person("ana@partner.example").answers] == [
        AnswerKind.UNCLEAR
    ] * 6


def test_without_a_token_the_message_id_of_what_came_back_tells(sent):
    data = letter("postfix_unknown_user", None, **{MESSAGE_ID: message_id_of(message_to(sent)), TOKEN: "x"})
    assert kinds(sent.app.read_letter(data)) == {"hard": 1}
    assert suppressed(sent) == {"ana@partner.example": "bounced"}


@pytest.mark.parametrize("sent", [""], indirect=True)
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("postfix_unknown_user", "bounced"),
        ("gmail_no_account", "bounced"),
        ("qmail_no_mailbox", "bounced"),
        ("exim_words", "bounced"),
        ("arf_abuse", "complained"),
    ],
)
def test_where_no_tokens_are_in_use_the_message_id_tells(sent, name, reason):
    message = message_to(sent)
    assert message.sender == "bulletin@example.org"
    sent.app.read_letter(letter(name, message, **TO_ANA))
    assert suppressed(sent) == {"ana@partner.example": reason}


@pytest.mark.parametrize(
    "name", ["gmail_no_account", "exchange_online_not_found", "arf_abuse", "qmail_no_host", "exim_words"]
)
def test_an_address_that_we_never_wrote_to_is_never_suppressed(sent, name):
    data = letter(name, None, **{"ana@partner.example": "nobody@partner.example"})
    assert kinds(sent.app.read_letter(data)) == {"foreign": 1}
    assert suppressed(sent) == {}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("postfix_spam", "ours"),
        ("postfix_dmarc", "ours"),
        ("postfix_too_large", "ours"),
        ("postfix_4_policy", "ours"),
        ("postfix_delayed", "delayed"),
        ("arf_not_spam", "automatic"),
        ("arf_auth_failure", "ours"),
        ("relayed", "automatic"),
        ("auto_exchange", "automatic"),
        ("read_receipt", "automatic"),
    ],
)
def test_what_is_no_fault_of_the_address_is_counted_and_no_more(sent, name, kind):
    report = sent.app.read_letter(letter(name, message_to(sent)))
    assert (kinds(report), report.kept) == ({kind: 1}, 0)
    assert suppressed(sent) == {}


@pytest.mark.parametrize("name", ["arf_abuse", "arf_redacted", "arf_no_message"])
def test_a_complaint_suppresses(sent, name):
    assert kinds(sent.app.read_letter(letter(name, message_to(sent)))) == {"complaint": 1}
    assert suppressed(sent) == {"ana@partner.example": "complained"}


def test_soft_bounces_suppress_when_there_are_enough_and_are_forgiven_with_the_address(sent):
    def bounce():
        return sent.app.read_letter(letter("postfix_full", message_to(sent)))

    def another_day():
        news(sent)
        send(sent)

    for _ in range(3):
        bounce()
        assert suppressed(sent) == {}
        another_day()
    assert bounce().suppressed == 1
    assert suppressed(sent) == {"ana@partner.example": "bounced"}
    assert sent.app.let_back("ANA@partner.example")
    another_day()
    bounce()
    assert suppressed(sent) == {}


def test_two_letters_about_one_delivery_are_one_bounce(sent):
    for day in range(8):
        sent.now += timedelta(days=1)
        sent.app.read_letter(letter("postfix_full", message_to(sent), **{"14:00:05": f"14:00:1{day}"}))
    assert suppressed(sent) == {}


def test_unsubscribing_by_mail_with_the_token_of_the_header(sent):
    message = message_to(sent)
    unfolded = message.data.replace(b"\r\n ", b" ")
    (subject,) = re.findall(rb"mailto:bounces@example\.org\?subject=unsubscribe%20([^>]+)>", unfolded)
    asked = b"From: somebody@else.example\nTo: bounces@example.org\nSubject: unsubscribe " + subject + b"\n\n"
    assert kinds(sent.app.read_letter(asked)) == {"unsubscribe": 1}
    assert suppressed(sent) == {"ana@partner.example": "unsubscribed"}


def test_unsubscribing_by_mail_to_the_address_of_the_envelope(sent):
    asked = letter("unsubscribe_plus_address", message_to(sent))
    assert kinds(sent.app.read_letter(asked)) == {"unsubscribe": 1}
    assert suppressed(sent) == {"ana@partner.example": "unsubscribed"}


OLD_TOKEN = unsubscribe_token("the secret of this site before, of many characters", "ana@partner.example")
WISHES = ["unsubscribe", "Unsubscribe me", "Unsubscribe: Carla", "Baja", f"unsubscribe {OLD_TOKEN}"]


@pytest.mark.parametrize("subject", WISHES)
def test_a_wish_without_a_token_of_ours_is_of_whom_it_came_to(sent, subject):
    asked = f"From: ana@else.example\nTo: {message_to(sent).sender}\nSubject: {subject}\n\n".encode()
    assert kinds(sent.app.read_letter(asked)) == {"unsubscribe": 1}
    assert suppressed(sent) == {"ana@partner.example": "unsubscribed"}


@pytest.mark.parametrize("subject", WISHES)
def test_a_wish_that_nobody_can_be_named_for_is_kept_and_takes_nobody_off(sent, subject):
    asked = f"From: ana@partner.example\nTo: bounces@example.org\nSubject: {subject}\n\n".encode()
    report = sent.app.read_letter(asked)
    assert (kinds(report), report.kept) == ({"unclear": 1}, 1)
    assert suppressed(sent) == {}


def test_what_only_a_person_can_read_is_kept(sent):
    data = letter("person_asks", message_to(sent))
    report = sent.app.read_letter(data)
    assert (kinds(report), report.kept) == ({"unclear": 1}, 1)
    (kept,) = (sent.root / "var" / "bounces" / "new").iterdir()
    assert kept.read_bytes() == data


def test_what_a_person_wants_outranks_a_bounce(sent):
    sent.app.read_letter(letter("postfix_unknown_user", message_to(sent)))
    token = unsubscribe_token(sent.app.parts.postroom.secret, "ana@partner.example")
    assert not sent.app.has_unsubscribed("ana@partner.example")
    sent.app.unsubscribe(token)
    assert suppressed(sent) == {"ana@partner.example": "unsubscribed"}
    assert sent.app.has_unsubscribed("ana@partner.example")


class TestMaildir:
    def test_each_letter_is_read_once_and_none_is_lost(self, sent, tmp_path):
        box = maildir(tmp_path, hard=letter("postfix_unknown_user", message_to(sent)), person=letter("spam"))
        report = sent.app.read_bounces([mail.MaildirInbox(box)])
        assert kinds(report) == {"hard": 1, "unclear": 1}
        assert [*(box / "new").iterdir(), *(box / "cur").iterdir()] == []
        assert [file.name for file in (box / ".feedsvc-handled" / "cur").iterdir()] == ["hard:2,S"]
        assert [file.name for file in (box / ".feedsvc-kept" / "new").iterdir()] == ["person"]
        assert sent.app.read_bounces([mail.MaildirInbox(box)]).answers == {}

    def test_a_letter_that_cant_be_read_at_all_is_kept_and_those_behind_it_are_read(self, sent, tmp_path):
        endless = b"Content-Type: message/rfc822\n\n" * 10_000
        charset = b"Subject: hello\nContent-Type: text/plain; charset*=utf-8''iso-8859-1\n\ncaf\xe9\n"
        bounce = letter("postfix_unknown_user", message_to(sent))
        box = maildir(tmp_path, **{"1": endless, "2": charset, "3": bounce})
        report = sent.app.read_bounces([mail.MaildirInbox(box)])
        assert (kinds(report), report.kept) == ({"unclear": 2, "hard": 1}, 2)
        assert sorted(file.name for file in (box / ".feedsvc-kept" / "new").iterdir()) == ["1", "2"]

    def test_what_is_no_letter_or_may_not_be_opened_stays_and_those_behind_it_are_read(self, sent, tmp_path):
        box = maildir(tmp_path, **{"3": letter("postfix_unknown_user", message_to(sent))})
        (box / "new" / "1").mkdir()
        os.mkfifo(box / "new" / "2")
        (box / "new" / "2a").symlink_to(
            "/proc/self/mem"
        )  # which is a file that nobody can read from its start
        with capture_logs() as logged:
            assert kinds(sent.app.read_bounces([mail.MaildirInbox(box)])) == {"hard": 1}
        assert [each["file"] for each in logged if each["event"] == "letter can't be read"] == ["new/2a"]
        assert sorted(file.name for file in (box / "new").iterdir()) == ["1", "2", "2a"]

    def test_killed_before_it_is_filed_away_it_is_known_the_next_time(self, sent, tmp_path):
        class Killed(mail.MaildirInbox):
            def file_away(self, key, *, kept):
                raise KeyboardInterrupt

        box = maildir(tmp_path, full=letter("postfix_full", message_to(sent)))
        with contextlib.suppress(KeyboardInterrupt):
            sent.app.read_bounces([Killed(box)])
        report = sent.app.read_bounces([mail.MaildirInbox(box)])
        assert (report.known, kinds(report)) == (1, {})
        assert list((box / "new").iterdir()) == []

    def test_a_maildir_that_is_not_there_is_said_so(self, sent, tmp_path):
        with pytest.raises(InboxError, match="no Maildir"):
            sent.app.read_bounces([mail.MaildirInbox(tmp_path / "nowhere")])


def maildir(folder, **letters):
    for name in ("new", "cur", "tmp"):
        (folder / "box" / name).mkdir(parents=True)
    for name, data in letters.items():
        (folder / "box" / "new" / name).write_bytes(data)
    return folder / "box"


class TestPrivacy:
    def test_all_that_is_held_is_shown(self, sent):
        sent.app.read_letter(letter("postfix_full", message_to(sent)))
        person = sent.app.person("ANA@partner.example")
        assert [delivery.recipient.name for delivery in person.deliveries] == ["Ana"]
        assert [name for name, _ in person.editions[person.deliveries[0].id]] == ["all"]
        assert [answer.kind for answer in person.answers] == [AnswerKind.SOFT]
        assert [(place.file, place.line) for place in sent.app.places_of(person.address)] == [
            ("config/subscriptions.yaml", 6)
        ]

    def test_what_is_erased_is_nowhere_in_the_store(self, sent):
        sent.app.read_letter(letter("postfix_unknown_user", message_to(sent)))
        sent.app.read_letter(letter("person_asks", message_to(sent)))
        sent.app.erase("Ana@partner.example")
        with sent.app.store.reading() as tx:
            everything = json.dumps(
                [
                    [str(value) for value in row]
                    for table in ("deliveries", "receipts", "suppressions", "answers", "digests")
                    for row in tx.connection.exec_driver_sql(f"SELECT * FROM {table}")
                ]
            )
        assert "ana@" not in everything.lower()
        assert '"Ana"' not in everything
        assert "eva@partner.example" in everything
        assert list((sent.root / "var" / "bounces" / "new").iterdir()) == []

    def test_the_erased_are_written_to_no_more_though_they_are_still_listed(self, sent):
        sent.app.erase("ana@partner.example")
        news(sent)
        sent.relay.taken.clear()
        send(sent)
        assert [message.recipient for message in sent.relay.taken] == ["eva@partner.example"]
        assert sent.app.person("ana@partner.example").deliveries == []
        assert [place.address for place, _ in sent.app.suppressed_recipients()] == ["ana@partner.example"]
        assert sent.app.has_unsubscribed("ana@partner.example")

    def test_what_waits_for_the_erased_goes_to_nobody(self, sent):
        news(sent)
        sent.now += timedelta(days=1)
        sent.app.plan()
        sent.app.erase("ana@partner.example")
        sent.relay.taken.clear()
        send(sent)
        assert [message.recipient for message in sent.relay.taken] == ["eva@partner.example"]

    def test_a_bounce_or_a_wish_that_comes_afterwards_brings_nothing_back(self, sent):
        message, secret = message_to(sent), sent.app.parts.postroom.secret
        sent.app.erase("ana@partner.example")
        sent.app.read_letter(letter("postfix_unknown_user", message))
        sent.app.unsubscribe(unsubscribe_token(secret, "ana@partner.example"))
        asked = f"Subject: unsubscribe {unsubscribe_token(secret, 'ana@partner.example')}\n\n".encode()
        sent.app.read_letter(asked)
        assert suppressed(sent) == {stand_in(secret, "ana@partner.example"): "unsubscribed"}
        with sent.app.store.reading() as tx:
            assert tx.answers.of("ana@partner.example") == []

    def test_who_was_erased_may_be_let_back(self, sent):
        sent.app.erase("ana@partner.example")
        assert sent.app.let_back("ana@partner.example")
        assert suppressed(sent) == {}

    def test_nothing_is_erased_while_a_message_is_on_the_wire(self, sent):
        news(sent)
        sent.now += timedelta(days=1)
        sent.app.plan()
        with sent.app.store.presence.worker() as worker:
            with sent.app.store.writing() as tx:
                (claimed,) = tx.outbox.claim(worker, sent.now, doubtful=False)
            with pytest.raises(StoreError, match=f"feedsvc suppressions add {claimed.recipient.address}"):
                sent.app.erase(claimed.recipient.address)

    def test_what_a_dead_worker_left_on_the_wire_keeps_nobody_from_being_erased(self, sent):
        news(sent)
        sent.now += timedelta(days=1)
        sent.app.plan()
        with sent.app.store.writing() as tx:
            (claimed,) = tx.outbox.claim("dead", sent.now, doubtful=False)
        assert sent.app.erase(claimed.recipient.address).deliveries == 2
        sent.relay.taken.clear()
        assert send(sent).doubted == 0
        assert claimed.recipient.address not in [message.recipient for message in sent.relay.taken]

    def test_the_why_of_a_suppression_outlives_being_erased(self, sent):
        sent.app.read_letter(letter("arf_abuse", message_to(sent)))
        sent.app.erase("ana@partner.example")
        (only,) = suppressed(sent).values()
        assert only == SuppressionReason.COMPLAINED.value
