"""What `mlgovern policy` can do, as one table: the options of each action, and what it says."""

import argparse
import os
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from mlgovern import flags as table
from mlgovern.errors import GitError, UserError
from mlgovern.record import NamedTuple

if TYPE_CHECKING:
    from mlgovern.administer.written import Written
    from mlgovern.facts.git import Git

Located = Callable[[], "Git"]  # the repository that is meant


class Said(NamedTuple):
    """What to print, and the exit code."""

    lines: list[str]
    code: int = 0
    aside: tuple[str, ...] = ()  # for people alone, where the rest is for programs


class Action(NamedTuple):
    """One action: its name, one line of help, its options, and what it does."""

    name: str
    summary: str
    options: tuple[table.Option, ...]
    run: Callable[[argparse.Namespace, Located], Said]


def validate(flags: argparse.Namespace, located: Located) -> Said:
    """Name every mistake in the policy; silence would not say which policy was read."""
    from mlgovern.reporters.plain import counted
    from mlgovern.setup import schema_file

    written = _written(flags.policy, flags, located)
    policy = written.loaded().policy
    old = (schema_file.OLD,) if schema_file.outdated(written.read(schema_file.PATH)) else ()
    rules = counted(sum(d.severity > 0 for d in policy.decisions.values()), "rule")
    return Said([f"{policy.origin} is sound: {rules} on.", *policy.notes, *old])


def show(flags: argparse.Namespace, located: Located) -> Said:
    """The policy, and where it comes from."""
    from mlgovern.administer.show import show

    return Said(show(_written(flags.policy, flags, located), json=flags.json, whole=flags.all))


def explain(flags: argparse.Namespace, located: Located) -> Said:
    """Why one rule applies."""
    from mlgovern.administer.show import explain

    return Said(explain(_written(flags.policy, flags, located), flags.rule))


def diff(flags: argparse.Namespace, located: Located) -> Said:
    """Which way each field went; a name that is no file is a revision."""
    from mlgovern.administer.diff import diff
    from mlgovern.administer.written import at

    with ExitStack() as stack:

        def named(name: str | None) -> "Written":
            is_file = name is None or os.path.isfile(name)
            return _written(name, flags, located) if is_file else at(stack.enter_context(located()), str(name))

        lines, weaker = diff(named(flags.before), named(flags.after), json=flags.json)
    return Said(lines, int(weaker and flags.fail_on_weaker))


def lock(flags: argparse.Namespace, located: Located) -> Said:
    """Fetch and keep what the policy extends from elsewhere."""
    from mlgovern.administer.lock import lock
    from mlgovern.administer.written import on_disk

    with located() as git:
        return Said(lock(git, on_disk(git), flags.upgrade))


def schema(flags: argparse.Namespace, _located: Located) -> Said:
    """The JSON Schema of a policy."""
    from pathlib import Path

    from mlgovern import files
    from mlgovern.setup import schema_file

    if flags.output is None:
        return Said([schema_file.text().decode()])
    files.write(Path(flags.output), schema_file.text())
    return Said([f"wrote {flags.output}"])


def packs(flags: argparse.Namespace, _located: Located) -> Said:
    """What is shipped."""
    from mlgovern.administer import packs

    if flags.output is not None:
        return Said(packs.written(flags.output))
    return Said(packs.page(flags.name).splitlines() if flags.name else packs.listed())


def export(flags: argparse.Namespace, located: Located) -> Said:
    """What a forge can enforce of the policy by itself."""
    from importlib import import_module
    from json import dumps

    from mlgovern.enforce.client import today
    from mlgovern.export.demands import demands
    from mlgovern.export.exported import told

    service = import_module(f"mlgovern.export.{flags.to.partition('-')[0]}")
    policy = _written(flags.policy, flags, located).loaded().policy
    found = service.exported(demands(policy, today()))
    return Said([dumps(found.body, indent=2, ensure_ascii=False)], aside=tuple(told(found)))


