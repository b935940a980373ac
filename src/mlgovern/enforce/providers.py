"""What CI services tell of a change, as one table: which service, which commits, which branches, which title.

Every value is foreign text from the environment; nothing here asks git or the network. Reference of the names: each service's list of
predefined variables, by the links of the table.
"""

from collections.abc import Callable, Mapping
from typing import Any

from mlgovern.record import NamedTuple

OURS = ("BASE", "HEAD", "TITLE", "BRANCH", "TARGET")  # what is said where no service does: MLGOVERN_BASE and so on

Environment = Mapping[str, str]
Event = Mapping[str, Any]  # GitHub's event, {} elsewhere


class Change(NamedTuple):
    """A change as its service tells of it. What is unknown is empty; `base` and `head` are revisions."""

    provider: str = ""
    base: str = ""  # where it began; zeros: it is new
    head: str = ""
    merge: bool = False  # no head is told, and what is checked out may be a merge of the service's own
    title: str = ""
    source: str = ""  # its branch
    target: str = ""  # the branch that it is meant for
    default: str = ""  # the branch that a new one comes from
    deleted: bool = False  # there is nothing to judge
    queued: bool = False  # a merge queue made its branch


class Provider(NamedTuple):
    """One service: how it is known, what it tells, and where that is documented."""

    name: str
    here: Callable[[Environment], bool]
    change: Callable[[Environment, Event], Change]
    page: str


def found(environment: Environment, event: Event) -> Change:
    """What the service that we run in tells; without one, what the variables of our own do."""
    provider = next(provider for provider in PROVIDERS if provider.here(environment))
    return provider.change(environment, event)._replace(provider=provider.name)


def branch(ref: str) -> str:
    """The name of a branch, as services write it in one form or another."""
    return ref.removeprefix("refs/heads/").removeprefix("refs/remotes/origin/")


_QUEUE = "gh-readonly-queue/"  # and the branch, and pr-7-ID


def _github(env: Environment, event: Event) -> Change:
    name = env.get("GITHUB_EVENT_NAME", "")
    pull, group = event.get("pull_request"), event.get("merge_group")
    if name == "merge_group":
        told = group if isinstance(group, Mapping) else {}
        base, head, target = (str(told.get(key) or "") for key in ("base_sha", "head_sha", "base_ref"))
        target = target or env.get("GITHUB_REF_NAME", "").removeprefix(_QUEUE).rpartition("/")[0]
        return Change(base=base, head=head or env.get("GITHUB_SHA", ""), target=branch(target), queued=True)
    if name in {"pull_request", "pull_request_target"}:
        told = pull if isinstance(pull, Mapping) else {}
        base, head = (_of(told, end, "sha") for end in ("base", "head"))
        source, target = env.get("GITHUB_HEAD_REF", ""), env.get("GITHUB_BASE_REF", "")
        return Change(
            base=base, head=head, merge=not head, title=str(told.get("title") or ""), source=source, target=target
        )
    ref = env.get("GITHUB_REF_NAME", "") if env.get("GITHUB_REF_TYPE") == "branch" else ""
    base, head = str(event.get("before") or ""), str(event.get("after") or env.get("GITHUB_SHA", ""))
    default = _of(event, "repository", "default_branch")
    gone = event.get("deleted") is True
    return Change(base=base, head=head, source=ref, target=ref, default=default, deleted=gone)


def _of(event: Event, *keys: str) -> str:
    value: Any = event
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return str(value or "")


def _gitlab(env: Environment, _event: Event) -> Change:
    if (
        env.get("CI_MERGE_REQUEST_IID") or env.get("CI_PIPELINE_SOURCE") == "merge_request_event"
    ):  # a child's has another
        return Change(
            base=env.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", ""),
            head=env.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or env.get("CI_COMMIT_SHA", ""),
            title=env.get("CI_MERGE_REQUEST_TITLE", ""),
            source=env.get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", ""),
            target=env.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""),
        )
    return Change(
        base=env.get("CI_COMMIT_BEFORE_SHA", ""),
        head=env.get("CI_COMMIT_SHA", ""),
        source=env.get("CI_COMMIT_BRANCH", ""),
        target=env.get("CI_COMMIT_BRANCH", ""),
        default=env.get("CI_DEFAULT_BRANCH", ""),
    )


def _azure(env: Environment, _event: Event) -> Change:
    target = branch(env.get("SYSTEM_PULLREQUEST_TARGETBRANCH", ""))
    if target:
        head, source = env.get("SYSTEM_PULLREQUEST_SOURCECOMMITID", ""), env.get("SYSTEM_PULLREQUEST_SOURCEBRANCH", "")
        return Change(head=head, merge=not head, source=branch(source), target=target)
    ref = env.get("BUILD_SOURCEBRANCH", "")
    return Change(head=env.get("BUILD_SOURCEVERSION", ""), source=branch(ref) if ref.startswith("refs/heads/") else "")


def _bitbucket(env: Environment, _event: Event) -> Change:
    source, target = env.get("BITBUCKET_BRANCH", ""), env.get("BITBUCKET_PR_DESTINATION_BRANCH", "")
    return Change(head=env.get("BITBUCKET_COMMIT", ""), source=source, target=target)


def _jenkins(env: Environment, _event: Event) -> Change:
    if env.get("CHANGE_ID"):
        title, source = env.get("CHANGE_TITLE", ""), env.get("CHANGE_BRANCH", "")
        return Change(merge=True, title=title, source=source, target=env.get("CHANGE_TARGET", ""))
    name = env.get("BRANCH_NAME") or env.get("GIT_BRANCH", "").removeprefix("origin/")
    return Change(base=env.get("GIT_PREVIOUS_SUCCESSFUL_COMMIT", ""), head=env.get("GIT_COMMIT", ""), source=name)


