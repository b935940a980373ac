"""Which of some words another was most likely meant to be."""

from collections.abc import Iterable

LONGEST = 24  # characters of a word that is worth comparing
SHORT = 7  # characters of a word that one step may lead to; a longer one may be two steps away


def nearest(word: str, words: Iterable[str]) -> tuple[str, ...]:
    """The words that are fewest steps away, if these are few enough for a slip of the fingers; letter case counts.

    Of three letters none was left out or added, and two were at most swapped: `cli` is not `ci`, and `ui` is not.
    """
    reach = 1 if len(word) <= SHORT else 2
    added, changed = (0 if len(word) <= 3 else reach), (0 if len(word) <= 2 else reach)
    steps = {
        other: distance(word, other)
        for other in words
        if abs(len(other) - len(word)) <= added and len({*word} - {*other}) <= changed and len(word) <= LONGEST
    }
    least = min(steps.values(), default=reach + 1)
    return tuple([other for other, number in steps.items() if number == least]) if least <= reach else ()


def distance(one: str, two: str) -> int:
    """How many insertions, deletions, changes and swaps of neighbours apart two words are."""
    before: list[int] = []
    row: list[int] = [*range(len(two) + 1)]
    for i, char in enumerate(one, 1):
        older = before
        before, row = row, [i]
        for j, other in enumerate(two, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == two[j - 2] and one[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
