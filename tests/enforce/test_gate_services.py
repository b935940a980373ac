"""The gate in the checkout that each service makes, with the variables that it sets there: all of them judge the same change."""

import json
from collections.abc import Callable

import pytest

from tests.conftest import Sealed
from tests.enforce.hub import Hub, findings, gate, pull

pytestmark = pytest.mark.slow


class Ids:
    """The commits of the change on the server."""

    def __init__(self, server: Sealed) -> None:
        self.merge = server.git("rev-parse", "refs/pull/7/merge")
        self.target, self.head = server.git("rev-parse", "main"), server.git("rev-parse", "feat/x")
        self.fork = server.git("merge-base", "main", "feat/x")


Shape = Callable[[Hub], Sealed]
Told = Callable[[Ids], dict[str, str]]


def of_ref(ref: str, *words: str) -> Shape:
    """One commit, or more, fetched by a ref, and nothing else known."""
    return lambda hub: hub.checkout(ref, *words)


def of_branch(*words: str) -> Shape:
    return lambda hub: hub.clone("--branch", "feat/x", "--no-local", *words)


def of_fork(hub: Hub) -> Sealed:
    """The branch is in another repository; here only the refs of the request lead to its commits."""
    hub.server.git("update-ref", "refs/pull/7/head", "feat/x")
    hub.server.git("branch", "-qD", "feat/x")
    return hub.checkout("refs/pull/7/merge")


def of_queue(hub: Hub) -> Sealed:
    hub.server.git("branch", "gh-readonly-queue/main/pr-7-abc", "refs/pull/7/merge")
    return hub.checkout("refs/heads/gh-readonly-queue/main/pr-7-abc")


def merged_locally(hub: Hub) -> Sealed:
    work = hub.clone("--branch", "main", "--no-local")
    work.git("switch", "-q", "--detach")
    work.git("merge", "-q", "--no-edit", "origin/feat/x")
    return work


def merged_into(hub: Hub) -> Sealed:
    """The target, merged into the branch; nothing is committed."""
    work = hub.clone("--branch", "feat/x", "--no-local", "--depth=50", "--no-single-branch")
    work.git("merge", "-q", "--no-commit", "origin/main")
    return work


def named(**variables: str) -> Told:
    """Variables in which HEAD stands for the id of the head."""
    return lambda ids: {key: ids.head if value == "HEAD" else value for key, value in variables.items()}


def gitlab(kind: str) -> Told:
    def told(ids: Ids) -> dict[str, str]:
        detached = kind == "detached"
        return {
            "GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_EVENT_TYPE": kind,
            "CI_COMMIT_SHA": ids.head if detached else ids.merge, "CI_MERGE_REQUEST_DIFF_BASE_SHA": ids.fork,
            "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "" if detached else ids.head, "CI_COMMIT_BEFORE_SHA": "0" * 40,
            "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feat/x", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_MERGE_REQUEST_TITLE": "Draft: feat: add x",
        }  # fmt: skip

    return told