def _circleci(env: Environment, _event: Event) -> Change:
    name = env.get("CIRCLE_BRANCH", "")
    return Change(head=env.get("CIRCLE_SHA1", ""), source="" if name.startswith("pull/") else name)


def _buildkite(env: Environment, _event: Event) -> Change:
    pull = env.get("BUILDKITE_PULL_REQUEST", "false") != "false"
    target = env.get("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "") if pull else ""
    head, source = env.get("BUILDKITE_COMMIT", ""), env.get("BUILDKITE_BRANCH", "").rpartition(":")[2]
    return Change(head="" if head == "HEAD" else head, source=source, target=target)


def _travis(env: Environment, _event: Event) -> Change:
    pull = env.get("TRAVIS_PULL_REQUEST", "false") != "false"
    if pull:
        head, source = env.get("TRAVIS_PULL_REQUEST_SHA", ""), env.get("TRAVIS_PULL_REQUEST_BRANCH", "")
        return Change(head=head, merge=not head, source=source, target=env.get("TRAVIS_BRANCH", ""))
    base = env.get("TRAVIS_COMMIT_RANGE", "").partition("...")[0]
    return Change(base=base, head=env.get("TRAVIS_COMMIT", ""), source=env.get("TRAVIS_BRANCH", ""))


def _named(title: str, source: str, target: str, head: str, pushed: str) -> Callable[[Environment, Event], Change]:
    """A service that names its variables: of a pull request where `source` is set, else the branch of a push."""

    def change(env: Environment, _event: Event) -> Change:
        if env.get(source):
            return Change(
                head=env.get(head, ""), title=env.get(title, ""), source=env[source], target=branch(env.get(target, ""))
            )
        return Change(head=env.get(head, ""), source=env.get(pushed, ""))

    return change


def _generic(env: Environment, _event: Event) -> Change:
    base, head, title, source, target = (env.get(f"MLGOVERN_{name}", "") for name in OURS)
    return Change(base=base, head=head, title=title, source=source, target=target)


def _teamcity(env: Environment, event: Event) -> Change:
    """It names the commit alone; the rest is said by parameters of the build, called as ours."""
    change = _generic(env, event)
    return change._replace(head=change.head or env.get("BUILD_VCS_NUMBER", ""))


def _set(name: str) -> Callable[[Environment], bool]:
    return lambda env: bool(env.get(name))


# The first that is here counts: what only one service sets stands before what several do.
PROVIDERS = (
    Provider("github", _set("GITHUB_ACTIONS"), _github, "https://docs.github.com/actions/reference/workflows-and-actions/variables"),
    Provider("gitlab", _set("GITLAB_CI"), _gitlab, "https://docs.gitlab.com/ci/variables/predefined_variables/"),
    Provider("azure", _set("TF_BUILD"), _azure, "https://learn.microsoft.com/azure/devops/pipelines/build/variables"),
    Provider("bitbucket", _set("BITBUCKET_BUILD_NUMBER"), _bitbucket, "https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/"),
    Provider("circleci", _set("CIRCLECI"), _circleci, "https://circleci.com/docs/reference/variables/"),
    Provider("buildkite", _set("BUILDKITE"), _buildkite, "https://buildkite.com/docs/pipelines/configure/environment-variables"),
    Provider("travis", _set("TRAVIS"), _travis, "https://docs.travis-ci.com/user/environment-variables/"),
    Provider(
        "appveyor", _set("APPVEYOR"),
        _named("APPVEYOR_PULL_REQUEST_TITLE", "APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH", "APPVEYOR_REPO_BRANCH", "APPVEYOR_PULL_REQUEST_HEAD_COMMIT", "APPVEYOR_REPO_BRANCH"),
        "https://www.appveyor.com/docs/environment-variables/",
    ),
    Provider(
        "woodpecker", lambda env: env.get("CI") == "woodpecker",
        _named("CI_COMMIT_PULL_REQUEST_TITLE", "CI_COMMIT_SOURCE_BRANCH", "CI_COMMIT_TARGET_BRANCH", "CI_COMMIT_SHA", "CI_COMMIT_BRANCH"),
        "https://woodpecker-ci.org/docs/usage/environment",
    ),
    Provider(
        "drone", _set("DRONE"),
        _named("DRONE_PULL_REQUEST_TITLE", "DRONE_SOURCE_BRANCH", "DRONE_TARGET_BRANCH", "DRONE_COMMIT", "DRONE_BRANCH"),
        "https://docs.drone.io/pipeline/environment/reference/",
    ),
    Provider(
        "semaphore", _set("SEMAPHORE"),
        _named("SEMAPHORE_GIT_PR_NAME", "SEMAPHORE_GIT_PR_BRANCH", "SEMAPHORE_GIT_BRANCH", "SEMAPHORE_GIT_PR_SHA", "SEMAPHORE_GIT_BRANCH"),
        "https://docs.semaphore.io/reference/env-vars",
    ),
    Provider("jenkins", _set("JENKINS_URL"), _jenkins, "https://www.jenkins.io/doc/book/pipeline/multibranch/"),
    Provider("teamcity", _set("TEAMCITY_VERSION"), _teamcity, "https://www.jetbrains.com/help/teamcity/predefined-build-parameters.html"),
    Provider("generic", lambda _env: True, _generic, "docs/ci.md"),
)  # fmt: skip
