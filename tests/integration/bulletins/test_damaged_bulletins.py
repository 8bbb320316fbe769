"""Damaged and hostile bulletins: every one ends in a Reading that may be published.

`make fuzz` tries 10,000 of each format, others every time (FEEDSVC_FUZZ_SEED tries the same again).
"""

import multiprocessing
import os
import random
import re
import resource
import sys
import time

import pytest
from damage import SEEDS, bombs, damaged
from makers import manner

from feedsvc.bulletins import read
from feedsvc.model import Selectors

DOCUMENTS = int(os.environ.get("FEEDSVC_FUZZ_DOCUMENTS", "60"))
FUZZING = "FEEDSVC_FUZZ_DOCUMENTS" in os.environ
SEED = os.environ.get("FEEDSVC_FUZZ_SEED", str(time.time_ns()) if FUZZING else "1")
# What XML 1.0, section 2.2, has no place for.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What the readers are held to while fuzzing.
SECONDS, MEGABYTES = 1.0, 200


MANNERS = (
    manner(),
    manner(address="https://example.org/news/", bulletin="/news/"),
    manner(
        address="https://example.org/news/", selectors=Selectors(entry="article", title="h2", date="time")
    ),
)


def wrong_with(name, data, reading):
    """What no reading may be, whatever it was made from; empty when all is right."""
    # What the last net of `read` caught is a crash all the same.
    if any("was taken for" in problem.reason for problem in reading.problems):
        return str(reading.problems[0].reason)
    # Nothing that has words is passed over in silence. (A page may have words and no entry.)
    speaks = any(kind in name for kind in ("plain", "Markdown", "mail", "Word"))
    if speaks and len(set(data)) > 20 and not (reading.drafts or reading.problems or b"<" in data[:2000]):
        return "silence"
    for draft in reading.drafts:
        shown = "\n".join((draft.title, draft.text, draft.html, draft.link or ""))
        shown.encode()  # no lone surrogates
        if not draft.title.strip() or not 0 < draft.line <= draft.last_line:
            return f"no title, or no line: {draft.title!r} {draft.line} {draft.last_line}"
        if FORBIDDEN.search(shown) or "<script" in draft.html.lower():
            return f"can't be published: {shown[:100]!r}"
    return ""


def read_all(documents, results):
    """Read documents in this process; tell of each before it is read and after; at the end sum up."""
    for seed in SEEDS.values():
        read(seed, MANNERS[0])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    longest = 0.0
    for number, (name, data) in enumerate(documents):
        results.send(("reading", name))
        start = time.process_time()
        try:
            wrong = wrong_with(name, data, read(data, MANNERS[number % len(MANNERS)]))
        except Exception as error:  # noqa: BLE001 (whatever a reader raises is what is looked for)
            wrong = f"{type(error).__name__}: {str(error)[:200]}"
        spent = time.process_time() - start
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        if FUZZING and (spent > SECONDS or grown > MEGABYTES):
            wrong += f" {spent:.2f} s, {grown:.0f} MB"
        if wrong:
            results.send(("wrong", f"{name}: {wrong}"))
        longest = max(longest, spent)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    results.send(("all", f"{longest:.2f} s at most, {grown:.0f} MB more"))


def in_a_process(documents, seconds):
    """Read documents in a process of its own; give what was wrong, and the sum.

    A document that kills the process, or takes longer than so many seconds, is named.
    """
    context = multiprocessing.get_context("fork")
    results, told = context.Pipe(duplex=False)
    process = context.Process(target=read_all, args=(documents, told), daemon=True)
    process.start()
    told.close()
    wrong, last = [], "nothing"
    try:
        while results.poll(seconds):
            kind, words = results.recv()
            if kind == "all":
                return wrong, words
            if kind == "wrong":
                wrong.append(words)
            else:
                last = words
        wrong.append(f"{last}: takes more than {seconds} s")
    except EOFError:
        wrong.append(f"{last}: the process ended")
    finally:
        process.kill()
        process.join()
    return wrong, "not finished"


@pytest.mark.timeout(0 if FUZZING else 120)
@pytest.mark.parametrize("name", SEEDS)
def test_a_damaged_bulletin_gives_a_reading(name):
    rng = random.Random(f"{SEED} {name}")
    documents = ((f"{name} {n}", damaged(SEEDS[name], rng)) for n in range(DOCUMENTS))
    wrong, summary = in_a_process(documents, 30)
    if FUZZING:
        sys.stdout.write(f"{name}: {DOCUMENTS} documents, seed {SEED}, {summary}\n")
    assert wrong == []


@pytest.mark.timeout(0 if FUZZING else 120)
@pytest.mark.parametrize("name", [name for name, _ in bombs()])
def test_a_bulletin_made_to_do_harm_gives_a_reading(name):
    # Made here, so that making it counts for nothing in the process that reads.
    document = next(make() for each, make in bombs() if each == name)
    wrong, summary = in_a_process([(name, document)], 60)
    if FUZZING:
        sys.stdout.write(f"{name}: {summary}\n")
    assert wrong == []
