"""What an entry is about: countries, regions, topics and language, each with the words that say so."""

from feedsvc.labels.evaluation import Counts, Evaluation, Gold, evaluate
from feedsvc.labels.labeller import Labeller

__all__ = ["Counts", "Evaluation", "Gold", "Labeller", "evaluate"]
