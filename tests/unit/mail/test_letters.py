"""What bounces, complaints and replies say. The corpus is made up after what mail systems write, with nobody's data."""

import email
import random
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.mail.letters import read_letter
from feedsvc.mail.letters.blame import blame, status_of
from feedsvc.model import AnswerKind

CORPUS = Path(__file__).parent / "corpus"
LETTERS = sorted(CORPUS.glob("*.eml"))
TOKEN = "aaaaaaaah5xw4zlsmvqxe33n"

# For each letter what it says of each recipient: the kind, and all that it calls them by.
EXPECTED = {
    "angle_no_type": "hard ana@gateway.example",
    "arf_abuse": "complaint ana@freemail.example",
    "arf_auth_failure": "ours ana@freemail.example",
    "arf_no_message": "complaint ana@freemail.example",
    "arf_not_spam": "automatic ana@freemail.example",
    "arf_redacted": "complaint",
    "auto_exchange": "automatic",
    "auto_left_company": "automatic",
    "auto_spanish": "automatic",
    "auto_ticket": "automatic",
    "auto_vacation": "automatic",
    "base64_status": "hard ana@gateway.example",
    "dovecot_quota_mdn": "soft ana@dove.example",
    "empty": "unclear",
    "exchange_2003_words": "hard ana@ministry.example",
    "exchange_access_denied": "hard ana@ministry.example",
    "exchange_full_spanish": "soft ana@ministry.example",
    "exchange_hops": "soft ana@ministry.example",
    "exchange_online_not_found": "hard ana@ministry.example",
    "exchange_restricted": "ours ana@ministry.example",
    "exim_delay_words": "delayed ana@partner.example",
    "exim_report": "hard ana@partner.example",
    "exim_words": "hard ana@partner.example",
    "exim_words_full": "soft ana@partner.example",
    "exim_words_size": "ours ana@partner.example",
    "exim_words_spam": "ours ana@partner.example",
    "forwarded_in_mbox": "hard ana@partner.example",
    "gmail_disabled": "hard ana@freemail.example",
    "gmail_full": "soft ana@freemail.example",
    "gmail_no_account": "hard ana@freemail.example",
    "gmail_old_words": "hard ana@freemail.example",
    "gmail_unsolicited": "ours ana@freemail.example",
    "html_only_words": "hard ana@portal.example",
    "international_address": "hard josé@universidad.example",
    "latin1_bytes": "hard ana@uni.example",
    "microsoft_complaint": "complaint ana@outlook.example",
    "no_status_no_action_words": "hard ana@gateway.example",
    "opensmtpd_error": "hard ana@bsd.example",
    "person_asks": "unclear",
    "postfix_4_policy": "ours ana@partner.example",
    "postfix_address_status_spam_words": "ours ana@partner.example",
    "postfix_delayed": "delayed ana@partner.example",
    "postfix_dmarc": "ours ana@partner.example",
    "postfix_expired": "soft ana@partner.example",
    "postfix_forwarded": "hard ana.gomez@freemail.example",
    "postfix_full": "soft ana@partner.example",
    "postfix_no_domain": "hard ana@no-such.example",
    "postfix_no_returned_part": "hard ana@partner.example",
    "postfix_null_mx": "hard ana@nomail.example",
    "postfix_plain_550": "hard ana@partner.example",
    "postfix_policy_but_unknown": "hard ana@partner.example",
    "postfix_spam": "ours ana@partner.example",
    "postfix_too_large": "ours ana@partner.example",
    "postfix_two_recipients": "hard equipo@partner.example ana@inner.example, soft equipo@partner.example eva@inner.example",
    "postfix_unknown_user": "hard ana@partner.example",
    "qmail_connection": "soft ana@old.example",
    "qmail_no_host": "hard ana@old.example",
    "qmail_no_mailbox": "hard ana@old.example",
    "qmail_over_quota": "soft ana@old.example",
    "qmail_said": "hard ana@old.example",
    "read_receipt": "automatic ana@partner.example",
    "relayed": "automatic ana@partner.example",
    "sendmail_old_words": "hard ana@uni.example",
    "sendmail_report": "hard ana@uni.example",
    "sendmail_warning": "delayed ana@uni.example",
    "spam": "unclear",
    "truncated": "hard ana@partner.example",
    "unsubscribe_by_mail": "unsubscribe",
    "unsubscribe_plus_address": "unsubscribe",
    "yahoo_no_account": "hard ana@yahoo.example",
    "yahoo_words": "hard ana@yahoo.example",
}

