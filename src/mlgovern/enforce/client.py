"""What all Git hooks have in common. They are silent on success; a refusal is one write to stderr."""

import os
import sys
import time
from collections.abc import Callable

from mlgovern import engine
from mlgovern.errors import UserError
from mlgovern.facts import collect
from mlgovern.facts.git import MOST_TEXT, Git
from mlgovern.facts.snapshot import Snapshot, Wants
from mlgovern.finding import Report
from mlgovern.policy.cache import effective
from mlgovern.policy.model import Policy
from mlgovern.record import NamedTuple


class Call(NamedTuple):
    """One call of a hook: its repository, policy and arguments. `follows`: our commit-msg hook is about to judge the same."""

    git: Git
    policy: Policy
    arguments: tuple[str, ...]
    only: tuple[str, ...]
    environment: dict[str, str]
    follows: bool = False

    @property
    def runner(self) -> bool:
        """pre-commit and prek both set this."""
        return self.environment.get("PRE_COMMIT") == "1"

    @property
    def editor(self) -> bool:
        """Whether git opened an editor for the message: it sets GIT_EDITOR to `:` where it did not."""
        return self.environment.get("GIT_EDITOR") != ":"

    def wants(self, stages: tuple[str, ...]) -> Wants:
        """What the rules that run need to see."""
        return engine.wants(self.policy, stages, self.only)

    def staged(self, stages: tuple[str, ...], message: collect.Message | None = None) -> Snapshot:
        """What is about to be committed; what judges it is imported while git lists it."""
        return collect.staged(
            self.git, self.wants(stages), stages, message, lambda: engine.prepare(self.policy, stages, self.only)
        )

    def judge(self, snapshot: Snapshot) -> Report:
        """One snapshot under the repository's policy, today."""
        return engine.evaluate(snapshot, self.policy, today(), self.only)


def run(git: Git, hook: str, words: list[str], *, follows: bool = False) -> int:
    """Run one hook; 0 lets git go on."""
    if hook not in HOOKS:
        raise UserError(f"there is no hook {hook!r} here; known: {', '.join(HOOKS)}")
    only, rest = _only(words)
    policy = effective(lambda path: git.read(f":{path}", MOST_TEXT), os.path.join(git.common_dir, "mlgovern"))
    engine.known(policy, only)
    if policy.accepted and hook in COMMITTING:
        from mlgovern.enforce.waiving import settled

        policy = settled(git, policy, "HEAD")
    from importlib import import_module

    answer: Callable[[Call], int] = getattr(import_module(f"mlgovern.enforce.{HOOKS[hook]}"), hook.replace("-", "_"))
    return answer(Call(git, policy, tuple(rest), only, dict(os.environ), follows))


def today() -> str:
    """The date in UTC; waivers and dates of enforcement end with the day there."""
    return time.strftime("%Y-%m-%d", time.gmtime())


# What Git or a hook manager calls, and the module that answers; the function is called like the hook.
HOOKS = {
    "pre-commit": "committing",
    "pre-merge-commit": "committing",
    "commit-msg": "committing",
    "post-commit": "committing",
    "prepare-commit-msg": "writing",
    "pre-push": "pushing",
    "post-checkout": "branching",
    "reference-transaction": "branching",
}


COMMITTING = ("pre-commit", "pre-merge-commit", "commit-msg")  # what is judged here is not in HEAD yet


def told(call: Call, report: Report, what: str) -> int:
    """Say what was refused, or what could not be judged; the exit code for git."""
    if report.exit_code == 0:
        return 0
    if report.exit_code == 3:
        from mlgovern.reporters.plain import words

        entries = [entry for entry in report.not_judged if entry.expected]
        named = "; ".join(words(f"{entry.what} ({entry.why})") for entry in entries[:3])
        sys.stderr.write(f"mlgovern: not judged before this {what}: {named}.\n")
        return 0  # nothing was refused; the gate is where what was not judged stops the work
    from mlgovern.enforce.advice import advised, placed

    below = call.environment.get("GIT_PREFIX", "")  # git runs its hooks at the top, and says where it was called
    say(call, placed(advised(call.git, report), below), f"{what} refused")
    return report.exit_code


def say(call: Call, report: Report, verdict: str) -> None:
    """One write to stderr."""
    from mlgovern.reporters.text import refusal

    color = sys.stderr.isatty() and not call.environment.get("NO_COLOR")
    sys.stderr.write(refusal(report, verdict, color=color))


def _only(words: list[str]) -> tuple[tuple[str, ...], list[str]]:
    only: list[str] = []
    rest = list(words)
    while rest[:1] == ["--only"]:
        if len(rest) < 2:
            raise UserError("--only takes a rule or a family")
        only += rest[1].split(",")
        rest = rest[2:]
    return tuple(only), rest