def migrate(flags: argparse.Namespace, located: Located) -> Said:
    """Bring policy files up to the present schema."""
    from mlgovern.administer.migrate import migrate

    with located() as git:
        return Said([*migrate(git, flags.files, dry_run=flags.dry_run)])


def test(flags: argparse.Namespace, located: Located) -> Said:
    """Run the cases beside the policy."""
    from pathlib import Path

    from mlgovern import files
    from mlgovern.enforce.client import today
    from mlgovern.trial import testing

    reports = [_junit_file(entry) for entry in flags.report]
    policy = _written(flags.policy, flags, located).loaded().policy
    with located() as git:
        tried = testing.run(git, policy, flags.files, today())
    for path in reports:
        files.write(Path(path), testing.junit(tried).encode())
    return Said([*testing.lines(tried, coverage=flags.coverage)], tried.exit_code)


def _junit_file(entry: str) -> str:
    name, _, path = entry.partition("=")
    if name != "junit" or not path:
        raise UserError(f"--report takes junit=FILE here, got {entry!r}")
    return path


def replay(flags: argparse.Namespace, located: Located) -> Said:
    """What past commits would have met."""
    from mlgovern.administer.written import at
    from mlgovern.enforce.check import commits_of
    from mlgovern.enforce.client import today
    from mlgovern.facts.ranges import Span
    from mlgovern.trial import telling
    from mlgovern.trial.replay import replay

    if flags.last < 1:
        raise UserError("--last takes a number from 1")
    candidate = _written(flags.policy, flags, located)
    with located() as git:
        named = flags.against is not None and os.path.isfile(flags.against)
        now = _written(flags.against, flags, located) if named else at(git, flags.against or "HEAD")
        span = (
            Span((f"--max-count={flags.last}", "HEAD"), "HEAD")
            if flags.range is None
            else Span(*commits_of(git, flags.range))
        )
        found = replay(git, now.loaded().policy, candidate.loaded().policy, span, today())
    shown = {"text": telling.text, "json": telling.as_json, "html": telling.page}[flags.format](found)
    return Said(shown.splitlines())


def import_gitleaks(flags: argparse.Namespace, _located: Located) -> Said:
    """What another tool was told, as a part of a policy."""
    from mlgovern.policy.gitleaks import imported

    return Said([*imported(flags.file)])


ACTIONS = (
    Action("validate", "name every mistake in the policy", (table.POLICY_FILE,), validate),
    Action("show", "print the effective policy, each value with its origin", table.POLICY_SHOW, show),
    Action("explain", "say why a rule applies here, and who said so", table.POLICY_EXPLAIN, explain),
    Action("diff", "say which way each change of a policy goes", table.POLICY_DIFF, diff),
    Action("lock", "fetch what the policy extends from elsewhere, and pin it", table.POLICY_LOCK, lock),
    Action("test", "run the cases beside the policy", table.POLICY_TEST, test),
    Action("replay", "say what past commits would have met under this policy", table.POLICY_REPLAY, replay),
    Action("packs", "list the packs that are shipped, or print the page of one", table.POLICY_PACKS, packs),
    Action("schema", "print the JSON Schema of a policy, for editors", table.POLICY_SCHEMA, schema),
    Action("export", "print what a forge can enforce of the policy by itself", table.POLICY_EXPORT, export),
    Action("migrate", "rewrite policy files of an older schema, comments and all", table.POLICY_MIGRATE, migrate),
    Action(
        "import-gitleaks",
        "print what a .gitleaks.toml says as a part of a policy",
        table.IMPORT_GITLEAKS,
        import_gitleaks,
    ),
)


def _written(file: str | None, flags: argparse.Namespace, located: Located) -> "Written":
    """The policy that is being written here, or the file of that name; outside a repository, the built-in one."""
    from mlgovern.administer.written import on_disk

    if file is not None:
        return on_disk(None, file)
    try:
        with located() as git:
            return on_disk(git)
    except GitError:
        if flags.directory is not None:
            raise
        return on_disk(None)
