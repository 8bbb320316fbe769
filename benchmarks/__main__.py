"""`make bench`: every measurement, one after the other."""

import logging

import structlog
from rich.console import Console

from benchmarks import labels, mail, planning, race, reading, serving

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
console = Console()
for measurement in (race, serving, reading, labels, planning, mail):
    console.rule(measurement.__name__)
    measurement.run(console)
