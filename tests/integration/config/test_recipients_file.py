import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.config.recipients import Row, read_recipients
from feedsvc.errors import ConfigError
from feedsvc.model import Recipient


def read(site, data):
    site.write("list.csv", data)
    return read_recipients(site.root / "config/list.csv", "config/list.csv", ("en", "es"))


ANA = Row(2, Recipient("ana@example.org", "Ana Gómez", "es"))


@pytest.mark.parametrize(
    "data",
    [
        "email,name,language\nana@example.org,Ana Gómez,es\n",
        "email;name;language\nana@example.org;Ana Gómez;es\n",
        "email\tname\tlanguage\nana@example.org\tAna Gómez\tes",
        "\ufeffemail;name;language;;\r\nana@example.org;Ana Gómez;es;;\r\n;;;;\r\n",
        '"Email","Name","Language"\n"ana@example.org","Ana Gómez","ES"\n',
        "name,language,email\n Ana Gómez , es , ana@example.org \n\n\n",
    ],
)
def test_a_list_is_read_as_any_spreadsheet_saves_it(site, data):
    assert read(site, data) == (ANA,)


def test_name_and_language_may_be_left_out(site):
    rows = read(site, "email,name\nana@example.org\nluis@example.org,\n")
    assert [row.recipient for row in rows] == [Recipient("ana@example.org"), Recipient("luis@example.org")]


def test_blank_lines_count_as_lines(site):
    rows = read(site, 'email,name\n\nana@example.org,"Gómez, Ana"\n\n\nluis@example.org\n')
    assert [row.line for row in rows] == [3, 6]
    assert rows[0].recipient.name == "Gómez, Ana"


def test_a_list_may_be_empty_but_for_its_header(site):
    assert read(site, "email,name,language\n") == ()


@pytest.mark.parametrize(
    ("data", "line", "key", "said"),
    [
        ("", 0, "", "Begin the file with the line: email,name,language"),
        ("ana@example.org\n", 1, "", "Begin the file with the line: email,name,language"),
        ("\nemail,nombre\n", 2, "", '"nombre" is not a column.'),
        ("name,language\n", 1, "", "Begin the file with the line: email,name,language"),
        ("email,email\n", 1, "", "Begin the file with the line: email,name,language"),
        ("email,,name\n", 1, "", "is not a column."),
        ("email\nana@example.org\nluis\n", 3, "email", "it has no @."),
        ("email,name\n,Ana\n", 2, "email", "it has no @."),
        ("email,language\nana@example.org,fr\n", 2, "language", '"fr" is not a language of this site.'),
        ("email,name\nana@example.org,Gómez,Ana\n", 2, "", "Put a name with a comma in quotes"),
        ('email,name\nana@example.org,"Ana\nGómez"\n', 2, "name", "such as a line break"),
        ('email,name\nana@example.org,Ana\nluis@example.org,"Luis\n', 3, "", "Look at its quotation marks."),
        ("email,name\rana@example.org,Ana\rluis,\r", 3, "email", "it has no @."),
        ("email,name\nana@example.org,Ana\x0cGómez\n", 2, "name", "such as a line break"),
        ("email\nana@example.org <ana>\n", 2, "email", "is not a mail address"),
        ("email,name\nana@example.org,José".encode("latin-1"), 2, "", "is not UTF-8."),
    ],
)
def test_a_mistake_is_told_with_its_line_and_column(site, data, line, key, said):
    with pytest.raises(ConfigError) as caught:
        read(site, data)
    (mistake,) = caught.value.mistakes
    assert (mistake.file, mistake.line, mistake.key) == ("config/list.csv", line, key)
    assert said in f"{mistake.what} {mistake.remedy}"


def test_all_mistakes_are_told_at_once(site):
    with pytest.raises(ConfigError) as caught:
        read(site, "email\nana\nluis@example.org\nmaria\n")
    assert [mistake.line for mistake in caught.value.mistakes] == [2, 4]


@given(st.text() | st.text('email,name\n;"\t@.\r\u2028', max_size=60).map("email,name\n".__add__))
def test_any_text_is_a_list_or_is_a_config_error(shared_site, text):
    data = text.encode("utf-8", "surrogatepass")
    try:
        rows = read(shared_site, data)
    except ConfigError:
        return
    assert all(row.recipient.address.count("@") == 1 for row in rows)
