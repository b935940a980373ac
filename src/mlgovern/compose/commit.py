"""`mlgovern commit`: commitizen's questions under the policy, then a real `git commit`, which the hooks judge."""

import sys

from mlgovern.enforce import kept
from mlgovern.errors import UserError
from mlgovern.facts import state
from mlgovern.facts.git import Git, commit_as_typed


def commit(git: Git, arguments: tuple[str, ...], *, retry: bool) -> int:
    """Ask, or open the message that waits in git's editor, and commit; git's exit code."""
    path = kept.latest(git)
    if retry and path is None:
        raise UserError("no refused message is kept here; `mlgovern commit` asks for a new one")
    if retry and path is not None:
        message = _read(path)
        return _committed(git, (*kept.opening(message), "-F", path, *arguments), message)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UserError("this asks questions, so it needs a terminal; without one: git commit -m 'type: subject'")
    if not arguments and _nothing_staged(git):
        raise UserError("nothing is staged; `git add` what belongs together first")
    message = _asked()
    path = kept.keep(git, message)
    if path is None:
        raise UserError(f"the message cannot be written to {git.git_dir}")
    return _committed(git, ("-F", path, *arguments), message)


def _committed(git: Git, words: tuple[str, ...], message: str) -> int:
    """Whatever refused the commit, the message is there to be tried again."""
    code = commit_as_typed(git, words)
    if code == 0:
        kept.drop(git)
    elif kept.latest(git) is None:
        kept.keep(git, message)
    return code


def _asked() -> str:
    import questionary
    from commitizen import config, factory
    from commitizen.exceptions import CommitizenException

    try:
        settings = config.read_cfg()
        settings.update({"name": "cz_mlgovern"})
        plugin = factory.committer_factory(settings)
        questions = plugin.questions()
        for question in questions:
            if question["type"] == "list":
                question["use_shortcuts"] = settings.settings["use_shortcuts"]
        return plugin.message(questionary.unsafe_prompt(questions, style=plugin.style))
    except CommitizenException as error:
        raise UserError(str(error).removeprefix("mlgovern: ")) from error


def _nothing_staged(git: Git) -> bool:
    """Told before anybody answers in vain; with other options, such as --amend or -a, git tells."""
    if not state.born(git, state.head_branch(git)):
        return not git.ask("ls-files", "-z")
    return git.holds("diff-index", "--cached", "--quiet", "HEAD", "--")


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read()
