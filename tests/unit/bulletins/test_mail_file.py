"""A message is an entry with its subject as title; what is attached or forwarded is read on its own."""

from base64 import b64encode
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from makers import manner

from feedsvc.bulletins import read
from feedsvc.bulletins.formats.mail_file import title_of
from feedsvc.model import Stated

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
SERIES = "3 September, 2017\n\nTitle one\n\nText one.\n\n4 September, 2017\n\nTitle two\n\nText two.\n"


def message(text="Hola a todos.", **fields):
    mail = EmailMessage()
    headers = {
        "From": "ana@example.org",
        "Subject": "Migración y niñez",
        "Date": "Sat, 01 Jun 2019 01:35:42 +0200",
        "Message-ID": "<1@example.org>",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    for name, value in headers.items():
        if value:
            mail[name] = value
    if text:
        mail.set_content(text)
    return mail


def reading(mail):
    data = mail if isinstance(mail, bytes) else mail.as_bytes()
    return read(data, manner(bulletin="bulletin.eml"))


def only(mail):
    found = reading(mail)
    assert found.problems == ()
    (draft,) = found.drafts
    return draft


def test_a_message_is_an_entry():
    draft = only(message("Hola.\n\nSegundo párrafo\nsigue.\n"))
    assert (draft.title, draft.date, draft.guid) == ("Migración y niñez", date(2019, 6, 1), "1@example.org")
    assert draft.paragraphs == ("Hola.", "Segundo párrafo sigue.")


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Fwd: RV: Boletín", "Boletín"),
        ("RE[2]: Re : boletín: marzo", "boletín: marzo"),
        ("[EXTERNAL] FW: Boletín", "Boletín"),
        ("Reunión: boletín", "Reunión: boletín"),
        ("Re:", ""),
        ("re: " * 100_000, ""),
    ],
)
def test_what_mail_programs_put_before_a_subject_is_no_title(subject, title):
    assert title_of(subject) == title


def test_a_message_without_a_subject_gets_its_title_from_its_text():
    assert only(message("Una frase corta.", Subject=None)).title == "Una frase corta."


def test_dated_entries_in_a_message_are_those_entries():
    assert [draft.title for draft in reading(message(SERIES)).drafts] == ["Title one", "Title two"]


@pytest.mark.parametrize(
    "text",
    [
        "Publish: 1 December 2026\n\nThe Commission met.",
        "Countries: PA\nPublish: 1 December 2026\nThe Commission met.",
        "Dear all,\n\nEMBARGOED UNTIL 1 DECEMBER 2026\n\nThe Commission met.",
        "The Commission met.\n\nPublicar el 1 de diciembre de 2026",
    ],
)
def test_an_embargo_in_the_text_of_a_message_holds_it_back(text):
    draft = only(message(text))
    assert draft.publish_at == datetime(2026, 12, 1, 6, tzinfo=UTC)
    assert draft.paragraphs[-1] == "The Commission met."


def test_fields_and_lists_in_a_plain_message_keep_their_lines():
    draft = only(message("Países: PA\nTemas: gender\n\nThe aims:\n- one\n- two"))
    assert draft.stated == Stated(countries=("PA",), topics=("gender",))
    assert draft.paragraphs == ("The aims:", "- one", "- two")


def test_a_signature_goes_and_what_is_quoted_stays():
    draft = only(message("Hola.\n\n> Lo que dijo Eva.\n\n-- \nAna\nOficina\n"))
    assert draft.text == "Hola.\n\n> Lo que dijo Eva."


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "mac_roman"])
def test_raw_bytes_in_fields_and_text_are_read(encoding):
    data = "From: a@example.org\nDate: 1 Jun 2019 10:00:00 -0600\nSubject: Migración y niñez en México\n\nSeñora, así es."
    draft = only(data.encode(encoding))
    assert draft.title == "Migración y niñez en México"
    assert draft.text == "Señora, así es."


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Fri, 31 May 2019 23:00:00 -0600", date(2019, 5, 31)),
        ("1 de junio de 2019", date(2019, 6, 1)),
        ("Sat, 99 Jun 2019 01:35:42 +0200", None),
        ("Sat, 1 Jun 20190601201906012019 01:35:42 +0200", None),
        ("soon", None),
        (None, None),
        ("Fri, 01 Jan 2999 00:00:00 +0000", None),
    ],
)
def test_the_date_is_the_senders_day_or_none_with_a_note(written, day):
    mail = message().as_bytes().replace(b"Sat, 01 Jun 2019 01:35:42 +0200", (written or "").encode())
    draft = only(mail)
    assert draft.date == day
    assert bool(draft.notes) == (day is None)


