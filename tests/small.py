"""A site of two countries and two topics, whose mirror is made in a second; and what one sees in the mirror."""

import re

import yaml

TOPICS = ("trafficking", "children-youth")


def make_small(root):
    """Leave two countries and two topics in the config of a site made by `init`."""
    path = root / "config" / "countries.yaml"
    countries = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(?m)^site: .*$", "site: [CR, PA]", countries), encoding="utf-8")
    keep_topics(root, {topic: topic for topic in TOPICS})


def keep_topics(root, topics):
    """Leave only these topics of those that the site has; those that get another id were called what they were."""
    path = root / "config" / "topics.yaml"
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    said["topics"] = {
        new: said["topics"][old] | ({"was": [old]} if new != old else {}) for old, new in topics.items()
    }
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")


def news(number, first=1):
    """Write a bulletin of so many entries about Panama."""
    return "".join(
        f"{day % 28 + 1} September, 2017\n\nOffice {day} opens in Panama\n\nThe office in Panama, number {day}, is open.\n\n"
        for day in range(first, first + number)
    )


def tree(root):
    """Give what every file holds, by its path in a folder."""
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()
    }