# Where flufl.bounce names other failing recipients than we do, and why we are right for our purpose.
OTHERWISE = {
    "base64_status": "It takes no report that is encoded; gateways encode it all the same.",
    "html_only_words": "It has no pattern for this one.",
    "international_address": "It leaves out addresses that are not ASCII.",
    "postfix_two_recipients": "It gives what was asked for only; we also keep what that was expanded to.",
}
BOUNCES = {AnswerKind.HARD, AnswerKind.SOFT, AnswerKind.OURS, AnswerKind.DELAYED}


def read(name):
    return read_letter((CORPUS / f"{name}.eml").read_bytes())


def told(letter):
    return ", ".join(" ".join([said.kind.value, *said.addresses]) for said in letter.said)


def test_the_corpus_is_all_expected():
    assert {path.stem for path in LETTERS} == set(EXPECTED)
    assert len(LETTERS) >= 40


@pytest.mark.parametrize("name", EXPECTED)
def test_a_letter_says(name):
    assert told(read(name)) == EXPECTED[name]


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_flufl_bounce_finds_the_same_recipients(path):
    bounce = pytest.importorskip("flufl.bounce")
    temporary, permanent = bounce.all_failures(email.message_from_bytes(path.read_bytes()))
    said = [each for each in read(path.stem).said if each.kind in BOUNCES]
    if path.stem.startswith("arf_"):
        said = []  # a complaint is no bounce to it
    if path.stem in OTHERWISE:
        assert {address for each in said for address in each.addresses} != {
            address.decode() for address in temporary | permanent
        }
        return
    assert {address for each in said for address in each.addresses} == {
        address.decode() for address in temporary | permanent
    }
    delayed = {each.addresses[0].encode() for each in said if each.kind is AnswerKind.DELAYED}
    assert delayed == temporary


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_the_token_is_found_in_all_letters_that_have_it(path):
    expected = (TOKEN,) if TOKEN in path.read_text(errors="replace") else ()
    assert read_letter(path.read_bytes()).tokens == expected


@pytest.mark.parametrize(
    "name", ["postfix_unknown_user", "qmail_no_mailbox", "exim_words", "arf_redacted", "forwarded_in_mbox"]
)
def test_the_message_that_came_back_is_known_by_its_id(name):
    assert read(name).message_ids[0] == "<0a1b2c3d@example.org>"


