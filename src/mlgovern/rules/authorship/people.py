"""Who made a commit, as far as that is known, and what makes it anew."""

from collections.abc import Iterator
from typing import Literal

from mlgovern.anew import redone
from mlgovern.bots import any_called
from mlgovern.facts.snapshot import Commit, Person, Snapshot
from mlgovern.finding import NotJudged

Kind = Literal["email", "name"]  # the setting of git's that holds one half of an identity

LONGEST = 100

_CONFIGURED = {"email": "git config user.email ADDRESS", "name": 'git config user.name "YOUR NAME"'}


def judged(snapshot: Snapshot, *, merges: bool = True) -> Iterator[Commit]:
    """The commits under judgement; merges may be left out."""
    for commit in snapshot.commits:
        making = commit.id is None and snapshot.operation == "merge"
        if merges or not (making or len(commit.parents) > 1):
            yield commit


def people(commit: Commit, but: tuple[str, ...] = ()) -> dict[str, Person]:
    """Author and committer by these words; one if they are the same, none if either is among some names or addresses."""
    if any_called(but, (commit.author, commit.committer)):
        return {}
    known = {"author": commit.author} if told(commit.author, commit) else {}
    if commit.committer != commit.author and told(commit.committer, commit):
        known["committer"] = commit.committer
    return known


def told(person: Person, commit: Commit) -> bool:
    """Whether git has told who it is: of the commit being made, who has neither name nor address is not known."""
    return commit.id is not None or any(person)


def unknown(commit: Commit) -> Iterator[NotJudged]:
    """What a rule says that asked who is committing, where git itself does not know."""
    if not (told(commit.author, commit) and told(commit.committer, commit)):
        mend = " and ".join(f"`{command}`" for command in _CONFIGURED.values())
        yield NotJudged("who commits", f"git knows no identity here; {mend} set one", expected=False)


def shown(text: Person | str) -> str:
    """Foreign text for a message: a person as git writes one, cut where it is long."""
    whole = f"{text.name} <{text.email}>" if isinstance(text, Person) else text
    return f'"{whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"}"'


def reconfigured(kind: Kind, commit: Commit, snapshot: Snapshot) -> str:
    """The commands that set an identity and put it into a commit."""
    again = "commit again; --amend keeps the author unless --reset-author goes with it"
    return f"{_CONFIGURED[kind]}\n{again if commit.id is None else redone(commit, snapshot, '--reset-author')}"
