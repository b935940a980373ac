"""Flags become one typed call; what it returns is printed; its exit code is ours. No decision lives here."""

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mlgovern import flags as table
from mlgovern.administer.actions import ACTIONS, Action
from mlgovern.errors import UserError
from mlgovern.record import NamedTuple

if TYPE_CHECKING:
    from mlgovern.enforce.check import Request
    from mlgovern.facts.git import Git
    from mlgovern.finding import Report
    from mlgovern.policy.model import Policy


class Command(NamedTuple):
    """One command: its name, one line of help, its options, and what it does."""

    name: str
    summary: str
    options: tuple[table.Option, ...]
    run: Callable[[argparse.Namespace], int]


def run_check(flags: argparse.Namespace) -> int:
    """Judge, print, pass on the exit code."""
    from mlgovern.enforce.check import Request, check

    chosen = (flags.staged, flags.range, flags.history, flags.message, flags.branch, flags.target)
    only = tuple(name for entry in flags.only for name in entry.split(","))
    files = [_report_file(entry) for entry in flags.report]
    request = Request(tuple(flags.paths), *chosen, only, flags.strict, flags.policy, flags.directory is not None)
    if flags.write_baseline:
        return run_accept(request)
    report = check(request)
    sys.stdout.write(_rendered(report, flags.format, color=_color(flags.color)))
    for name, path in files:
        _write(path, _rendered(report, name, color=False))
    if flags.verbose:
        from mlgovern.reporters.plain import words

        sys.stderr.writelines(f"{words(line)}\n" for crash in report.crashes for line in crash.trace.splitlines())
    return report.exit_code


def run_gate(flags: argparse.Namespace) -> int:
    """Judge a change in CI; what the service shows beside the text is printed as well."""
    from secrets import token_hex

    from mlgovern.enforce import gate

    files = [_report_file(entry) for entry in flags.report]
    ends = (flags.base, flags.head, flags.title, flags.source, flags.target)
    gated = gate.gate(gate.Wanted(*ends, flags.strict, flags.directory is not None), os.environ)
    if flags.format is None:
        text = _rendered(gated.report, "text", color=False)
        sys.stdout.write(gate.quoted(gated, text, token_hex(16)) + gate.annotated(gated))
        gate.summarised(gated, os.environ)
    else:
        sys.stdout.write(_rendered(gated.report, flags.format, color=False))
    for name, path in files:
        _write(path, _rendered(gated.report, name, color=False))
    return gated.report.exit_code


def run_accept(request: "Request") -> int:
    """Write the baseline, and say what was written."""
    from secrets import token_hex

    from mlgovern.enforce.accepting import accept

    said = accept(request, token_hex(16))
    _say(said.lines)
    return said.code


def run_fix(flags: argparse.Namespace) -> int:
    """Mend, and say what was mended."""
    from mlgovern.fix.mend import Asked, mend, take_back

    if flags.undo:
        return _say(take_back(foreign=flags.directory is not None, dry_run=flags.dry_run))
    only = tuple(name for entry in flags.only for name in entry.split(","))
    asked = Asked(tuple(flags.paths), flags.staged, only, flags.policy, flags.directory is not None)
    return _say(mend(asked, dry_run=flags.dry_run))


def run_init(flags: argparse.Namespace) -> int:
    """Scaffold, after showing the plan."""
    from mlgovern.setup import init

    wanted = init.Wanted(flags.pack, flags.strategy, flags.structure, flags.ci)
    return _say(init.run(wanted, dry_run=flags.dry_run))


def run_commit(flags: argparse.Namespace) -> int:
    """Ask, and commit."""
    from mlgovern.compose.commit import commit

    with _located(flags) as git:
        return commit(git, tuple(flags.arguments), retry=flags.retry)


def run_install(flags: argparse.Namespace) -> int:
    """Put the hooks in, or the notebook filter."""
    if flags.server:
        from mlgovern.setup import server

        return _say(server.places())
    from mlgovern.setup import commit_template, notebook_filter
    from mlgovern.setup.install import install

    with _located(flags) as git:
        if flags.notebook_filter:
            return _say(notebook_filter.put(git, notebook_filter.Wanted(flags.gitattributes, flags.required)))
        return _say([*install(git, tuple(flags.hook)), *(commit_template.put(git) if flags.template else ())])


def run_uninstall(flags: argparse.Namespace) -> int:
    """Take the hooks out, and what else was put in."""
    from mlgovern.setup import commit_template, notebook_filter
    from mlgovern.setup.install import uninstall

    with _located(flags) as git:
        return _say([*uninstall(git), *commit_template.take(git), *notebook_filter.take(git)])


def run_waive(flags: argparse.Namespace) -> int:
    """Add an exception that ends, and say so."""
    from mlgovern.administer.written import on_disk
    from mlgovern.enforce.client import today
    from mlgovern.policy.model import Waiver
    from mlgovern.rule import Glob
    from mlgovern.setup.waive import waive

    paths, branches = (tuple(map(Glob, said)) for said in (flags.path, flags.branch))
    ids = tuple(flags.commit), branches, tuple(flags.fingerprint)
    wanted = Waiver(flags.rule, today(), flags.until, "", paths, *ids, flags.reason, flags.owner, flags.ticket)
    with _located(flags) as git:
        return _say(waive(git, on_disk(git, flags.policy).loaded().policy, wanted, dry_run=flags.dry_run))


