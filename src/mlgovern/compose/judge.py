"""The policy of the repository here, asked about a message that is being written or that Git has stored."""

from collections.abc import Iterable
from functools import cached_property

from mlgovern import engine
from mlgovern.enforce.check import policy_of
from mlgovern.enforce.client import today
from mlgovern.facts import collect, state
from mlgovern.facts.git import Git
from mlgovern.facts.listings import brought, recorded, tree
from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.finding import Finding, Report
from mlgovern.policy.cache import effective

FAMILY = ("commits",)


class Judge:
    """Goes by the policy in force; outside a repository, by the built-in one."""

    def __init__(self, git: Git | None) -> None:
        self.git = git
        self.policy = policy_of(git, None) if git is not None else effective(lambda _path: None, None)

    def written(self, text: str) -> Report:
        """As `mlgovern check --message -`: the message of a commit that is being made here, or a title."""
        if self.git is None:
            return self._verdict(_making(text), FAMILY)
        raw, stages = text.encode("utf-8", "surrogateescape"), ("commit-msg",)
        wants = engine.wants(self.policy, stages, FAMILY)
        return self._verdict(collect.message(self.git, wants, stages, collect.Message(raw, editor=False)), FAMILY)

    def stored(self, commit: Commit) -> Report:
        """As `mlgovern check --range`: a commit of history."""
        snapshot = Snapshot(stages=("ci",), commits=(commit,))
        return self._verdict(snapshot if self.git is None else self._known(self.git, snapshot), FAMILY)

    def _known(self, git: Git, snapshot: Snapshot) -> Snapshot:
        """With the facts beyond its text that the policy's rules ask for."""
        wants, (commit,) = engine.wants(self.policy, snapshot.stages, FAMILY), snapshot.commits
        if commit.id and wants.asked("paths"):
            paths = tuple(change.file.path for change in brought(git, [commit.id]))
            commit = commit._replace(paths=paths)
        if commit.id and wants.asked("tracked"):
            snapshot = snapshot._replace(tracked=tree(git, commit.id))
        return snapshot._replace(commits=(commit,), known=collect.known(git, wants, [commit]))

    def refusing(self, text: str, rules: Iterable[str]) -> tuple[Finding, ...]:
        """What some rules refuse in a message that is not whole yet."""
        (commit,) = self._begun.commits
        return self._verdict(self._begun._replace(commits=(commit._replace(message=text),)), rules).refusing

    @cached_property
    def _begun(self) -> Snapshot:
        """The commit that is being made here, as yet without a message; asked about at every key."""
        if self.git is None:
            return _making("")
        stages = ("commit-msg",)
        wants = engine.wants(self.policy, stages, FAMILY)
        return collect.message(self.git, wants, stages, collect.Message(b"", editor=False))

    def commits(self, ids: Iterable[str]) -> dict[str, Commit]:
        """The commits of these ids, as Git stores them."""
        return recorded(self.git, ids) if self.git is not None else {}

    @property
    def signature(self) -> str:
        """Who commits here, as a sign-off names them."""
        person = state.settings(self.git, r"^user\.(name|email)$") if self.git is not None else {}
        return f"{person.get('user.name', '')} <{person.get('user.email', '')}>" if len(person) == 2 else ""

    def _verdict(self, snapshot: Snapshot, rules: Iterable[str]) -> Report:
        return engine.evaluate(snapshot, self.policy, today(), rules)


def _making(text: str) -> Snapshot:
    return Snapshot(stages=("commit-msg",), commits=(Commit(text, parents=("HEAD",)),))
