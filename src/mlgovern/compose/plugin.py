"""`cz_mlgovern`: commitizen's own commands under the policy of the repository.

commitizen loads every plugin whenever it starts, so what is heavy is imported where it is needed.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from weakref import finalize

from commitizen.cz.base import BaseCommitizen, ValidationResult
from commitizen.exceptions import InvalidConfigurationError

from mlgovern.compose.releases import BREAKING, BUMPS, HEADINGS, PATTERN, told
from mlgovern.errors import GitError, UserError

if TYPE_CHECKING:
    from commitizen.git import GitCommit
    from commitizen.question import CzQuestion

    from mlgovern.compose.asks import Asks
    from mlgovern.compose.interview import Interview
    from mlgovern.compose.judge import Judge


class Mlgovern(BaseCommitizen):
    """What commitizen asks, checks and counts."""

    bump_pattern = PATTERN
    bump_map = BUMPS
    bump_map_major_version_zero = {key: "MINOR" if value == "MAJOR" else value for key, value in BUMPS.items()}  # noqa: RUF012 - as commitizen declares it
    changelog_pattern = PATTERN
    commit_parser = PATTERN
    change_type_map = HEADINGS
    change_type_order = [BREAKING, *HEADINGS.values()]  # noqa: RUF012 - as commitizen declares it

    def questions(self) -> "list[CzQuestion]":
        """`cz commit`: one question after the other, each answer judged at once."""
        with _one_sentence():
            return cast("list[CzQuestion]", self._interview.questions())

    def message(self, answers: Mapping[str, Any]) -> str:
        """The message that the answers make."""
        return self._interview.message(answers)

    def example(self) -> str:
        """`cz example`."""
        kind = "feat: " if self._asks.manner.typed else ""
        return (
            f"{kind}read Parquet files\n\nCSV took minutes to parse.\n\n{BREAKING}: pass format=csv for the old files"
        )

    def schema(self) -> str:
        """`cz schema`."""
        from mlgovern.compose.asks import form

        trailers = "".join(f"\n{token}: value" for token in self._asks.trailers)
        return f"{form(self._asks)}\n\nbody\n\n{BREAKING}: what breaks{trailers and chr(10)}{trailers}"

    def schema_pattern(self) -> str:
        """The form of a subject alone; the judgement is `validate_commit_message`."""
        types = "|".join(map(re.escape, self._asks.manner.types))
        return rf"(?is)(?:{types})(?:\([^()]+\))?!?: \S.*" if self._asks.manner.typed else r"(?s)\S.*"

    def info(self) -> str:
        """`cz info`."""
        from mlgovern.compose.asks import guide

        return "\n".join(guide(self._asks))

    def validate_commit_message(  # noqa: PLR0913 - as commitizen declares it
        self,
        *,
        commit_msg: str,
        pattern: re.Pattern[str],  # noqa: ARG002 - the policy judges, and it knows no exemption by a prefix
        allow_abort: bool,
        allowed_prefixes: list[str],  # noqa: ARG002 - as above
        max_msg_length: int | None,
        commit_hash: str,
    ) -> ValidationResult:
        """`cz check`: the verdict of `mlgovern check --range` on a stored commit, else that of `--message`."""
        from mlgovern.reporters import text

        if allow_abort and not commit_msg:
            return ValidationResult(True, [])
        with _one_sentence():
            commit = self._judge.commits([commit_hash]).get(commit_hash) if commit_hash else None
            report = self._judge.written(commit_msg) if commit is None else self._judge.stored(commit)
        errors = [text.render(report)] if report.exit_code else []
        length = len(commit_msg.partition("\n")[0])
        if max_msg_length and length > max_msg_length:
            errors.append(f"The subject has {length} characters; --message-length-limit allows {max_msg_length}.\n")
        return ValidationResult(not errors, errors)

    def format_exception_message(self, invalid_commits: "list[tuple[GitCommit, list[str]]]") -> str:
        """Our reports, which name the commits themselves."""
        return "\n".join(page for _, pages in invalid_commits for page in pages).rstrip("\n")

    def filter_commits(self, commits: "list[GitCommit]") -> "list[GitCommit]":
        """`cz bump` and `cz changelog`: every commit, told anew by our parser; one that means nothing keeps its tag."""
        from commitizen.git import GitCommit

        from mlgovern.facts.snapshot import Commit

        headings = self.config.settings.get("change_type_map") or HEADINGS
        with _one_sentence():
            stored = self._judge.commits(commit.rev for commit in commits)
        again = []
        for one in commits:
            title, *rest = told(stored.get(one.rev, Commit(one.message, one.rev)), headings) or ("",)
            body = "\n\n".join(rest)
            again.append(GitCommit(one.rev, title, body, one.author, one.author_email, one.parents))
        return again

    @cached_property
    def _judge(self) -> "Judge":
        from mlgovern.compose.judge import Judge
        from mlgovern.facts.git import locate

        stack = ExitStack()
        finalize(self, stack.close)
        try:
            git = stack.enter_context(locate())
        except GitError:
            git = None
        return Judge(git)

    @cached_property
    def _asks(self) -> "Asks":
        from mlgovern.compose.asks import asks

        with _one_sentence():
            return asks(self._judge.policy)

    @cached_property
    def _interview(self) -> "Interview":
        from mlgovern.compose.interview import Interview

        mark = self.config.settings.get("breaking_change_exclamation_in_title", False)
        return Interview(self._asks, self._judge.refusing, self._judge.signature, mark=mark)


@contextmanager
def _one_sentence() -> Iterator[None]:
    """What the user has to mend, as commitizen says such things."""
    try:
        yield
    except UserError as error:
        raise InvalidConfigurationError(f"mlgovern: {error}") from error