AZURE = {"TF_BUILD": "True", "BUILD_SOURCEVERSION": "0", "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/feat/x"}
JENKINS = {"JENKINS_URL": "https://ci.example/", "CHANGE_ID": "7", "CHANGE_BRANCH": "feat/x", "CHANGE_TARGET": "main"}
BITBUCKET = {"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_COMMIT": "HEAD", "BITBUCKET_BRANCH": "feat/x"}
ROWS = (
    pytest.param(of_ref("refs/merge-requests/7/head", "--depth=1"), gitlab("detached"), id="gitlab, depth 1"),
    pytest.param(of_branch("--depth=20"), gitlab("detached"), id="gitlab, depth 20"),
    pytest.param(of_ref("refs/pull/7/merge", "--depth=2"), gitlab("merged_result"), id="gitlab, merged result"),
    pytest.param(of_ref("refs/pull/7/merge", "--depth=20"), gitlab("merge_train"), id="gitlab, merge train"),
    pytest.param(of_ref("refs/pull/7/merge"), named(**AZURE, SYSTEM_PULLREQUEST_TARGETBRANCH="refs/heads/main", SYSTEM_PULLREQUEST_SOURCECOMMITID="HEAD"), id="azure, depth 1"),
    pytest.param(of_ref("refs/pull/7/merge"), named(**AZURE, SYSTEM_PULLREQUEST_TARGETBRANCH="main"), id="azure, no head told"),
    pytest.param(of_branch("--depth=1"), named(TF_BUILD="True", BUILD_SOURCEVERSION="HEAD", BUILD_SOURCEBRANCH="refs/heads/feat/x"), id="azure, push"),
    pytest.param(merged_into, named(**BITBUCKET, BITBUCKET_PR_DESTINATION_BRANCH="main"), id="bitbucket, target merged in"),
    pytest.param(of_branch("--depth=50"), named(**BITBUCKET), id="bitbucket, push"),
    pytest.param(merged_locally, named(**JENKINS), id="jenkins, merge"),
    pytest.param(of_branch(), named(**JENKINS), id="jenkins, head"),
    pytest.param(of_branch("--depth=1"), named(JENKINS_URL="x", BRANCH_NAME="feat/x", GIT_COMMIT="HEAD"), id="jenkins, branch"),
    pytest.param(of_branch(), named(CIRCLECI="true", CIRCLE_SHA1="HEAD", CIRCLE_BRANCH="feat/x"), id="circleci"),
    pytest.param(of_ref("refs/pull/7/merge", "--depth=50"), named(CIRCLECI="true", CIRCLE_SHA1="HEAD", CIRCLE_BRANCH="pull/7"), id="circleci, fork"),
    pytest.param(of_branch("--depth=1"), named(BUILDKITE="true", BUILDKITE_COMMIT="HEAD", BUILDKITE_BRANCH="ann:feat/x", BUILDKITE_PULL_REQUEST="7", BUILDKITE_PULL_REQUEST_BASE_BRANCH="main"), id="buildkite, fork"),
    pytest.param(of_branch("--depth=50"), named(TRAVIS="true", TRAVIS_PULL_REQUEST="7", TRAVIS_PULL_REQUEST_SHA="HEAD", TRAVIS_PULL_REQUEST_BRANCH="feat/x", TRAVIS_BRANCH="main"), id="travis"),
    pytest.param(of_ref("refs/pull/7/merge"), named(APPVEYOR="True", APPVEYOR_PULL_REQUEST_HEAD_COMMIT="HEAD", APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH="feat/x", APPVEYOR_REPO_BRANCH="main"), id="appveyor"),
    pytest.param(of_branch("--depth=1"), named(CI="woodpecker", CI_COMMIT_SHA="HEAD", CI_COMMIT_SOURCE_BRANCH="feat/x", CI_COMMIT_TARGET_BRANCH="main"), id="woodpecker"),
    pytest.param(of_branch("--depth=1"), named(DRONE="true", DRONE_COMMIT="HEAD", DRONE_SOURCE_BRANCH="feat/x", DRONE_TARGET_BRANCH="main"), id="drone"),
    pytest.param(of_branch("--depth=50"), named(SEMAPHORE="true", SEMAPHORE_GIT_PR_SHA="HEAD", SEMAPHORE_GIT_PR_BRANCH="feat/x", SEMAPHORE_GIT_BRANCH="main"), id="semaphore"),
    pytest.param(of_branch("--depth=1"), named(MLGOVERN_TARGET="main", MLGOVERN_BRANCH="feat/x"), id="any other, by its target"),
    pytest.param(of_branch("--depth=1"), named(), id="any other, nothing told"),
)  # fmt: skip


@pytest.fixture
def asked(hub: Hub) -> Hub:
    """The change is asked for: the server has merged it."""
    hub.server.git("update-ref", "refs/merge-requests/7/head", "feat/x")
    hub.merge_ref("feat/x")
    return hub


def judged(out: str) -> tuple[int, bool, bool]:
    """How many commits, whether the secret was found that the last of them takes out, and whether that was the whole range."""
    report = json.loads(out)
    whole = "commit range" not in {gap["what"] for gap in report["not_judged"]}
    return report["judged"]["commits"], "env-secret" in findings(out), whole


@pytest.mark.parametrize(("shape", "told"), ROWS)
def test_a_service(asked: Hub, shape: Shape, told: Told) -> None:
    ids = Ids(asked.server)
    code, out = gate(shape(asked), "--format", "json", **told(ids))
    assert (code, judged(out)) == (1, (3, True, True))


@pytest.mark.parametrize("shape", (of_ref("refs/pull/7/merge"), of_fork), ids=("own", "fork"))
@pytest.mark.parametrize("known", (True, False), ids=("event", "no event"))
def test_github_pull_request(asked: Hub, shape: Shape, *, known: bool) -> None:
    ids = Ids(asked.server)
    work = shape(asked)
    event: dict[str, object] = {"pull_request": {"base": {"sha": ids.target}, "head": {"sha": ids.head}}}
    code, out = gate(work, "--format", "json", **pull(work, event if known else {}))
    assert (code, judged(out)) == (1, (3, True, True))


def test_github_merge_queue(asked: Hub) -> None:
    ids = Ids(asked.server)
    work = of_queue(asked)
    event: dict[str, object] = {
        "merge_group": {"base_sha": ids.target, "head_sha": ids.merge, "base_ref": "refs/heads/main"}
    }
    code, out = gate(work, "--format", "json", **{**pull(work, event), "GITHUB_EVENT_NAME": "merge_group"})
    assert (code, judged(out)) == (1, (4, True, True))
