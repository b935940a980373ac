"""Which of some words another was most likely meant to be."""

from collections.abc import Iterable

LONGEST = 24  # characters of a word that is worth comparing
REACH = 2  # steps


def nearest(word: str, words: Iterable[str]) -> tuple[str, ...]:
    """The words that are fewest steps away, if these are two at most and half of the word stays; letter case counts."""
    reach = min(REACH, len(word) // 2)
    steps = {
        other: distance(word, other)
        for other in words
        if abs(len(other) - len(word)) <= reach and len({*word} - {*other}) <= reach and len(word) <= LONGEST
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
