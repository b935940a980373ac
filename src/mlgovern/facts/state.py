"""What state a repository is in: branch, operation in progress, refs, configuration."""

import os
import re

from mlgovern.facts.git import Git
from mlgovern.facts.snapshot import Head, Person
from mlgovern.rx import rx

REFUSED = "refused-message"  # a file of ours in the Git directory

_MOMENT = rx(r"@?(\d+ [-+]\d{4})")
_SLASHED = rx(r"\[remote \"[^\"\n]*/")
_IDENT = rx(r"(?s:(.*) <(.*)> \d+ [-+]\d+)")


def head_branch(git: Git) -> str | None:
    """The current branch, also on an unborn one and during a rebase; None where HEAD is detached."""
    for state in ("rebase-merge", "rebase-apply"):
        name = _text(os.path.join(git.git_dir, state, "head-name"))
        if name is not None:
            return name.removeprefix("refs/heads/") if name.startswith("refs/heads/") else None
    head = _text(os.path.join(git.git_dir, "HEAD")) or ""
    if head == "ref: refs/heads/.invalid":  # reftable: the file is a dummy
        head = "ref: " + os.fsdecode(git.ask("symbolic-ref", "-q", "HEAD", allowed=(0, 1))).strip()
    return head.removeprefix("ref: refs/heads/") if head.startswith("ref: refs/heads/") else None


def named_branch(git: Git, revision: str, commit: str) -> str | None:
    """The branch that a revision names, here or on a remote; of another that is checked out, the current one."""
    plain = not any(mark in revision for mark in ("~", "^", ":", "@{"))  # in no name, but behind one
    if plain and resolve(git, f"refs/heads/{revision}"):
        return revision
    for remote in _remotes(git) if plain else ():
        if revision.startswith(f"{remote}/") and resolve(git, f"refs/remotes/{revision}"):
            return revision.removeprefix(f"{remote}/")
    return head_branch(git) if resolve(git, "HEAD") == commit else None


def _remotes(git: Git) -> list[str]:
    """Their names, the longest first: one may begin as another does."""
    return sorted(git.ask("remote").decode("utf-8", "surrogateescape").split("\n")[:-1], key=len, reverse=True)


def operation(git: Git) -> str | None:
    """What is in progress: rebase, merge, cherry-pick, revert or bisect."""
    marks = {
        "rebase-merge": "rebase",
        "rebase-apply": "rebase",
        "MERGE_HEAD": "merge",
        "CHERRY_PICK_HEAD": "cherry-pick",
        "REVERT_HEAD": "revert",
        "BISECT_LOG": "bisect",
    }
    return next((name for mark, name in marks.items() if os.path.exists(os.path.join(git.git_dir, mark))), None)


def merge_heads(git: Git) -> tuple[str, ...]:
    """The commits that a merge in progress brings in."""
    return tuple((_text(os.path.join(git.git_dir, "MERGE_HEAD")) or "").split())


def message_waits(git: Git) -> bool:
    """Whether the text of a refused commit is kept."""
    return os.path.exists(os.path.join(git.git_dir, "mlgovern", REFUSED))


def boundary(git: Git) -> frozenset[str]:
    """The commits at which history was cut off when this clone was made: their parents are not here."""
    return frozenset((_text(os.path.join(git.common_dir, "shallow")) or "").split())


def resolve(git: Git, revision: str) -> str | None:
    """The commit id of a revision, or None."""
    if "\n" in revision:
        return None
    found = next(git.objects([f"{revision}^{{commit}}"]))
    return None if found is None else found.id


def born(git: Git, branch: str | None) -> bool:
    """Whether HEAD has a commit; mostly told by the branch's own file, without asking git."""
    loose = branch is not None and os.path.isfile(os.path.join(git.common_dir, "refs", "heads", *branch.split("/")))
    return loose or resolve(git, "HEAD") is not None


def amended(git: Git) -> tuple[str, tuple[str, ...]] | None:
    """The subject and the parents of HEAD, where the commit being made seems to take its place; None where it does not.

    Git tells its hooks nothing of --amend, but hands them the author's date, which then is that of HEAD. Two commits
    within one second look alike, and so do all where somebody has set the clock.
    """
    told = _MOMENT.fullmatch(os.environ.get("GIT_AUTHOR_DATE", ""))
    head = next(git.objects(["HEAD"])) if told and "GIT_COMMITTER_DATE" not in os.environ else None
    if told is None or head is None:
        return None
    top, _, message = head.data.decode("utf-8", "surrogateescape").partition("\n\n")
    fields = [line.partition(" ")[::2] for line in top.split("\n")]
    same = any(key == "author" and value.endswith(f"> {told[1]}") for key, value in fields)
    return (message.partition("\n")[0], tuple(v for key, v in fields if key == "parent")) if same else None


