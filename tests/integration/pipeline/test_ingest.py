"""From files to published entries: edits, other ways of reading, feeds whose entries leave."""

import re
from datetime import date, timedelta

import sqlalchemy as sa

ICELAND = "3/9/2017\n\nIceland opens an office\n\nThe office in Iceland is open.\n"


def test_a_changed_setting_reads_bulletins_again(at):
    at.write("bulletins/a.txt", "31/9/2017\n\nA title\n\nA text.\n")
    assert "31/9/2017" in at.ingest().problems[0].text
    at.write("bulletins/a.txt", ICELAND)
    at.ingest()
    toml = (at.root / "config/feedsvc.toml").read_text()
    at.write("config/feedsvc.toml", toml.replace("day_first = true", "day_first = false"))
    at.app.store.close()
    at.open()
    assert at.ingest().unchanged == 1
    (entry,) = at.entries()
    assert (entry.published, entry.bulletin_date) == (date(2017, 9, 3), date(2017, 3, 9))


def test_a_mended_date_and_then_a_copy_of_the_file_is_still_one_entry(at):
    at.write("bulletins/a.txt", "12 November, 2026\n\nWorkshop in Panama City\n\nOfficers met in Panama.\n")
    at.ingest()
    mended = "13 November, 2026\n\nWorkshop in Panama City\n\nOfficers met in Panama.\n"
    at.write("bulletins/a.txt", mended)
    at.ingest()
    at.write("bulletins/b.txt", mended)
    report = at.ingest()
    assert (report.added, len(at.entries())) == (0, 1)


def test_a_file_renamed_and_edited_at_once_keeps_its_entries(at):
    text = (
        "12 November, 2026\n\nWorkshop for border officers in Panama City\n\n"
        "Officers of the three border posts met in Panama City for a workshop on trafficking in persons.\n\n"
        "10 November, 2026\n\nShelter opens in San José\n\nA shelter for returned migrants opened in San José.\n"
    )
    at.write("bulletins/a.txt", text)
    at.ingest()
    before = {entry.id for entry in at.entries()}
    (at.root / "bulletins/a.txt").unlink()
    edited = text.replace("Workshop for border", "A workshop for all border").replace(
        "three border", "four border"
    )
    at.write("bulletins/november.txt", edited)
    assert at.ingest().added == 0
    assert {entry.id for entry in at.entries()} == before


def test_the_same_title_on_one_day_in_two_files_is_two_entries_where_the_texts_differ(at):
    text = "12 November, 2026\n\nNotice\n\nThe office in {} is closed because of {}.\n"
    at.write("bulletins/a.txt", text.format("Tapachula", "a strike of the transport workers"))
    at.write("bulletins/b.txt", text.format("David", "heavy rain and the floods that followed"))
    assert at.ingest().added == 2
    first, second = at.entries()
    assert first.path != second.path


def test_a_feed_whose_entry_left_goes_forward_in_time_and_stays(at):
    at.write("bulletins/a.txt", ICELAND)
    at.ingest()
    before = at.document("/feeds/country/is.atom")
    at.now += timedelta(days=1)
    at.write("bulletins/a.txt", ICELAND.replace("Iceland", "Panama"))
    assert at.ingest().updated == 1
    after = at.document("/feeds/country/is.atom")
    assert b"<entry" not in after.body

    def updated(document):
        return re.search(rb"<updated>(.*?)</updated>", document.body)[1]

    assert updated(after) > updated(before)
    assert at.app.publish() == 0
    assert at.document("/feeds/country/is.atom") == after
    assert b"<entry" in at.document("/feeds/country/pa.atom").body


