"""The judgement of a push, from cheap to dear: names, messages, paths and trees, sizes, contents. It tells as it goes."""

from collections.abc import Iterator, Sequence

from mlgovern.enforce.server.apart import Tell
from mlgovern.enforce.server.contents import Bench, cut, judge_contents
from mlgovern.enforce.server.push import STAGES, WHAT, Kinds, Part, Push, kinds_of, limited, tree, wants_of
from mlgovern.enforce.server.trusted import Trusted, trusted
from mlgovern.facts import history, listings, received, state
from mlgovern.facts.collect import known
from mlgovern.facts.git import Git
from mlgovern.facts.listings import Change
from mlgovern.facts.received import Graph, Targets
from mlgovern.facts.snapshot import REGULAR, SUBMODULE, SYMLINK, Commit, File, RefUpdate, Snapshot
from mlgovern.finding import NotJudged, Report
from mlgovern.policy.model import Policy
from mlgovern.record import NamedTuple


class Case(NamedTuple):
    """What is under judgement, as far as it is told before anything is judged."""

    policy: str  # where it is from
    graph: dict[str, tuple[str, ...]]
    tips: dict[str, str]  # by ref
    on_timeout: str
    fail_on: int
    secrets: frozenset[str]  # the rules of that family
    waivers: frozenset[str]  # ids of those that count
    notes: tuple[str, ...]


def judge(git: Git, pushed: tuple[RefUpdate, ...], server: str, today: str, tell: Tell) -> None:
    """Judge a push, and tell reports one by one."""
    pushed = received.unaliased(git, pushed)
    judged_by = trusted(git, pushed, server)
    policy = limited(judged_by.policy)
    judged_by = judged_by._replace(policy=policy)
    kinds = kinds_of(policy)
    held = received.targets(git, pushed)
    named = {ref: tip for ref, tip in held.commits.items() if ref.startswith(("refs/heads/", "refs/tags/"))}
    graph = received.brought(git, {*named.values()}, policy.limits.max_commits, received.NAMED)
    tell(_case(judged_by, kinds, graph, named))
    tell(Report(STAGES[-1], not_judged=_gaps(graph, policy, held), fail_on=policy.fail_on))
    push = Push(git, policy, kinds, today, _facts(git, pushed, held, graph, judged_by), tell)
    push.judge(push.facts, kinds.names)
    asked = wants_of(policy).asked("paths")
    found = _changes(push, graph) if asked else None
    _messages(push, graph, found or [])
    found = _changes(push, graph) if found is None else found
    _files(push, named, graph, found)
    _others(push, held, named)


def _case(judged_by: Trusted, kinds: Kinds, graph: Graph, tips: dict[str, str]) -> Case:
    policy = judged_by.policy
    counting = frozenset(waiver.id for waiver in policy.accepted if not waiver.arriving)
    return Case(
        judged_by.origin,
        dict(graph.parents),
        tips,
        policy.on_timeout,
        int(policy.fail_on),
        frozenset(kinds.secrets),
        counting,
        judged_by.notes,
    )


def _gaps(graph: Graph, policy: Policy, held: Targets) -> tuple[NotJudged, ...]:
    most = policy.limits.max_commits
    many = NotJudged(WHAT, f"it brings more than limits.max_commits, {most:,} new commits; only the newest were judged")
    lost = (
        NotJudged(ref, f"its tag is too long, or one of more than {received.MOST_NESTED} tags") for ref in held.lost
    )
    left = (NotJudged(one, "the gate runs plugins, a server does not", expected=False) for one in policy.plugins)
    return (*((many,) if graph.cut else ()), *lost, *left)


def _facts(git: Git, pushed: tuple[RefUpdate, ...], held: Targets, graph: Graph, judged_by: Trusted) -> Snapshot:
    """The refs of the push, and its commits by their parents alone."""
    wants = wants_of(judged_by.policy)
    updates = history.updates(git, wants, received.forced(git, pushed, held, graph))
    light = history.with_merges(git, wants, [Commit(id=one, parents=told) for one, told in graph.parents.items()])
    return Snapshot(
        stages=STAGES,
        updates=updates,
        branches=state.branches(git),
        lineage=tuple(light),
        baseline=judged_by.baseline,
        weakened=judged_by.weaker,
        scope="whole",
    )


def _changes(push: Push, graph: Graph) -> list[Change]:
    found, more = received.changes(push.git, graph.parents)
    if more:
        gap = NotJudged(
            WHAT, f"it brings more than {received.MOST_CHANGES:,} versions of files; the rest was not judged"
        )
        push.tell(Report(STAGES[-1], not_judged=(gap,), fail_on=push.policy.fail_on))
    return found