DAEMON = b"From: MAILER-DAEMON@mx.example\nSubject: failure notice\n"
REPORT = (
    b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nA: b\n\n"
    b"Final-Recipient: rfc822; a@b.example\nAction: failed\nDiagnostic-Code: smtp; "
)


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        (DAEMON + b"\n", b"a@a."),
        (DAEMON + b"\n", b"user does "),
        (DAEMON + b"\n", b"<a@b.example>:\n"),
        (DAEMON + b"Content-Type: text/html\n\n", b"<style "),
        (DAEMON + b"Content-Type: text/html\n\n", b"<!--"),
        (REPORT, b"recipient "),
        (REPORT, b"5.1."),
        (b"Subject: ", b"=?utf-8?q?a"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n", b"--b\nContent-Type: message/rfc822\n\n"),
        (b"", b"Content-Type: message/rfc822\n\n"),
    ],
)
def test_no_letter_takes_long(head, unit):
    started = time.process_time()
    assert read_letter(head + unit * (2_000_000 // len(unit))).said
    assert time.process_time() - started < 4


def test_what_html_doesnt_show_is_not_read():
    page = b"<head><title>x</title></head><!-- a@b.example --><p>Not delivered:<br>&lt;ana@portal.example&gt;: 550 no such user</p><style>"
    letter = read_letter(DAEMON + b"Content-Type: text/html\n\n" + page)
    assert told(letter) == "hard ana@portal.example"


def test_what_no_database_takes_is_left_out():
    report = (
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nA: b\n\n"
        b"Final-Recipient: utf-8; a\\x{D800}\\x{0}+00b@partner.example\nAction: failed\n"
        b"Diagnostic-Code: smtp; =?utf-7?q?+2AA-?= \x00 5.1.1\n\n--b--\n"
    )
    letter = read_letter(report)
    assert letter.said[0].addresses[0] == "a+00b@partner.example"
    assert storable(letter)


def test_capitals_and_another_delimiter_keep_the_token():
    data = f"To: BOUNCES-{TOKEN.upper()}@EXAMPLE.ORG\nSubject: x\n\nx\n".encode()
    assert read_letter(data).tokens == (TOKEN.upper(),)


@pytest.mark.parametrize(
    ("subject", "token"),
    [
        ("unsubscribe ImFu.c2ln-_x", "ImFu.c2ln-_x"),
        ("Unsubscribe  ImFu.c2ln", "ImFu.c2ln"),
        ("=?utf-8?q?unsubscribe_ImFu=2Ec2ln?=", "ImFu.c2ln"),
        ("Re: unsubscribe ImFu.c2ln", "ImFu.c2ln"),
        ("unsubscribe", ""),
        ("Unsubscribe me", ""),
        ("unsubscribe please.", ""),
        ("Please unsubscribe me from the list", ""),
        ("Unsubscribe: Carla", ""),
        ("Unsubscribe ana@partner.example", ""),
        ("AW: Re: UNSUBSCRIBE!", ""),
        ("Baja", ""),
        ("RV: baja, por favor", ""),
        ("Darme de baja del boletín", ""),
        ("=?utf-8?q?Por_favor=2C_cancelar_mi_suscripci=C3=B3n?=", ""),
    ],
)
def test_a_request_to_unsubscribe_by_mail(subject, token):
    letter = read_letter(f"From: ana@partner.example\nSubject: {subject}\n\n".encode())
    assert (told(letter), letter.unsubscribe) == ("unsubscribe", token)


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Baja California: 3 new entries",
        "Unsubscribed",
        "How do I unsubscribe?",
        "Unsubscribe " + "a " * 60,
    ],
)
def test_what_merely_speaks_of_it_is_for_a_person(subject):
    assert told(read_letter(f"From: ana@partner.example\nSubject: {subject}\n\n".encode())) == "unclear"


def test_a_program_that_repeats_the_word_wants_nothing():
    letter = read_letter(b"Subject: unsubscribe\nAuto-Submitted: auto-replied\n\nI am away.\n")
    assert told(letter) == "automatic"


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        ("5.1.1", "", "hard"),
        ("5.1.2", "", "hard"),
        ("5.1.6", "", "hard"),
        ("5.1.10", "", "hard"),
        ("5.1.7", "", "ours"),
        ("5.1.8", "Sender address rejected: Domain not found", "ours"),
        ("5.1.3", "", "hard"),
        ("5.1.0", "", "soft"),
        ("5.1.4", "", "soft"),
        ("5.2.1", "", "soft"),
        ("5.2.1", "mailbox closed", "hard"),
        ("5.7.1", "Account disabled", "ours"),
        ("5.2.2", "", "soft"),
        ("4.2.2", "", "soft"),
        ("5.2.3", "", "ours"),
        ("5.3.0", "", "soft"),
        ("5.3.4", "", "ours"),
        ("5.4.4", "", "soft"),
        ("5.4.4", "Host not found", "hard"),
        ("5.4.7", "delivery time expired", "soft"),
        ("4.4.7", "delivery time expired", "soft"),
        ("5.5.0", "mailbox unavailable", "hard"),
        ("5.5.1", "", "ours"),
        ("5.6.0", "", "ours"),
        ("5.7.1", "", "ours"),
        ("5.7.1", "Recipient address rejected: User unknown", "hard"),
        ("5.7.1", "User unknown, or you are blocked", "ours"),
        ("5.1.1", "User unknown; see our spam policy", "hard"),
        ("5.1.1", "Your host is blocked", "ours"),
        ("4.7.1", "Greylisted", "ours"),
        ("4.1.1", "unverified address", "soft"),
        ("", "550 Requested action not taken: mailbox unavailable", "hard"),
        ("", "450 Requested action not taken: mailbox unavailable", "soft"),
        ("", "552 Requested mail action aborted: exceeded storage allocation", "soft"),
        ("", "554 Message rejected", "ours"),
        ("5.0.0", "something", "soft"),
        ("5.0.0", "El buzón está lleno", "soft"),
        ("5.0.0", "Usuario desconocido", "hard"),
        ("5.0.0", "La cuenta no existe", "hard"),
        ("5.0.0", "Relay access denied", "ours"),
    ],
)
def test_whose_fault_it_is(status, words, kind):
    assert blame(status, words).value == kind