def count(git: Git, *selection: str) -> int:
    """How many commits a selection holds."""
    return int(git.ask("rev-list", "--count", *selection, "--"))


def merge_base(git: Git, one: str, other: str) -> str | None:
    """A commit that both come from, as far as this clone knows; None where there is none."""
    return git.ask("merge-base", one, other, allowed=(0, 1)).decode().strip() or None


def cut(git: Git, *selection: str) -> bool:
    """Whether some commit of a selection stands where this clone's history was cut off."""
    ends = boundary(git)
    return bool(ends) and not ends.isdisjoint(git.ask("rev-list", *selection, "--").decode().split())


def days(git: Git, ids: list[str]) -> list[str]:
    """The dates on which these commits were made, as their committers' clocks told them."""
    asked = "".join(f"{commit}\n" for commit in ids).encode()
    out = git.ask("log", "--no-walk=unsorted", "--format=%H %cs", "--stdin", stdin=asked).decode().split()
    told = dict(zip(out[::2], out[1::2], strict=True))
    return [told[commit] for commit in ids]


def heads(git: Git, *only: str) -> tuple[Head, ...]:
    """The branches, local ones first, then remote-tracking ones by the name that they have there."""
    format_ = "--format=%(objectname) %(committerdate:unix) %(refname)"
    out = git.ask("for-each-ref", format_, *only, "refs/heads", "refs/remotes").decode("utf-8", "surrogateescape")
    found = []
    slashed = [remote for remote in _remotes(git) if "/" in remote] if _SLASHED.search(_config(git)) else []
    for line in out.split("\n")[:-1]:  # a name may hold what Python takes for other ends of lines
        tip, changed, ref = line.split(" ", 2)
        where, _, name = ref.removeprefix("refs/").partition("/")
        remote = next((one for one in slashed if name.startswith(f"{one}/")), name.partition("/")[0])
        remote, theirs = (remote, name[len(remote) + 1 :]) if where == "remotes" else ("", name)
        if theirs and theirs != "HEAD":
            found.append(Head(theirs, remote, tip, int(changed or 0)))
    return tuple(found)


def branches(git: Git) -> tuple[str, ...]:
    """Names of the local branches, and of the remote-tracking ones without their remote."""
    return tuple(dict.fromkeys(head.name for head in heads(git)))


def people(git: Git, *, asked: bool) -> tuple[Person, Person]:
    """Author and committer of the commit being made, without name and address where they are not known.

    `git commit` tells its hooks of the author; `git merge` does not, and neither of the committer: the rest if asked.
    """
    author, committer = (_told(who) or (asked and _ident(git, who)) or Person() for who in ("AUTHOR", "COMMITTER"))
    return author, committer


def _told(who: str) -> Person | None:
    name, email = (os.environ.get(f"GIT_{who}_{what}") for what in ("NAME", "EMAIL"))
    return None if name is None or email is None else Person(name, email)


def _ident(git: Git, who: str) -> Person | None:
    """What git would write; None where it would refuse to, since no identity is configured."""
    out = git.ask("var", f"GIT_{who}_IDENT", allowed=(0, 128))
    said = _IDENT.fullmatch(out.decode("utf-8", "surrogateescape").rstrip("\n"))
    return Person(said[1], said[2]) if said else None


def settings(git: Git, pattern: str) -> dict[str, str]:
    """Values of Git's own configuration whose lower-case key matches, in the order in which they were set last."""
    out = git.ask("config", "-z", "--get-regexp", pattern, allowed=(0, 1)).decode("utf-8", "surrogateescape")
    entries = [entry.partition("\n") for entry in out.split("\0") if entry]
    last = {key: number for number, (key, _, _) in enumerate(entries)}
    return {key: value for number, (key, _, value) in enumerate(entries) if last[key] == number}


def comment(config: dict[str, str]) -> str:
    """What begins a comment line: core.commentString and core.commentChar are one, so the last one set wins."""
    return next((value for key, value in reversed(config.items()) if key.startswith("core.comment")), "#")


def help_mark(git: Git) -> str:
    """What a line of help in a message begins with; empty where git would keep it, or choose a mark because of it."""
    config = settings(git, r"^(core\.comment(char|string)|commit\.cleanup)$")
    strips = config.get("commit.cleanup", "default") in ("default", "strip")
    return comment(config) if strips and comment(config) != "auto" else ""


def values(git: Git, keys: list[str]) -> dict[str, str]:
    """The values of these keys of Git's configuration, of those that are set."""
    return settings(git, f"^({'|'.join(map(re.escape, keys))})$") if keys else {}


def _config(git: Git) -> str:
    """The repository's own configuration as it is written, to see cheaply what it cannot hold."""
    return _text(os.path.join(git.common_dir, "config")) or ""


def _text(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read().strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
