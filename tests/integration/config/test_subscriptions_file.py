import json
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.config.yaml_file import YamlFile
from feedsvc.errors import ConfigError
from feedsvc.model import Recipient, Selection

# One subscription on lines 2 to 4, for one more line to be added.
SHORT = "subscriptions:\n  - id: panama-partners\n    title: Panama\n    recipients: [ana@example.org]\n"


def only(mistakes):
    (mistake,) = mistakes
    return mistake


def test_what_is_left_out_comes_from_the_site(site):
    subscription = only(site.subscriptions(SHORT))
    assert subscription.id == "panama-partners"
    assert subscription.title == {"en": "Panama", "es": "Panama"}
    assert subscription.selection == Selection()
    assert subscription.schedule == "0 8 * * mon"
    assert subscription.timezone.key == "America/Costa_Rica"
    assert subscription.language == "en"
    assert subscription.recipients == (Recipient("ana@example.org"),)
    assert subscription.since is None


def test_a_layout_is_one_of_three(site):
    assert only(site.subscriptions(SHORT + "    layout: compact\n")).layout == "compact"
    assert only(site.subscriptions(SHORT)).layout == ""
    mistake = only(site.wrong_subscriptions(SHORT + "    layout: compactt\n"))
    assert (mistake.line, mistake.key) == (5, "panama-partners: layout")
    assert 'can\'t be "compactt"' in mistake.what
    assert mistake.remedy == 'Did you mean "compact"?'


def test_everything_that_may_be_written_is_read(site):
    site.write("list.csv", "email,name,language\nluis@example.org,Luis,es\n")
    subscription = only(
        site.subscriptions("""\
subscriptions:
  - id: panama-partners
    title: {en: Migration in Panama, es: Migración en Panamá}
    schedule: "30 7 * * 1,5"
    timezone: America/Panama
    language: es
    countries: [PA, no]
    topics:
      - trafficking
    languages: es
    since: 2017-09-01
    recipients:
      - Oficina en Panamá <panama@example.org>
    recipients_file: list.csv
""")
    )
    assert subscription.titled("es") == "Migración en Panamá"
    assert subscription.selection == Selection(
        frozenset({"PA", "NO"}), frozenset({"trafficking"}), frozenset({"es"})
    )
    assert subscription.schedule == "30 7 * * 1,5"
    assert subscription.timezone.key == "America/Panama"
    assert subscription.language == "es"
    assert subscription.since == date(2017, 9, 1)
    assert subscription.recipients == (
        Recipient("panama@example.org", "Oficina en Panamá"),
        Recipient("luis@example.org", "Luis", "es"),
    )


@pytest.mark.parametrize(
    ("written", "countries"),
    [
        ("[NO]", {"NO"}),
        ("NO", {"NO"}),
        ("pa", {"PA"}),
        ("PA, CR", {"PA", "CR"}),
        ("\n      - PA\n      - CR", {"PA", "CR"}),
        ("[]", set()),
        ("", set()),
        ("null", set()),
    ],
)
def test_countries_may_be_written_in_every_way_that_is_plain(site, written, countries):
    subscription = only(site.subscriptions(f"{SHORT}    countries: {written}\n"))
    assert subscription.selection.countries == countries