# What hosts and relays answer, as they write it; the status is taken from the words.
ANSWERS = {
    "hard": [
        "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos",
        "550 5.2.1 The email account that you tried to reach is inactive. For more information, go to https://support.google.com/mail/?p=DisabledUser",
        "550 5.2.1 The email account that you tried to reach is disabled. Learn more at https://support.google.com/mail/?p=DisabledUser",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
        "550 5.4.310 DNS domain no-such.example does not exist [Message=InfoDomainNonexistent] [LastAttemptedServerName=no-such.example]",
        "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).",
        "554 delivery error: dd This user doesn't have a yahoo.com account (ana@yahoo.example) [0] - mta1.mail.yahoo.example",
        "554 30 Sorry, your message to ana@yahoo.example cannot be delivered. This mailbox is disabled (554.30).",
        "552 1 Requested mail action aborted, mailbox not found",
        "550 5.1.1 <ana@partner.example>: Recipient address rejected: User unknown in virtual mailbox table",
        "550 5.1.1 <ana@partner.example>: Recipient address rejected: undeliverable address: host mx said: 550 no such user",
        "5.1.0 Domain nomail.example does not accept mail (nullMX)",
        "556 5.1.10 <ana@nomail.example>: Recipient address rejected: Domain nomail.example does not accept mail (nullMX)",
        "Host or domain name not found. Name service error for name=no-such.example type=A: Host not found 5.4.4",
        "550 5.1.2 <ana@no-such.example>: Recipient address rejected: Domain not found",
        "550 Unrouteable address",
        "550 unknown user",
        "550-Callout verification failed: 550 550 5.1.1 <ana@partner.example> User doesn't exist",
        "550 5.1.1 <ana@uni.example>... User unknown",
        "550 5.1.2 <ana@uni.example>... Host unknown (Name server: uni.example: host not found)",
        "511 sorry, no mailbox here by that name (#5.1.1 - chkuser)",
        "550 sorry, no mailbox here by that name. (#5.7.17)",
        "550 5.1.1 <ana@zimbra.example>: Recipient address rejected: zimbra.example",
        "550 Invalid Recipient - https://community.mimecast.example/docs/DOC-1369#550 [xYz.eu]",
        "550 5.1.1 User Unknown - psmtp",
        "550 5.1.1 <ana@partner.example>: user does not exist (in reply to RCPT TO command) pphosted.example",
        "host mx.partner.example[192.0.2.2] said: 550 5.1.1 <ana@partner.example>: no (in reply to RCPT TO command)",
        "550 5.1.1 unknown. If you need help, contact your mail server administrator",
        "550 5.1.6 recipient no longer on server",
        "5.1.0 - Unknown address error 550-'5.1.1 <ana@partner.example>: no such user'",
        "550 #5.1.0 Address rejected ana@partner.example: user unknown",
    ],
    "soft": [
        "552-5.2.2 The email account that you tried to reach is over quota and inactive.",
        "452 4.2.2 The email account that you tried to reach is over quota.",
        "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded; Failed to process message",
        "552 5.2.2 <ana@partner.example>: user is over quota",
        "552 5.2.2 Over quota",
        "552 5.1.1 <ana@uni.example>... Mailbox full",
        "550 5.2.2 The recipient's mailbox quota has been exceeded",
        "450 4.1.2 <ana@gamil.example>: Recipient address rejected: Domain not found",
        "451 4.4.1 connect to mx.partner.example[192.0.2.1]:25: Connection timed out",
        "550 5.4.14 Hop count exceeded - possible mail loop ATTR34",
        "550 5.4.317 Message expired, cannot connect to remote server",
        "550 5.1.0 Address rejected.",
        "550 #5.1.0 Address rejected.",
        "550 <bounces@example.org>: Domain not found",
        "5.1.0 - Unknown address error 550-'try later'",
        "550 5.1.4 mailbox address ambiguous",
        "550 5.0.350 Remote server returned an error",
        "550 Administrative prohibition",
    ],
    "ours": [
        "550 5.7.0 Your account has been disabled, contact support",
        "535 5.7.0 user account suspended",
        "550 5.1.1 Your account has been disabled",
        "550 Sender account disabled",
        "550 5.1.1 Mail from your host is not accepted",
        "550 Sending domain not found",
        "550 5.1.0 Sender domain does not exist",
        "550 5.1.1 <bounces@example.org>: Sender address rejected: User unknown in virtual mailbox table",
        "550 Your IP address 192.0.2.9 has been suspended",
        "550 The sending IP address has been deactivated",
        "550 5.4.5 Daily user sending quota exceeded. d2e1a72fcca58-gsmtp",
        "550-5.4.5 Daily SMTP relay limit exceeded for customer. For more information on relay sending limits",
        "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to https://support.google.com/a/answer/166852",
        "550 5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.",
        "550-5.7.1 Our system has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked.",
        "550-5.7.1 [192.0.2.9] The IP you're using to send mail is not authorized to send email directly to our servers",
        "421 4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address",
        "450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.",
        "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients",
        "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message due to a permanent exception",
        "554 5.2.2 Submission quota exceeded",
        "550 5.1.8 Access denied, bad outbound sender",
        "550 5.7.501 Access denied, spam abuse detected",
        "550 5.7.511 Access denied, banned sender [192.0.2.9]",
        "550 5.7.705 Access denied, tenant has exceeded threshold",
        "550 5.7.708 Access denied, traffic not accepted from this IP",
        "550 5.7.232 Your message can't be sent because your trial tenant has exceeded its daily limit for external recipients",
        "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
        "550 5.7.64 TenantAttribution; Relay Access Denied",
        "550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized",
        "550 5.7.1 Unfortunately, messages from [192.0.2.9] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).",
        "554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.example/error-codes",
        "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.9, because the ip is in Spamhaus's list",
        "421 4.7.0 [TSS04] Messages from 192.0.2.9 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1",
        "554 5.7.1 <ana@partner.example>: Relay access denied",
        "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.example",
        "550 5.7.1 Client host rejected: cannot find your hostname, [192.0.2.9]",
        "550 5.7.1 <mail.example.org>: Helo command rejected: Host not found",
        "554 5.7.1 <ana@partner.example>: Recipient address rejected: Policy rejection: Quota exceeded.",
        "550 5.7.27 <bounces@example.org>: Sender address rejected: Domain example.org does not accept mail (nullMX)",
        "550 5.1.1 <ana@partner.example>: Recipient address rejected: rejected by policy",
        "550-Verification failed for <bounces@example.org> 550-Unrouteable address 550 Sender verify failed",
        "550 Domain example.org has exceeded the max emails per hour (500/500 (100%)) allowed. Message discarded.",
        "550 The IP address of this host was not found in DNS: no PTR",
        "host mx.partner.example[192.0.2.2] said: 550 5.1.1 rejected (in reply to MAIL FROM command)",
        "550 relay not permitted",
        "550 authentication required",
        "553 5.1.8 <bounces@example.org>... Domain of sender address bounces@example.org does not exist",
        "553 5.5.4 <bounces>... Domain name required for sender address bounces",
        "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
        "553 sorry, your envelope sender domain must exist (#5.7.1)",
        "552 5.3.4 Message size exceeds fixed limit",
        "550 Rejected by header based manually Blocked Senders: bounces@example.org - https://community.mimecast.example",
        "554 Email rejected due to security policies - https://community.mimecast.example/docs/DOC-1369#554",
        "550 Administrative prohibition - envelope blocked - https://community.mimecast.example/docs/DOC-1369#550",
        "554 Blocked - see https://ipcheck.proofpoint.example/?ip=192.0.2.9",
        "550 5.7.1 Sender rate limit exceeded for bounces@example.org",
        "550 You have exceeded your hourly limit of messages",
        "5.1.0 - Unknown address error 554-'5.7.1 blocked'",
    ],
}