def test_html_is_preferred_unless_it_says_less():
    mail = message("Hola a todos, así es.")
    mail.add_alternative(
        "<p>Hola a <b>todos</b>, así es.</p>", subtype="html", charset="iso-8859-1", cte="quoted-printable"
    )
    assert only(mail).html == "<p>Hola a <strong>todos</strong>, así es.</p>"
    mail = message("Hola a todos, así es.")
    mail.add_alternative("<p>Hola</p>", subtype="html")
    assert only(mail).text == "Hola a todos, así es."


def test_pictures_stand_where_the_text_shows_them_and_others_below_it():
    mail = message("Hola")
    mail.add_alternative('<p>Hola</p><img src="cid:a@b" alt="La foto">', subtype="html")
    mail.get_payload()[1].add_related(PNG, "image", "png", cid="<a@b>")
    mail.add_attachment(PNG + b"2", "image", "png", filename="mapa.png")
    draft = only(mail)
    shown, below = draft.media
    assert draft.html.index(f'<img src="{shown.path}" alt="La foto">') < draft.html.index(
        f'src="{below.path}" alt="mapa.png"'
    )
    assert (shown.data, below.data) == (PNG, PNG + b"2")


def test_an_attached_bulletin_is_read_and_the_text_is_its_covering_note():
    mail = message("Adjunto el boletín.")
    mail.add_attachment(SERIES.encode(), "text", "plain", filename="boletín.txt")
    found = reading(mail)
    assert [draft.title for draft in found.drafts] == ["Title one", "Title two"]
    assert all("Adjunto el boletín." in note for draft in found.drafts for note in draft.notes)


def test_a_long_text_beside_an_attached_bulletin_is_an_entry_too():
    mail = message("Una larga noticia. " * 50)
    mail.add_attachment(SERIES.encode(), "text", "plain", filename="a.txt")
    assert [draft.title for draft in reading(mail).drafts] == ["Migración y niñez", "Title one", "Title two"]


def test_problems_of_an_attachment_begin_with_its_name():
    mail = message()
    mail.add_attachment(b"%PDF-1.7", "application", "pdf", filename="informe año.pdf")
    mail.add_attachment(b"Text.\n\n3 September, 2017\n\nTitle\n", "text", "plain", filename="C:\\b.txt")
    found = reading(mail)
    first, second = found.problems
    assert first.reason.startswith("Attachment informe año.pdf: This is a PDF document")
    assert second.reason.startswith("Attachment b.txt, line 1: ")
    assert {problem.bulletin for problem in found.problems} == {"bulletin.eml"}


@pytest.mark.parametrize("is_attached", [False, True], ids=["forwarded", "attached as a file"])
def test_a_forwarded_message_is_read(is_attached):
    outer = message("FYI", Subject="Fwd: x")
    if is_attached:
        outer.add_attachment(message().as_bytes(), "application", "octet-stream", filename="a.eml")
    else:
        outer.add_attachment(message())
    (draft,) = reading(outer).drafts
    assert (draft.title, draft.guid) == ("Migración y niñez", "1@example.org")
    assert "FYI" in draft.notes[0]