def test_publishing_anew_counts_as_publishing_step_by_step_did(at):
    for number in range(1, 6):
        at.write(
            f"bulletins/{number}.txt",
            f"{number} March, 2020\n\nPanama and Mexico meet, part {number}\n\nThey met.\n",
        )
        at.ingest()
    at.write("bulletins/2.txt", "2 March, 2020\n\nMexico meets, part 2\n\nThey met.\n")
    at.ingest()
    assert at.app.publish() == 0
    before = at.document("/feeds/country/pa.atom")
    with at.app.store.writing() as tx:
        remembered = tx.feeds.all()
        tx.connection.execute(sa.text("UPDATE feeds SET entries = 7 WHERE country = 'PA'"))
        tx.connection.execute(sa.text("UPDATE feed_entries SET shown = false WHERE seq = 3"))
    at.now += timedelta(hours=1)
    assert at.app.publish() > 0
    after = at.document("/feeds/country/pa.atom")
    assert (after.body, after.etag) == (before.body, before.etag)
    with at.app.store.reading() as tx:
        assert {feed: memory.entries for feed, memory in tx.feeds.all().items()} == {
            feed: memory.entries for feed, memory in remembered.items()
        }


def test_an_archive_reaches_no_further_than_now_and_every_moment_is_distinct(at):
    days = [
        f"{day} {month}, 2020\n\nPanama meets on {day} {month}\n\nThey met.\n\n"
        for month in ("May", "July")
        for day in range(1, 29)
    ]
    at.write("bulletins/a.txt", "".join(days))
    at.ingest()
    moments = [entry.updated_at for entry in at.entries()]
    assert len(set(moments)) == len(days)
    assert max(moments) == at.now
    assert moments == sorted(moments, reverse=True)


def test_the_problems_of_a_source_that_is_configured_no_more_are_forgotten(at):
    at.write("bulletins/a.txt", "no date here\n")
    assert len(at.ingest().problems) == 1
    toml = (at.root / "config/feedsvc.toml").read_text()
    at.write("config/feedsvc.toml", toml.replace('name = "mesoamerica"', 'name = "renamed"'))
    at.app.store.close()
    at.open()
    assert [problem.source for problem in at.ingest().problems] == ["renamed"]


def test_a_summary_begins_with_the_text_and_not_with_what_its_picture_shows(at):
    at.write(
        "bulletins/a.html",
        "<p>3 September, 2017<h2>A bridge opens</h2><p><img src='https://a.org/b.png' alt='The new bridge'>"
        "<p>The bridge is open.<p>[Sic]",
    )
    at.ingest()
    (entry,) = at.entries()
    assert entry.summary == "The bridge is open. [Sic]"
    assert entry.text == "[The new bridge]\n\nThe bridge is open.\n\n[Sic]"


def test_a_missing_folder_is_a_problem_until_it_is_there(at):
    (at.root / "bulletins").rmdir()
    assert "no folder" in at.ingest().problems[0].reason
    at.write("bulletins/a.txt", ICELAND)
    report = at.ingest()
    assert (report.added, report.problems) == (1, ())


def test_a_broken_template_leaves_the_last_good_one_in_force_and_a_mended_one_is_taken_up(at):
    at.app.store.close()
    at.open(service=True)
    at.write("bulletins/a.txt", ICELAND)
    at.ingest()
    at.write("templates/web/base.html", "{% if %}")
    at.ingest()
    assert "base.html" in str(at.app.mistakes[0])
    assert at.app.health()["status"] == "degraded"
    assert b"Iceland" in at.document("/").body
    at.write("templates/web/base.html", "<!doctype html><title>Ours</title>{% block main %}{% endblock %}")
    at.ingest()
    assert at.app.mistakes == ()
    assert b"<title>Ours</title>" in at.document("/").body


def test_a_template_for_mail_without_a_subject_is_not_taken_up(at):
    at.app.store.close()
    at.open(service=True)
    at.write("templates/email/digest/subject.txt", "{# nothing #}")
    at.app.refresh()
    assert "templates/email/digest/subject.txt: it gives an empty subject" in str(at.app.mistakes[0])
    at.write("templates/email/digest/subject.txt", "Ours: {{ title }}")
    at.app.refresh()
    assert at.app.mistakes == ()