@pytest.mark.parametrize(("words", "kind"), [(words, kind) for kind in ANSWERS for words in ANSWERS[kind]])
def test_what_hosts_answer_is_held_against_whom_it_is_about(words, kind):
    assert blame(status_of(words), words).value == kind


def test_the_status_that_says_most_is_taken_and_an_ip_address_is_none():
    assert status_of("5.0.0", "smtp; 550-5.1.1 no such user") == "5.1.1"
    assert status_of("connect to 5.1.1.23 failed", "version 2.5.1.4") == ""
    assert status_of("5.0.0 (undefined)") == "5.0.0"


def storable(letter):
    """Tell whether all that a letter says can be written down."""
    texts = [
        *letter.tokens,
        *letter.message_ids,
        letter.unsubscribe,
        *(text for said in letter.said for text in (*said.addresses, said.status, said.words)),
    ]
    return (
        bool(letter.said)
        and not any("\0" in text for text in texts)
        and all(text.encode() or True for text in texts)
    )


DAEMONS_WORDS = b"Hi.\n<ana@partner.example>:\nNo such user (#5.1.1): caf\xe9\n"
CHARSETS = ["*=utf-8''iso-8859-1", "*=undefined''x", '="a\0b"', "*=a\0b''x", "=idna", "=undefined", "=hex", "=rot13", "=none"]  # fmt: skip