def _messages(push: Push, graph: Graph, found: list[Change]) -> None:
    wants = wants_of(push.policy, push.kinds.messages)
    paths: dict[str | None, list[str]] = {}
    for change in found:
        paths.setdefault(change.file.commit, []).append(change.file.path)
    for page in received.pages(push.git, graph.parents):
        commits = [commit._replace(paths=tuple(paths.get(commit.id, ()))) for commit in page] if paths else page
        if wants.asked("signatures"):
            commits = history.completed(push.git, wants, commits)
        seen = known(push.git, wants, commits)
        tracked = listings.tree(push.git, page[-1].id or "") if wants.asked("tracked") else {}
        snapshot = push.facts._replace(commits=tuple(commits), known=seen, tracked=tracked, scope="commits")
        push.judge(snapshot, push.kinds.messages)


def _files(push: Push, named: dict[str, str], graph: Graph, found: list[Change]) -> None:
    """The tree at each tip, then the sizes, then the contents of all that the commits bring."""
    parts = list(_parts(push, named, graph, found))
    for part in parts:
        whole = tree(push, push.git, part)
        push.judge(
            whole, push.kinds.trees, surely=False
        )  # some locks only their tools can judge, and the gate has those
    for part in parts:
        sized = tree(push, push.git, part) if len(parts) > 1 else whole
        push.judge(_with_links(push, sized, _with_sizes(sized, part.files)), push.kinds.paths)
    bench = Bench(push, dict(enumerate(parts)), push.kinds.contents)
    if len(parts) == 1:
        bench.seed(0, whole)
    sizes = push.git.sizes(file.blob for part in parts for file in part.files if file.mode != SUBMODULE)
    chunks = [chunk for number, part in enumerate(parts) for chunk in cut(number, part.files, sizes, push.policy)]
    judge_contents(push, bench, chunks)


def _parts(push: Push, named: dict[str, str], graph: Graph, found: list[Change]) -> Iterator[Part]:
    by_commit: dict[str | None, list[Change]] = {}
    for change in found:
        by_commit.setdefault(change.file.commit, []).append(change)
    taken: set[tuple[str, int, str]] = set()
    order = sorted(named, key=lambda ref: (not ref.startswith("refs/heads/"), ref))  # trees of branches first
    for tip in dict.fromkeys(named[ref] for ref in order):
        own = graph.reached(tip)
        changes = [change for one in graph.parents if one in own for change in by_commit.get(one, ())]
        files = tuple(change.file for change in received.unique(changes) if change.status != "D")
        added = frozenset(change.file.path for change in changes if change.status == "A")
        removed = tuple(dict.fromkeys(change.file.path for change in changes if change.status == "D"))
        new = tuple(file for file in files if file[:3] not in taken)
        taken.update(file[:3] for file in new)
        if own:
            yield Part(tip, push.facts._replace(files=files, added=added, removed=removed), new)


def _with_sizes(whole: Snapshot, files: Sequence[File]) -> tuple[File, ...]:
    sizes = {file.blob: file.size for file in whole.files}
    return tuple(file._replace(size=sizes.get(file.blob, -1)) for file in files)


def _with_links(push: Push, whole: Snapshot, files: tuple[File, ...]) -> Snapshot:
    """The files, and where the symbolic links among them lead."""
    most = push.policy.limits.max_file_bytes
    links = {file.blob for file in files if file.mode == SYMLINK and 0 <= file.size <= most}
    found = push.git.objects(sorted(links)) if links else ()
    contents = {blob.id: blob.data for blob in found if blob is not None}
    return whole._replace(files=files, contents={**whole.contents, **contents}, scope="files")


def _others(push: Push, held: Targets, named: dict[str, str]) -> None:
    """What other refs hold, and tags and refs that hold no commit: its contents are judged for secrets alone."""
    tips = {tip for ref, tip in held.commits.items() if ref not in named}
    more = received.brought(push.git, tips, push.policy.limits.max_commits, received.EVERY, {*named.values()})
    gaps = _gaps(more, push.policy, Targets({}))
    files = [change.file for change in received.unique(_changes(push, more)) if change.status != "D"]
    for one in held.loose:
        if one.kind == "tree":
            files += listings.tree(push.git, one.id).values()
        else:
            files.append(File(held.refs[one.id], REGULAR, one.id))
    files += held.tags
    push.tell(Report(STAGES[-1], not_judged=gaps, fail_on=push.policy.fail_on))
    if not files or not push.kinds.secrets:
        return
    whole = push.facts._replace(commits=(), updates=(), weakened=())
    bench = Bench(push, {0: Part("", whole, tuple(files))}, push.kinds.secrets)
    sizes = push.git.sizes(file.blob for file in files if file.mode != SUBMODULE)
    judge_contents(push, bench, list(cut(0, files, sizes, push.policy)))
