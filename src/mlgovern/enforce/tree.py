"""Everything tracked under one judgement: where that is much, two processes share the files."""

from collections.abc import Iterator

from mlgovern import engine
from mlgovern.enforce import fast
from mlgovern.enforce.pair import Pair
from mlgovern.engine import Piece
from mlgovern.facts.batches import BATCH_BYTES, Weighed, at_once, cut, part, weighed
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import File, Snapshot, Wants
from mlgovern.finding import Report
from mlgovern.hiding import light
from mlgovern.policy.model import Policy
from mlgovern.record import NamedTuple
from mlgovern.rules.secrets.screen import Screen

_MUCH = 5_000_000  # bytes from which on another process is worth its start
_PIECE, _PIECES = 1_000_000, 128  # bytes that are judged at once, and more of a tree that would come in more pieces

Chunk = tuple[int, tuple[File, ...]]  # its number, and some files


class Terms(NamedTuple):
    """What is looked for, by which rules, on which day."""

    wants: Wants
    only: tuple[str, ...]
    today: str


class Bench(NamedTuple):
    """All that judging some of the files takes."""

    policy: Policy
    terms: Terms
    sized: Weighed
    screens: list[Screen]
    among: frozenset[str]  # the rules that something of all that is concerns

    def judge(self, git: Git, chunk: Chunk) -> Iterator[tuple[int, Piece]]:
        """What is told of some files, in whatever process."""
        number, files = chunk
        snapshot = fast.hushed(part(self.sized._replace(git=git), files), self.screens)
        piece = engine.piece(snapshot, self.policy, self.terms.today, self.terms.only, self.among)
        yield number, piece if piece.batch is None else piece._replace(batch=light(piece.batch))


def judge(git: Git, policy: Policy, facts: Snapshot, terms: Terms) -> Report:
    """Judge the files of `facts`, whose contents are still to be read."""
    wants, only, today = terms
    sized = weighed(git, wants, facts)
    if sized.total < (BATCH_BYTES if policy.plugins else _MUCH):  # a plugin is started anew for each piece
        return engine.in_order(engine.evaluate(at_once(sized), policy, today, only), policy)
    screens = fast.quick_screens(git, policy, sized.whole, only)
    bench = Bench(policy, terms, sized, screens, engine.concerned(sized.whole, policy, only))
    size = BATCH_BYTES if policy.plugins else min(max(sized.total // _PIECES, _PIECE), BATCH_BYTES)
    chunks = [*enumerate(cut(sized, size))]
    if policy.plugins:
        told = [one for chunk in chunks for one in bench.judge(git, chunk)]
    else:
        with Pair(git, chunks, bench.judge) as pair:
            told = [*pair.results()]
    whole = engine.piece(sized.whole, policy, today, only)
    pieces = [one for _, one in sorted(told, key=lambda each: each[0])]
    return engine.in_order(engine.assembled((whole, *pieces), policy, today, only)[0], policy)
