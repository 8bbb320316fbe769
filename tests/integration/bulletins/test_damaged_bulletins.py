"""Damaged and hostile bulletins: every one ends in a Reading. `make fuzz` tries 10,000 of each format."""

import multiprocessing
import os
import random
import resource
import sys
import time

import pytest
from damage import SEEDS, bombs, damaged
from makers import manner

from feedsvc.bulletins import read
from feedsvc.model import Reading

DOCUMENTS = int(os.environ.get("FEEDSVC_FUZZ_DOCUMENTS", "60"))
FUZZING = "FEEDSVC_FUZZ_DOCUMENTS" in os.environ
# What the readers are held to while fuzzing.
SECONDS, MEGABYTES = 1.0, 200


def read_all(documents, results):
    """Read documents in this process, and tell of each that failed; then the longest time and the memory."""
    read(b"", manner())
    for seed in SEEDS.values():
        read(seed, manner())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    longest = 0.0
    for name, data in documents:
        start = time.process_time()
        try:
            reading = read(data, manner())
            assert isinstance(reading, Reading)
            # What the last net of `read` caught is a crash all the same.
            assert not any("was taken for" in problem.reason for problem in reading.problems), (
                reading.problems
            )
            # Nothing that has words is passed over in silence.
            assert reading.drafts or reading.problems or "plain" not in name or len(set(data)) < 20
        except Exception as error:  # noqa: BLE001 (whatever a reader raises is what is looked for)
            results.put((name, f"{type(error).__name__}: {str(error)[:200]}"))
        spent = time.process_time() - start
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        if FUZZING and (spent > SECONDS or grown > MEGABYTES):
            results.put((name, f"{spent:.2f} s, {grown:.0f} MB"))
        longest = max(longest, spent)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    results.put(("", f"{longest:.2f} s at most, {grown:.0f} MB more"))


def in_a_process(documents, seconds):
    """Read documents in a process of its own; give what it told."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    process = context.Process(target=read_all, args=(documents, results), daemon=True)
    process.start()
    told = []
    try:
        while not told or told[-1][0]:
            told.append(results.get(timeout=seconds))
    finally:
        process.kill()
        process.join()
    return told


@pytest.mark.timeout(0 if FUZZING else 120)
@pytest.mark.parametrize("name", SEEDS)
def test_a_damaged_bulletin_gives_a_reading(name):
    rng = random.Random(name)
    documents = ((f"{name} {n}", damaged(SEEDS[name], rng)) for n in range(DOCUMENTS))
    *failed, (_, summary) = in_a_process(documents, 3600 if FUZZING else 100)
    if FUZZING:
        sys.stdout.write(f"{name}: {DOCUMENTS} documents, {summary}\n")
    assert failed == []


@pytest.mark.timeout(0 if FUZZING else 120)
@pytest.mark.parametrize("name", [name for name, _ in bombs()] if FUZZING else ["all"])
def test_a_bulletin_made_to_do_harm_gives_a_reading(name):
    # Made here, so that making them counts for nothing in the process that reads.
    documents = [(each, make()) for each, make in bombs() if name in (each, "all")]
    *failed, (_, summary) = in_a_process(documents, 600 if FUZZING else 100)
    if FUZZING:
        sys.stdout.write(f"{name}: {summary}\n")
    assert failed == []
