"""Where versions of files are judged, each by itself: the tree around it is that of the tip, as far as rules consult it."""

from collections.abc import Iterator, Mapping

from mlgovern import engine
from mlgovern.enforce.checkpoint import CLEAN, Verdict, key_of
from mlgovern.enforce.fast import screens_of
from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import BASELINE, SYMLINK, File, Snapshot
from mlgovern.facts.versions import Version
from mlgovern.finding import Crash
from mlgovern.globs import matcher
from mlgovern.policy import packs
from mlgovern.policy.cache import code
from mlgovern.policy.model import SECRETS, Policy
from mlgovern.record import NamedTuple
from mlgovern.rules.secrets.screen import LOUD, SILENT, UNMARKED, Finder
from mlgovern.version import VERSION

STAGES = ("audit",)


class Held(NamedTuple):
    """A version with its size and, where they were read, its bytes."""

    version: Version
    size: int
    data: bytes | None


class Judged(NamedTuple):
    """What the rules say of a version, and which of them broke over it."""

    version: Version
    verdict: Verdict
    crashes: tuple[Crash, ...] = ()


def present(git: Git, policy: Policy, tree: Mapping[str, File], gone: frozenset[str]) -> Snapshot:
    """What rules consult of a tree; what is gone from this clone is left out."""
    wants = engine.wants(policy, STAGES)
    baseline = git.objects([tree[BASELINE].blob]) if BASELINE in tree and wants.asked("baseline") else ()
    asked = matcher(dict.fromkeys(glob for _, globs in wants.consults for glob in globs))
    held = {path: file for path, file in tree.items() if asked(path) and file.blob not in gone}
    sizes = git.sizes(file.blob for file in held.values())
    small = [blob for blob, size in sizes.items() if size <= wants.max_file_bytes]
    contents = {blob.id: blob.data for blob in git.objects(small) if blob is not None}
    accepted = b"".join(blob.data for blob in baseline if blob is not None)
    return Snapshot(stages=STAGES, scope="files", tracked=held, contents=contents, baseline=accepted)


class Bench:
    """The rules of a policy that judge each file by itself."""

    def __init__(self, policy: Policy, base: Snapshot, today: str, finder: Finder | None) -> None:
        self._policy, self._base, self._today = policy, base, today
        self._reads = matcher(engine.wants(policy, STAGES).reads)
        self.most = policy.limits.max_file_bytes
        ours = [rule for rule, decision in policy.decisions.items() if decision.outline.family == SECRETS]
        self._alone = len(ours) == len(policy.decisions)
        self._screens = screens_of(policy, base, (), finder)

    def key(self) -> str:
        """What the verdicts depend on, beside content and path."""
        decisions = [
            (
                rule,
                one.severity,
                one.mode,
                one.enforce_after and self._today >= one.enforce_after,
                one.exempt,
                one.waivable,
                one.own,
            )
            for rule, one in self._policy.decisions.items()
        ]
        settings = [engine.settings(self._policy, rule) for rule in self._policy.decisions]
        hiding = self._policy.inline_suppressions, self._policy.foreign_suppressions, self._base.baseline
        consulted = [(path, file.blob) for path, file in self._base.tracked.items()]
        return key_of((VERSION, code(packs.folder()), decisions, settings, hiding, consulted, self.most))

    def reads(self, version: Version) -> bool:
        """Whether some rule wants to see what is in it."""
        return version.mode == SYMLINK or self._reads(version.path) is not None

    def judge(self, batch: list[Held]) -> Iterator[Judged]:
        """The verdict on each; whatever else is in the batch does not matter."""
        for held, told in zip(batch, self._told(batch), strict=True):
            if told == SILENT and self._alone:
                yield Judged(held.version, CLEAN)
                continue
            report = engine.evaluate(self._snapshot(held, told), self._policy, self._today)
            yield Judged(held.version, Verdict(report.findings, report.not_judged), report.crashes)

    def _snapshot(self, held: Held, told: int) -> Snapshot:
        path, blob, mode = held.version
        file = File(path, mode, blob, held.size)
        contents = self._base.contents if held.data is None else {**self._base.contents, blob: held.data}
        silent, unmarked = (frozenset([file] if told == kind else ()) for kind in (SILENT, UNMARKED))
        return self._base._replace(files=(file,), contents=contents, silent=silent, unmarked=unmarked)

    def _told(self, batch: list[Held]) -> list[int]:
        """What is known of the secrets in each."""
        read = [(held.version.path, held.data) for held in batch if held.data is not None]
        told = [screen.told(read) for screen in self._screens]
        known = iter([min(each) for each in zip(*told, strict=True)] if told else [LOUD] * len(read))
        return [LOUD if held.data is None else next(known) for held in batch]