def run_rules(flags: argparse.Namespace) -> int:
    """List the rules under the policy in force."""
    from mlgovern import reference

    return _say([reference.markdown() if flags.markdown else reference.table(_policy(flags))])


def run_explain(flags: argparse.Namespace) -> int:
    """The page of one rule."""
    from mlgovern import reference

    return _say([reference.explain(flags.rule, _policy(flags))])


def run_policy(flags: argparse.Namespace) -> int:
    """One of the things to do with the policy itself."""
    action = next(action for action in ACTIONS if action.name == flags.action)
    said = action.run(flags, lambda: _located(flags))
    _say(said.lines)
    sys.stderr.writelines(f"{line}\n" for line in said.aside)
    return said.code


COMMANDS: tuple[Command, ...] = (
    Command(
        "check", "judge what is tracked, staged, in a range, in a message or in a branch name", table.CHECK, run_check
    ),
    Command("gate", "judge a change in CI, by the policy that was there before it", table.GATE, run_gate),
    Command("fix", "mend what can be mended mechanically", table.FIX, run_fix),
    Command("init", "scaffold a repository: policy, ignore lines, hook manager, editor", table.INIT, run_init),
    Command("commit", "ask for a message that follows the policy, and commit", table.COMMIT, run_commit),
    Command("install", "put the Git hooks in, or the notebook filter", table.INSTALL, run_install),
    Command("uninstall", "take out again what install put in", (), run_uninstall),
    Command("waive", "accept what a rule finds at a place, until a day", table.WAIVE, run_waive),
    Command("rules", "list the rules and how grave the policy takes them", table.RULES, run_rules),
    Command("explain", "say what a rule wants, why, and how to mend it", table.EXPLAIN, run_explain),
    Command("policy", "work on the policy itself", (), run_policy),
)


def run(words: list[str]) -> int:
    """Parse and dispatch one command."""
    flags = parser().parse_args(words)
    if flags.command is None or (flags.command == "policy" and flags.action is None):
        flags.parser.print_help(sys.stderr)  # what there is says more than that something is missing
        return 2
    if flags.directory is not None:
        try:
            os.chdir(flags.directory)
        except OSError as error:
            raise UserError(f"-C {flags.directory}: {error.strerror}") from error
    return next(command for command in COMMANDS if command.name == flags.command).run(flags)


def parser() -> argparse.ArgumentParser:
    """The whole command line, from the table."""
    top = argparse.ArgumentParser(
        prog="mlgovern",
        description="One policy for commits, branches, secrets, notebooks, lockfiles, structure and data.",
        epilog="Git and hook managers call `mlgovern hook GIT-HOOK-NAME`.",
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version")
    top.set_defaults(parser=top)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    for command in COMMANDS:
        title = command.summary[0].upper() + command.summary[1:] + "."
        sub = commands.add_parser(command.name, help=command.summary, description=title)
        _add(sub, command)
        if command.name == "policy":
            sub.set_defaults(parser=sub)
            actions = sub.add_subparsers(dest="action", metavar="ACTION")
            for action in ACTIONS:
                _add(actions.add_parser(action.name, help=action.summary), action)
    return top


def _add(sub: argparse.ArgumentParser, command: Command | Action) -> None:
    for option in (*command.options, table.DIRECTORY):
        sub.add_argument(*option.names, **option.keywords)


def _located(flags: argparse.Namespace) -> "Git":
    """The repository here. After -C, what GIT_* variables say is about another one."""
    from mlgovern.facts.git import locate

    return locate("." if flags.directory is not None else None)


def _policy(flags: argparse.Namespace) -> "Policy":
    """The policy in force here; outside a repository, the built-in one."""
    from mlgovern.enforce.check import policy_of
    from mlgovern.errors import GitError
    from mlgovern.policy.cache import effective

    try:
        with _located(flags) as git:
            return policy_of(git, flags.policy)
    except GitError:
        if flags.policy is not None or flags.directory is not None:
            raise
        return effective(lambda _path: None, None)


def _say(lines: Iterable[str]) -> int:
    sys.stdout.writelines(line.rstrip("\n") + "\n" for line in lines)
    return 0


def _color(choice: str) -> bool:
    return choice == "always" or (choice == "auto" and sys.stdout.isatty() and not os.environ.get("NO_COLOR"))


def _rendered(report: "Report", name: str, *, color: bool) -> str:
    from mlgovern.reporters import reporter, text

    if name == "sarif":
        from mlgovern.reference import documented

        report = documented(report)
    return text.render(report, color=color) if name == "text" else reporter(name)(report)


def _report_file(entry: str) -> tuple[str, str]:
    name, _, path = entry.partition("=")
    if name not in table.FORMATS or not path:
        raise UserError(f"--report takes FORMAT=FILE with FORMAT one of {', '.join(table.FORMATS)}, got {entry!r}")
    return name, path


def _write(path: str, content: str) -> None:
    """Whole or not at all, never into a folder that does not exist, and through no link: the change may have brought it."""
    from pathlib import Path

    from mlgovern import files

    if not os.path.isdir(os.path.dirname(path) or "."):
        raise UserError(f"the report cannot be written to {path}: there is no such folder")
    files.write(Path(path), content.encode())


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from mlgovern.version import VERSION

        sys.stdout.write(f"mlgovern {VERSION}\n")
        parser.exit()
