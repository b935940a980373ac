"""Contents of a push, judged by two processes in batches that are small enough to hold."""

from collections.abc import Iterable, Iterator

from mlgovern import engine
from mlgovern.enforce import fast
from mlgovern.enforce.pair import Pair
from mlgovern.enforce.server.push import Part, Push, tree, wants_of
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import SYMLINK, File, Snapshot, origins
from mlgovern.finding import Report
from mlgovern.globs import matcher
from mlgovern.policy.model import Policy
from mlgovern.rules.secrets.screen import Screen

BATCH_BYTES, BATCH_FILES = 1_000_000, 250

Chunk = tuple[int, tuple[File, ...]]  # the number of a part, and some of its files


def cut(number: int, files: Iterable[File], sizes: dict[str, int], policy: Policy) -> Iterator[Chunk]:
    """Runs of files that are judged at once: versions of one file beside each other, what is large at the end."""
    sized = [file._replace(size=sizes.get(file.blob, -1)) for file in files]
    sized.sort(key=lambda file: (file.size > BATCH_BYTES, file.name, file.path))
    batch: list[File] = []
    total = 0
    for file in sized:
        weight = file.size if file.size <= policy.limits.max_file_bytes else 0
        if batch and (total + weight > BATCH_BYTES or len(batch) == BATCH_FILES):
            yield number, tuple(batch)
            batch, total = [], 0
        batch.append(file)
        total += weight
    if batch:
        yield number, tuple(batch)


class Bench:
    """Where contents are judged, with the tree of one part at a time around them."""

    def __init__(self, push: Push, parts: dict[int, Part], rules: tuple[str, ...]) -> None:
        self._push, self._parts, self._rules = push, parts, rules
        self._wants = wants_of(push.policy, rules)
        self._reads = matcher(self._wants.reads)
        every = (file for part in parts.values() for file in part.files)
        self._origins = origins(every) if self._wants.asked("before") else None
        self._at = -1
        self._whole = Snapshot()
        self._screens: list[Screen] = []

    def seed(self, number: int, whole: Snapshot) -> None:
        """The tree of a part, which is known already."""
        self._at, self._whole = number, whole
        self._screens = fast.screens_of(self._push.policy, whole, self._rules, None)

    def judge(self, git: Git, chunk: Chunk) -> Iterator[Report]:
        """What is told of some files."""
        number, files = chunk
        if number != self._at:
            part = self._parts[number]
            self.seed(number, tree(self._push, git, part) if part.tip else part.whole)
        wanted = {file.blob for file in files if self._readable(file) and file.blob not in self._whole.contents}
        if self._origins is not None:
            began = (blob for file in files for blob in (file.before, *self._origins.get(file.path, ())) if blob)
            before = git.sizes(began)
            wanted.update(blob for blob, size in before.items() if size <= self._wants.max_file_bytes)
        contents = {blob.id: blob.data for blob in git.objects(sorted(wanted)) if blob is not None}
        held = {**self._whole.contents, **contents}
        snapshot = self._whole._replace(files=files, contents=held, origins=self._origins, scope="files")
        snapshot = fast.hushed(snapshot, self._screens)
        yield engine.evaluate(snapshot, self._push.policy, self._push.today, self._rules)

    def _readable(self, file: File) -> bool:
        if not 0 <= file.size <= self._wants.max_file_bytes:
            return False
        return file.mode == SYMLINK or self._reads(file.path) is not None


def judge_contents(push: Push, bench: Bench, chunks: list[Chunk]) -> None:
    if not chunks or not push.kinds.contents:
        return
    with Pair(push.git, chunks, bench.judge) as pair:
        for report in pair.results():
            push.tell(report)
