"""Whether a message says that an AI tool had a hand in it: some teams ask for that, others will not have it."""

from mlgovern.anew import below, redone
from mlgovern.facts.snapshot import Commit, Snapshot
from mlgovern.fields import Covered, Laxer, Stricter
from mlgovern.finding import Finding, Place
from mlgovern.globs import matcher
from mlgovern.record import NamedTuple
from mlgovern.rule import Verdicts
from mlgovern.rules.authorship.agents import Agents
from mlgovern.rules.authorship.people import judged, people, shown, unknown
from mlgovern.trailers import Trailer, trailers_of


class CoAuthors(NamedTuple):
    """Where no AI tool is wanted: in these trailers, whose values are people, and in those that declare a tool."""

    agents: Agents = Agents()
    trailers: Covered[str] = ("Co-authored-by", "Signed-off-by")
    declarations: Stricter = True


class Undeclared(NamedTuple):
    """What declares a tool: the trailers of `agents.declarations`, and a co-author, unless people alone are that."""

    agents: Agents = Agents()
    co_authors: Laxer = True
    merges: Stricter = False  # look at merge commits as well


def ai_co_author(snapshot: Snapshot, settings: CoAuthors) -> Verdicts:
    """A trailer credits an AI tool with the commit.

    Why: authors answer for their work, and a tool cannot; squash merges carry such lines into the history of the trunk
    for good. The tools are those of `agents`; beside undeclared-ai, switch `declarations` off, or one refuses what the
    other wants.
    Mend: take the line out: git commit --amend
    """
    for commit in judged(snapshot):
        for trailer in trailers_of(commit.message):
            if _credits(trailer, settings):
                message = f"{trailer.token} credits an AI tool: {shown(trailer.value)}"
                place = Place(line=trailer.line + 1, column=1, commit=commit.id)
                key = f"{trailer.token} {trailer.value}"
                yield Finding(message, place, _without(trailer, commit, snapshot), key=key)


def _credits(trailer: Trailer, settings: CoAuthors) -> bool:
    agents = settings.agents
    if trailer.token.lower() in {token.lower() for token in settings.trailers}:
        return bool(agents.credited(trailer))
    declared = settings.declarations and agents.declares(trailer)
    return declared and (trailer.person is None or bool(agents.credited(trailer)))  # people assist people, too


def _without(trailer: Trailer, commit: Commit, snapshot: Snapshot) -> str:
    what = f"take line {trailer.line + 1} out of the message"
    base = below(commit, snapshot)
    opened = f"git rebase --interactive {base}" if base else "git commit --amend"
    return what if commit.id is None else f"{opened}\nreword this commit: {what}"


def undeclared_ai(snapshot: Snapshot, settings: Undeclared) -> Verdicts:
    """An AI tool made the commit, or its branch is one that such a tool opens, and the message does not say so.

    Why: reviewers look closer, and licences and customers may ask: a trailer in the commit itself outlives every pull
    request. The tools are those of `agents`. What a person commits that a tool wrote, only the branch can tell.
    Mend: git commit --amend --no-edit --trailer "Assisted-by: TOOL"
    """
    branch, wanted = _agents_branch(snapshot, settings.agents), _wanted(settings)
    for commit in judged(snapshot, merges=settings.merges) if wanted else ():
        yield from unknown(commit)
        who, tool = _maker(commit, settings.agents)
        if (tool or branch) and not any(_declares(trailer, settings) for trailer in trailers_of(commit.message)):
            reason = f"the {who} is {tool}" if tool else f"the branch is {shown(branch)}"
            message = f"{reason}, and no trailer declares an AI tool; wanted: {', '.join(wanted)}"
            option = f"--trailer {wanted[0]}={(tool or 'TOOL').replace(' ', '-')}"
            mend = f"git commit {option}" if commit.id is None else redone(commit, snapshot, option)
            yield Finding(message, Place(commit=commit.id), mend, key=reason)


def _maker(commit: Commit, agents: Agents) -> tuple[str, str]:
    """Who of author and committer is an AI tool, and which; two empty words where nobody is."""
    tools = {who: (agents.author if who == "author" else agents.named)(p) for who, p in people(commit).items()}
    return next(((who, tool) for who, tool in tools.items() if tool), ("", ""))


def _agents_branch(snapshot: Snapshot, agents: Agents) -> str:
    """The branch under judgement if an AI tool opened it; of several that are pushed, where each of them is such."""
    pushed = [update.branch for update in snapshot.updates if update.branch and not update.deletes]
    names = pushed or ([snapshot.branch] if snapshot.branch else [])
    opened = matcher(agents.branches, nocase=True)
    return names[0] if names and all(map(opened, names)) else ""


def _declares(trailer: Trailer, settings: Undeclared) -> bool:
    as_author = settings.co_authors and trailer.token.lower() == "co-authored-by"
    return settings.agents.declares(trailer) or (as_author and bool(settings.agents.credited(trailer)))


def _wanted(settings: Undeclared) -> tuple[str, ...]:
    return (*settings.agents.declarations, *(["Co-authored-by"] if settings.co_authors else []))