@pytest.mark.parametrize("charset", CHARSETS)
def test_whatever_charset_it_claims_a_letter_is_read(charset):
    head = DAEMON + f"Content-Type: text/plain; charset{charset}\n\n".encode()
    assert told(read_letter(head + DAEMONS_WORDS)) == "hard ana@partner.example"


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822", "message/delivery-status"])
@pytest.mark.parametrize("charset", CHARSETS)
def test_whatever_charset_a_part_claims_a_letter_is_read(kind, charset):
    head = DAEMON + b"Content-Type: multipart/report; boundary=b\n\n--b\n\n" + DAEMONS_WORDS
    part = f"\n--b\nContent-Type: {kind}; charset{charset}\n\nA: ".encode() + b"\xe9\n\n\xe9\n\n--b--\n"
    assert told(read_letter(head + part)) == "hard ana@partner.example"


def gave_up(letter):
    """Tell whether reading it ended in an exception, of which an unclear letter says the name."""
    return letter.said[0].kind is AnswerKind.UNCLEAR and letter.said[0].words.endswith("Error")


@given(st.binary(max_size=400))
def test_no_bytes_are_too_strange(data):
    letter = read_letter(data)
    assert storable(letter)
    assert not gave_up(letter)


def test_what_stops_the_reader_is_unclear_and_named():
    letter = read_letter(b"Content-Type: message/rfc822\n\n" * 10_000)
    assert (told(letter), letter.said[0].words) == ("unclear", "RecursionError")


# What damages a letter so that it may still be read as one: header values that no standard knows, and no end.
STRANGE = [
    *(f"; charset{charset}".encode() for charset in CHARSETS),
    *(f"\nContent-Type: text/plain; charset{charset}\n".encode() for charset in CHARSETS),
    *(f"\nContent-Type: {kind}; x*=a'b\n".encode() for kind in ("message/rfc822", "multipart/report; boundary=b", ";;")),
    *(f"\nContent-Transfer-Encoding: {name}\n".encode() for name in ("base64", "quoted-printable", "uuencode", "x")),
    *(f"\nSubject: =?{charset}?{letter}?=E9..?=\n".encode() for charset in ("idna", "undefined", "a\0b") for letter in "qbx"),
    b"begin 666 a\n\xff\xff\n", b"--b\n", b"\n\n", b"\n ", b"=?", b"\0", b"\xe9", b"\xed\xa0\x80", b"\\x{D800}",
]  # fmt: skip


def damaged(whole, chance):
    """Change some bytes, put some strange pieces in, and cut off the end."""
    data = bytearray(whole)
    for _ in range(chance.randint(0, 20)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(data))
        line = data.find(b"\n", at)
        at = line if line >= 0 and chance.random() < 0.7 else at
        data[at:at] = chance.choice(STRANGE)
    return bytes(data[: chance.randint(len(data) // 4, len(data))])


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_no_damage_is_too_much(path):
    chance, whole = random.Random(path.stem), path.read_bytes()
    for _ in range(40):
        letter = read_letter(damaged(whole, chance))
        assert storable(letter)
        assert not gave_up(letter)
