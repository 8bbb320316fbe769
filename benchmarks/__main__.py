"""`make bench`: every measurement, one after the other."""

import logging

import structlog
from rich.console import Console

from benchmarks import labels, mail, main_job, reading

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
console = Console()
for measurement in (main_job, reading, labels, mail):
    console.rule(measurement.__name__)
    measurement.run(console)
