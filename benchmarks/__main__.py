"""`make bench`: every measurement, one after the other."""

from rich.console import Console

from benchmarks import mail, main_job

console = Console()
for measurement in (main_job, mail):
    console.rule(measurement.__name__)
    measurement.run(console)