def test_messages_in_messages_are_read_to_a_depth():
    mail = message("Lo último.", Subject="Adentro")
    for _ in range(8):
        outer = message("")
        outer.set_content("")
        outer.add_attachment(mail)
        mail = outer
    (problem,) = reading(mail).problems
    assert "forwarded in more than 5 others" in problem.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (message(" ", Subject=None).as_bytes(), "nothing in this message"),
        (b"From: a@b\nTo: c@d\nContent-Type: application/pkcs7-mime\n\nx", "encrypted"),
        (
            b"From: a@b\nSubject: x\nContent-Type: text/plain" + b"; a=b" * 100_000 + b"\n\nx",
            "more parts or lines",
        ),
        (b"From: a@b\nSubject: x\n" + b"X: y\n" * 100_000 + b"\nx", "more parts or lines"),
        (b"From: a@b\nSubject: x\n\n" + b"\n" * 2_000_000, "more parts or lines"),
        (b"From: a@b\nSubject: x\n" + b"Content-Type: message/rfc822\n\n" * 10_000, "more parts or lines"),
        (b"From: a@b\nSubject: x\n\n\x00\x01\x02\x03", "no text"),
        (
            b"From: a@b\nSubject: x\nContent-Type: multipart/mixed; boundary*=u\x00'y'b%20\n\n--b \n\nHola.\n",
            "fields of this message are broken",
        ),
    ],
    ids=["empty", "encrypted", "parameters", "fields", "lines", "nested", "no text", "boundary"],
)
def test_what_cannot_be_read_is_a_problem_of_the_whole_message(data, reason):
    found = reading(data)
    assert found.drafts == ()
    (problem,) = found.problems
    assert problem.line == 0
    assert reason in problem.reason


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Type: multipart/mixed; boundary\nDate: 1",
        b"Content-Type: multipart/mixed; boundary=x",
        b"Content-Type: ;;;\nDate: ,",
        b"Content-Type: text/plain; charset=nonsense",
        b"Content-Type: text/plain; charset*=x'y'%zz",
        b"Content-Transfer-Encoding: base65",
        b"Message-ID: <\xff>\nContent-Disposition: \xff",
        b"Thread-Topic: z\nSubject: =?utf-8?b?abc?= =?x?q?=zz?= =?utf-8?b?a",
        b"Content-Type: text/plain; charset=u\x00",
        b"Content-Type: text/plain; charset*=u\x00'y'utf-8",
        b"Content-Disposition: inline; filename*=u\x00'y'%C3%B1; x=1",
    ],
)
def test_broken_fields_lose_no_text(fields):
    (draft,) = reading(b"From: a@b\nSubject: y\n" + fields + b"\n\nHola a todos.").drafts
    assert draft.text == "Hola a todos."


@pytest.mark.parametrize("charset", [b"charset=u\x00", b"charset*=u\x00'y'utf-8", b"charset*=x'y'utf-8"])
def test_broken_fields_of_an_alternative_lose_no_text(charset):
    (draft,) = reading(
        b"From: a@b\nSubject: y\nContent-Type: multipart/alternative; boundary=b\n\n"
        b"--b\nContent-Type: text/plain; " + charset + b"\n\nHola ni\xc3\xb1ez.\n"
        b"--b\nContent-Type: text/html; " + charset + b"\n\n<p>Hola ni\xc3\xb1ez.</p>\n--b--\n"
    ).drafts
    assert draft.text == "Hola niñez."


def test_a_message_of_neither_subject_nor_words_is_no_entry():
    bare = message("---", Subject="")
    found = reading(bare)
    assert found.drafts == ()
    assert "nothing in this message" in found.problems[0].reason

    bare.add_attachment(SERIES.encode(), maintype="text", subtype="plain", filename="a.txt")
    assert [draft.title for draft in reading(bare).drafts] == ["Title one", "Title two"]


def test_a_picture_without_subject_and_words_is_a_problem():
    mail = message(" ", Subject="")
    mail.add_attachment(PNG, maintype="image", subtype="png", filename="mapa.png")
    found = reading(mail)
    assert found.drafts == ()
    (problem,) = found.problems
    assert ("only pictures" in problem.reason, problem.text) == (True, "mapa.png")


@settings(deadline=None)  # the first message loads what reads it
@given(st.lists(st.sampled_from([
    b"--b\n", b"--b--\n", b"\n", b"Content-Type: text/html\n", b"Content-Type: multipart/alternative; boundary=b\n",
    b"Content-Type: message/rfc822\n", b"Content-Transfer-Encoding: base64\n", b"Content-Disposition: attachment; filename=a\n",
    b"Content-Type: image/png; name=x\n", b"x <b>y</b>\n", b64encode(PNG) + b"\n", b"Subject: =?\n", b"Content-ID: <a>\n",
])))  # fmt: skip
def test_any_message_is_read_or_a_problem(pieces):
    found = reading(b"From: a@b\nTo: c@d\nContent-Type: multipart/mixed; boundary=b\n" + b"".join(pieces))
    assert found.drafts or found.problems
    assert not any("taken for" in problem.reason for problem in found.problems)
