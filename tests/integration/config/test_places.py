"""Every recipient is found where it stands."""

from feedsvc.config import Place, recipient_places

TEXT = """\
subscriptions:
  - id: one
    title: One
    recipients: Ana <ana@example.org>
  - id: two
    title: Two
    recipients:
      - ana@example.org   # again

      - eva@example.org
    recipients_file: list.csv
  - id: none
    title: None
    recipients: []
"""


def test_recipients_are_found_with_file_and_line(site):
    site.write("list.csv", "email;name\n\nzoe@example.org;Zoë\n")
    site.subscriptions(TEXT)
    assert list(recipient_places(site.root, ("en", "es"))) == [
        Place("ana@example.org", "one", "config/subscriptions.yaml", 4),
        Place("ana@example.org", "two", "config/subscriptions.yaml", 8),
        Place("eva@example.org", "two", "config/subscriptions.yaml", 10),
        Place("zoe@example.org", "two", "config/list.csv", 3),
    ]


def test_where_there_are_no_subscriptions_there_are_no_places(site):
    site.subscriptions("subscriptions: []\n")
    assert list(recipient_places(site.root, ("en",))) == []