@pytest.mark.parametrize(
    ("addition", "key", "said"),
    [
        ("countries: [XX]", "countries, the 1st", '"XX" is not a country.'),
        ("countries: [PA, Norway]", "countries, the 2nd", "Write NO."),
        ("countries: Panama", "countries, the 1st", "Write PA."),
        ("countries: {PA}", "countries", "must be a list."),
        ("countries: [no, false]", "countries, the 2nd", "must be a text."),
        ("topics: [traficking]", "topics, the 1st", "Did you mean trafficking?"),
        ("schedule: weekley", "schedule", 'Did you mean "weekly"?'),
        ("schedule: 0 8 * *", "schedule", "it has 4 fields, not 5."),
        ("schedule: 8:00", "schedule", 'instant, or a cron line: "0 8 * * mon" is every Monday at 8.'),
        ("schedule: 0 8 30 2 *", "schedule", '"0 8 30 2 *" is a day that never comes.'),
        ("schedule: 7", "schedule", "must be a text."),
        ("timezone: America/Panam", "timezone", 'Did you mean "America/Panama"?'),
        ("language: fr", "language", '"fr" is not a language of this site.'),
        ("languages: [fr]", "languages, the 1st", '"fr" is not a language of this site.'),
        ("since: 1 September", "since", "Write year, month and day: 2017-09-01."),
        ("since: 2017-02-30", "since", "Write year, month and day: 2017-09-01."),
        ("country: [PA]", "country", 'is not a key that belongs here. Did you mean "countries"?'),
        ("recipients_file: ../secret.csv", "recipients_file", "there is no file"),
        ("recipients_file: /etc/passwd", "recipients_file", "there is no file"),
        ("recipients_file: .", "recipients_file", "there is no file"),
        ("recipients_file: missing.csv", "recipients_file", 'there is no file "missing.csv"'),
        ("recipients_file: [a.csv]", "recipients_file", "must be a text."),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(site, addition, key, said):
    (site.root / "secret.csv").write_text("email\nana@example.org\n")
    mistake = only(site.wrong_subscriptions(f"{SHORT}    {addition}\n"))
    assert (mistake.file, mistake.line) == ("config/subscriptions.yaml", 5)
    assert mistake.key == f"panama-partners: {key}"
    assert said in f"{mistake.what} {mistake.remedy}"


@pytest.mark.parametrize(
    ("text", "line", "key", "said"),
    [
        (SHORT.replace("ana@", "ana at "), 4, "panama-partners: recipients, the 1st", "it has no @."),
        (SHORT.replace("[ana@example.org]", "\n    - ana@example.org\n    - luis@example"), 6,
         "panama-partners: recipients, the 2nd", "look at the part after the @."),
        (SHORT.replace("[ana@example.org]", "\n    - Ana: ana@example.org"), 5,
         "panama-partners: the 1st recipient", "must be a mail address."),
        (SHORT.replace("ana@example.org", "ana@example.org, Ana <ANA@example.org>"), 4,
         "panama-partners: recipients, the 2nd", "Keep one; the other is at config/subscriptions.yaml:4."),
        (SHORT.replace("    recipients: [ana@example.org]\n", ""), 2, "panama-partners", "has no recipients."),
        (SHORT.replace("id: panama-partners\n    ", ""), 2, "the 1st subscription: id", "is missing."),
        (SHORT.replace("    title: Panama\n", ""), 2, "panama-partners: title", "is missing."),
        (SHORT.replace("Panama", "7"), 3, "panama-partners: title", "must be a text, or one for each language."),
        (SHORT.replace("Panama", "{}"), 3, "panama-partners: title", "must not be empty."),
        (SHORT.replace("Panama", "{fr: Panama}"), 3, "panama-partners: title.fr", "is not a language of this site."),
        (SHORT.replace("Panama", "'  '"), 3, "panama-partners: title", "must not be empty."),
        (SHORT.replace("panama-partners", "Panama partners"), 2, "Panama partners: id", "small letters"),
        (SHORT.replace("panama-partners", "2017"), 2, "the 1st subscription: id", "Put it in quotes."),
        (SHORT + SHORT.removeprefix("subscriptions:\n"), 5, "panama-partners: id", "taken by the subscription on line 2."),
        (SHORT + "title: Panama\n", 5, "title", "Indent it like the id of its subscription."),
        (SHORT + "    title: Again\n", 5, "the 1st subscription: title", "stands here again, first on line 3."),
        # lines that are indented wrongly
        (SHORT.replace("    title", "   title"), 3, "", "is out of line with the lines before it."),
        (SHORT.replace("    title", "     title"), 3, "", "begins in the wrong column."),
        (SHORT.replace("    recipients", "  recipients"), 4, "", "is out of line with the lines before it."),
        (SHORT.replace("    title", "\ttitle"), 3, "", "with spaces, not tabs."),
        # signs that have a meaning in YAML
        (SHORT.replace("Panama", "Panama: the news"), 3, "", "Put a text that holds a colon in quotes."),
        (SHORT.replace("Panama", '"Panama'), 5, "", "a quotation mark is opened above and never closed."),
        (SHORT.replace("Panama", '"Panama" news'), 3, "", "Put the whole of it in one pair of quotes"),
        (SHORT.replace("Panama", "@Panama"), 3, "", "put such a text in quotes."),
        (SHORT.replace("example.org]", "example.org"), 5, "", "a bracket [ is opened here or above"),
        (SHORT.replace("Panama", "&a Panama") + "    language: *a", 5, "the 1st subscription: language", "Write it out."),
        (SHORT.replace("Panama", "!!binary x"), 3, "the 1st subscription: title", "can't be read as a value."),
        # files that are something else
        ("", 0, "", "is empty."),
        ("# nothing\n", 0, "", "is empty."),
        ("- id: a\n", 1, "", "Begin it with the line: subscriptions:"),
        ("subscription: []\n", 1, "", "Begin it with the line: subscriptions:"),
        ("subscriptions:\n  id: a\n", 1, "subscriptions", "Begin each subscription with a hyphen"),
        ("subscriptions:\n  - panama\n", 2, "subscriptions, the 1st", "must be a group of keys with values."),
        ("subscriptions: []\n\n---\n", 3, "", "Remove the line ---."),
        ("subscriptions: []\n# \x07\n", 2, "", "U+0007"),
        (SHORT.encode() + "    # Panamá".encode("latin-1"), 5, "", "is not UTF-8."),
        (SHORT.encode("utf-16"), 1, "", "is not UTF-8."),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_told_with_its_line_and_key(site, text, line, key, said):
    mistake = only(site.wrong_subscriptions(text))
    assert (mistake.file, mistake.line, mistake.key) == ("config/subscriptions.yaml", line, key)
    assert said in f"{mistake.what} {mistake.remedy}"


@pytest.mark.parametrize("text", ["subscriptions: []\n", "subscriptions:\n", "subscriptions:\n#  - id: a\n"])
def test_a_site_may_have_no_subscriptions(site, text):
    assert site.subscriptions(text) == ()


@pytest.mark.parametrize("recipients", ["[]", "", "\n    #  - ana@example.org"])
def test_the_last_recipient_may_be_taken_out(site, recipients):
    subscription = only(site.subscriptions(SHORT.replace("[ana@example.org]", recipients)))
    assert subscription.recipients == ()


def test_a_file_saved_by_windows_is_read(site):
    assert site.subscriptions(b"\xef\xbb\xbf" + SHORT.replace("\n", "\r\n").encode())


def test_all_mistakes_are_told_at_once(site):
    site.write("list.csv", "email\nluis\n")
    wrong = f"{SHORT}    countries: [XX]\n    schedule: never\n    recipients_file: list.csv\n"
    mistakes = site.wrong_subscriptions(wrong + wrong.removeprefix("subscriptions:\n"))
    assert [(mistake.file.removeprefix("config/"), mistake.line) for mistake in mistakes] == [
        ("list.csv", 2),
        ("subscriptions.yaml", 5),
        ("subscriptions.yaml", 6),
        ("subscriptions.yaml", 8),
        ("subscriptions.yaml", 11),
        ("subscriptions.yaml", 12),
    ]


def test_a_mistake_reads_as_a_sentence(site):
    mistake = only(site.wrong_subscriptions(f"{SHORT}    topics: [traficking]\n"))
    assert str(mistake) == (
        'config/subscriptions.yaml:5: panama-partners: topics, the 1st: "traficking" is not a topic. '
        "Did you mean trafficking?"
    )


def test_who_stands_in_the_file_and_in_the_list_stands_there_twice(site):
    site.write("list.csv", "email\n\nANA@example.org\n")
    mistake = only(site.wrong_subscriptions(f"{SHORT}    recipients_file: list.csv\n"))
    assert (mistake.file, mistake.line, mistake.key) == ("config/list.csv", 3, "email")
    assert mistake.remedy == "Keep one; the other is at config/subscriptions.yaml:4."


def test_a_list_behind_a_link_out_of_the_config_folder_is_not_read(site):
    (site.root / "secret.csv").write_text("email\nana@example.org\n")
    (site.root / "config/list.csv").symlink_to(site.root / "secret.csv")
    mistake = only(site.wrong_subscriptions(f"{SHORT}    recipients_file: list.csv\n"))
    assert mistake.key == "panama-partners: recipients_file"


YAML = st.text() | st.text("ab:- \n[]{}'\"#&*!|>%@`,?\t~09.", max_size=60)


@given(YAML)
def test_any_yaml_text_is_read_or_is_a_config_error(shared_site, text):
    shared_site.write("any.yaml", text.encode("utf-8", "surrogatepass"))
    with suppress(ConfigError):
        YamlFile(shared_site.root / "config/any.yaml", "config/any.yaml")


@given(YAML)
def test_any_text_as_a_value_of_a_subscription_is_read_or_is_a_config_error(shared_site, text):
    data = f"{SHORT}    language: {text}\n".encode("utf-8", "surrogatepass")
    with suppress(ConfigError):
        shared_site.subscriptions(data)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
KEYS = ("id", "title", "schedule", "timezone", "language", "countries", "topics", "languages", "recipients",
        "recipients_file", "since")  # fmt: skip


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, VALUES)))
def test_any_value_of_any_key_is_read_or_is_a_config_error(shared_site, subscription):
    text = json.dumps({"subscriptions": [subscription]})
    with suppress(ConfigError):
        shared_site.subscriptions(text)


@pytest.mark.parametrize("text", ["[" * 5000, "[" * 900 + "]" * 900, "a: &a [*a]", "? {a: b}\n: c"])
def test_a_file_made_to_break_the_reader_is_a_config_error(site, text):
    assert site.wrong_subscriptions(text)


def test_a_billion_laughs_is_told_in_no_time(site):
    lines = ["a0: &a0 [lol]", *(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10))]
    assert only(site.wrong_subscriptions("\n".join(lines))).line == 2
