"""Weighted precision and recall of the imperative mood on the labelled corpus.

Run: python benchmarks/mood.py [-v]. It reads ../shared/corpus/commits/mood.jsonl beside the project.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple

from mlgovern.rules.commits.mood import mood

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "commits" / "mood.jsonl"


class Score(NamedTuple):
    """Weighted shares, and the texts on which rule and label differ."""

    precision: float
    recall: float
    alarms: tuple[str, ...]
    missed: tuple[str, ...]


def score(corpus: Path = CORPUS) -> Score:
    """Judge every labelled subject."""
    hit = alarm = miss = 0.0
    alarms, missed = [], []
    for row in map(json.loads, corpus.read_text(encoding="utf-8").splitlines()):
        flagged = mood(row["text"]) is not None
        if flagged and row["non_imperative"]:
            hit += row["weight"]
        elif flagged:
            alarm += row["weight"]
            alarms.append(row["text"])
        elif row["non_imperative"]:
            miss += row["weight"]
            missed.append(row["text"])
    return Score(hit / (hit + alarm), hit / (hit + miss), tuple(alarms), tuple(missed))


def main() -> None:
    """Print the figures, and with -v the differences."""
    result = score()
    print(f"weighted precision {result.precision:.1%}, recall {result.recall:.1%}")
    print(f"false alarms {len(result.alarms)}, missed {len(result.missed)}")
    if "-v" in sys.argv[1:]:
        for name, texts in (("false alarm", result.alarms), ("missed", result.missed)):
            print(*(f"{name}: {text}" for text in texts), sep="\n")


if __name__ == "__main__":
    main()
