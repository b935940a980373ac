"""What each CI service tells of a change, from recorded variables; a row for each kind of event."""

from typing import Any

import pytest

from mlgovern.enforce.providers import PROVIDERS, Change, found

A, B, C, ZERO = "a" * 40, "b" * 40, "c" * 40, "0" * 40
GITHUB = {"GITHUB_ACTIONS": "true", "CI": "true", "GITHUB_SHA": C, "GITHUB_REF_TYPE": "branch"}
PULL = {
    **GITHUB,
    "GITHUB_EVENT_NAME": "pull_request",
    "GITHUB_REF": "refs/pull/7/merge",
    "GITHUB_REF_NAME": "7/merge",
    "GITHUB_HEAD_REF": "feat/x",
    "GITHUB_BASE_REF": "main",
}
PUSH = {**GITHUB, "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/feat/x", "GITHUB_REF_NAME": "feat/x"}
GITLAB = {"GITLAB_CI": "true", "CI": "true", "CI_COMMIT_SHA": B, "CI_DEFAULT_BRANCH": "main"}
MERGE = {
    **GITLAB,
    "CI_PIPELINE_SOURCE": "merge_request_event",
    "CI_COMMIT_BEFORE_SHA": ZERO,
    "CI_MERGE_REQUEST_DIFF_BASE_SHA": A,
    "CI_MERGE_REQUEST_TITLE": "Draft: feat: add x",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feat/x",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
}  # fmt: skip
AZURE = {"TF_BUILD": "True", "BUILD_SOURCEVERSION": C}
JENKINS = {"JENKINS_URL": "https://ci.example/", "GIT_COMMIT": C}
BRANCHES: dict[str, Any] = {"source": "feat/x", "target": "main"}

ROWS = [
    pytest.param(
        PULL, {"pull_request": {"title": "feat: add x", "base": {"sha": A}, "head": {"sha": B}}},
        Change("github", A, B, title="feat: add x", **BRANCHES), id="github, pull request",
    ),
    pytest.param(PULL, {}, Change("github", merge=True, **BRANCHES), id="github, pull request without its event"),
    pytest.param(PULL, {"pull_request": {"base": None, "head": [1], "title": 5}}, Change("github", merge=True, title="5", **BRANCHES), id="github, an odd event"),
    pytest.param(
        {**GITHUB, "GITHUB_EVENT_NAME": "merge_group", "GITHUB_REF_NAME": "gh-readonly-queue/main/pr-7-" + A},
        {"merge_group": {"base_sha": A, "head_sha": B, "base_ref": "refs/heads/main"}},
        Change("github", A, B, target="main", queued=True), id="github, merge queue",
    ),
    pytest.param(PUSH, {"before": A, "after": B}, Change("github", A, B, source="feat/x", target="feat/x"), id="github, push"),
    pytest.param(PUSH, {"before": ZERO, "after": B, "repository": {"default_branch": "main"}}, Change("github", ZERO, B, source="feat/x", target="feat/x", default="main"), id="github, new branch"),
    pytest.param(PUSH, {"before": A, "after": ZERO, "deleted": True}, Change("github", A, ZERO, source="feat/x", target="feat/x", deleted=True), id="github, deleted branch"),
    pytest.param({**PUSH, "GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1"}, {"before": ZERO, "after": B}, Change("github", ZERO, B), id="github, tag"),
    pytest.param(PUSH, {}, Change("github", head=C, source="feat/x", target="feat/x"), id="github, push without its event"),
    pytest.param({**MERGE, "CI_MERGE_REQUEST_EVENT_TYPE": "detached"}, {}, Change("gitlab", A, B, title="Draft: feat: add x", **BRANCHES), id="gitlab, merge request"),
    pytest.param({**GITHUB, "GITHUB_EVENT_NAME": "merge_group", "GITHUB_REF_NAME": "gh-readonly-queue/release/1/pr-7-" + A}, {}, Change("github", head=C, target="release/1", queued=True), id="github, merge queue without its event"),
    pytest.param({**MERGE, "CI_PIPELINE_SOURCE": "parent_pipeline", "CI_MERGE_REQUEST_IID": "7"}, {}, Change("gitlab", A, B, title="Draft: feat: add x", **BRANCHES), id="gitlab, child of a merge request's pipeline"),
    pytest.param({**MERGE, "CI_COMMIT_SHA": C, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": B, "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result"}, {}, Change("gitlab", A, B, title="Draft: feat: add x", **BRANCHES), id="gitlab, merged result"),
    pytest.param({**MERGE, "CI_COMMIT_SHA": C, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": B, "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train"}, {}, Change("gitlab", A, B, title="Draft: feat: add x", **BRANCHES), id="gitlab, merge train"),
    pytest.param({**GITLAB, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": A, "CI_COMMIT_BRANCH": "feat/x"}, {}, Change("gitlab", A, B, source="feat/x", target="feat/x", default="main"), id="gitlab, branch"),
    pytest.param({**GITLAB, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": ZERO, "CI_COMMIT_BRANCH": "feat/x"}, {}, Change("gitlab", ZERO, B, source="feat/x", target="feat/x", default="main"), id="gitlab, first pipeline of a branch"),
    pytest.param({**GITLAB, "CI_COMMIT_TAG": "v1", "CI_COMMIT_BEFORE_SHA": ZERO}, {}, Change("gitlab", ZERO, B, default="main"), id="gitlab, tag"),
    pytest.param(
        {**AZURE, "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main", "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/feat/x", "SYSTEM_PULLREQUEST_SOURCECOMMITID": B},
        {}, Change("azure", head=B, **BRANCHES), id="azure, pull request",
    ),
    pytest.param({**AZURE, "SYSTEM_PULLREQUEST_TARGETBRANCH": "main", "SYSTEM_PULLREQUEST_SOURCEBRANCH": "feat/x"}, {}, Change("azure", merge=True, **BRANCHES), id="azure, short names"),
    pytest.param({**AZURE, "BUILD_SOURCEBRANCH": "refs/heads/feat/x", "BUILD_SOURCEBRANCHNAME": "x"}, {}, Change("azure", head=C, source="feat/x"), id="azure, push"),
    pytest.param({**AZURE, "BUILD_SOURCEBRANCH": "refs/tags/v1"}, {}, Change("azure", head=C), id="azure, tag"),
    pytest.param({"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_COMMIT": B, "BITBUCKET_BRANCH": "feat/x", "BITBUCKET_PR_DESTINATION_BRANCH": "main"}, {}, Change("bitbucket", head=B, **BRANCHES), id="bitbucket, pull request"),
    pytest.param({"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_COMMIT": B, "BITBUCKET_BRANCH": "feat/x"}, {}, Change("bitbucket", head=B, source="feat/x"), id="bitbucket, push"),
    pytest.param({**JENKINS, "CHANGE_ID": "7", "CHANGE_TITLE": "feat: add x", "CHANGE_BRANCH": "feat/x", "CHANGE_TARGET": "main", "BRANCH_NAME": "PR-7"}, {}, Change("jenkins", merge=True, title="feat: add x", **BRANCHES), id="jenkins, change"),
    pytest.param({**JENKINS, "BRANCH_NAME": "feat/x", "GIT_PREVIOUS_COMMIT": C, "GIT_PREVIOUS_SUCCESSFUL_COMMIT": A}, {}, Change("jenkins", A, C, source="feat/x"), id="jenkins, branch"),
    pytest.param({**JENKINS, "GIT_BRANCH": "origin/feat/x"}, {}, Change("jenkins", head=C, source="feat/x"), id="jenkins, job"),
    pytest.param({"CIRCLECI": "true", "CIRCLE_SHA1": B, "CIRCLE_BRANCH": "feat/x"}, {}, Change("circleci", head=B, source="feat/x"), id="circleci"),
    pytest.param({"CIRCLECI": "true", "CIRCLE_SHA1": B, "CIRCLE_BRANCH": "pull/7"}, {}, Change("circleci", head=B), id="circleci, fork"),
    pytest.param({"BUILDKITE": "true", "BUILDKITE_COMMIT": B, "BUILDKITE_BRANCH": "ann:feat/x", "BUILDKITE_PULL_REQUEST": "7", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "main"}, {}, Change("buildkite", head=B, **BRANCHES), id="buildkite, fork"),
    pytest.param({"BUILDKITE": "true", "BUILDKITE_COMMIT": "HEAD", "BUILDKITE_BRANCH": "main", "BUILDKITE_PULL_REQUEST": "false", "BUILDKITE_PULL_REQUEST_BASE_BRANCH": ""}, {}, Change("buildkite", source="main"), id="buildkite, push"),
    pytest.param({"TRAVIS": "true", "TRAVIS_PULL_REQUEST": "7", "TRAVIS_PULL_REQUEST_SHA": B, "TRAVIS_PULL_REQUEST_BRANCH": "feat/x", "TRAVIS_BRANCH": "main"}, {}, Change("travis", head=B, **BRANCHES), id="travis, pull request"),
    pytest.param({"TRAVIS": "true", "TRAVIS_PULL_REQUEST": "false", "TRAVIS_COMMIT": B, "TRAVIS_COMMIT_RANGE": f"{A}...{B}", "TRAVIS_BRANCH": "feat/x"}, {}, Change("travis", A, B, source="feat/x"), id="travis, push"),
    pytest.param({"APPVEYOR": "True", "APPVEYOR_PULL_REQUEST_HEAD_COMMIT": B, "APPVEYOR_PULL_REQUEST_TITLE": "feat: add x", "APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH": "feat/x", "APPVEYOR_REPO_BRANCH": "main"}, {}, Change("appveyor", head=B, title="feat: add x", **BRANCHES), id="appveyor"),
    pytest.param({"CI": "woodpecker", "CI_COMMIT_SHA": B, "CI_COMMIT_SOURCE_BRANCH": "feat/x", "CI_COMMIT_TARGET_BRANCH": "main", "CI_COMMIT_BRANCH": "main"}, {}, Change("woodpecker", head=B, **BRANCHES), id="woodpecker"),
    pytest.param({"CI": "drone", "DRONE": "true", "DRONE_COMMIT": B, "DRONE_BRANCH": "main"}, {}, Change("drone", head=B, source="main"), id="drone, push"),
    pytest.param({"TEAMCITY_VERSION": "2026.1", "BUILD_VCS_NUMBER": B, "MLGOVERN_BASE": A, "MLGOVERN_BRANCH": "feat/x", "MLGOVERN_TARGET": "main"}, {}, Change("teamcity", A, B, **BRANCHES), id="teamcity"),
    pytest.param({"SEMAPHORE": "true", "SEMAPHORE_GIT_PR_SHA": B, "SEMAPHORE_GIT_PR_NAME": "feat: add x", "SEMAPHORE_GIT_PR_BRANCH": "feat/x", "SEMAPHORE_GIT_BRANCH": "main"}, {}, Change("semaphore", head=B, title="feat: add x", **BRANCHES), id="semaphore"),
    pytest.param({"CI": "true", "MLGOVERN_BASE": "origin/main", "MLGOVERN_HEAD": B, "MLGOVERN_TITLE": "feat: add x", "MLGOVERN_BRANCH": "feat/x", "MLGOVERN_TARGET": "main"}, {}, Change("generic", "origin/main", B, title="feat: add x", **BRANCHES), id="any other"),
    pytest.param({"BRANCH_NAME": "feat/x", "CHANGE_ID": "7", "CI_COMMIT_SHA": B}, {}, Change("generic"), id="names that mean nothing outside their service"),
]  # fmt: skip


@pytest.mark.parametrize(("environment", "event", "change"), ROWS)
def test_a_change(environment: dict[str, str], event: dict[str, Any], change: Change) -> None:
    assert found(environment, event) == change


def test_every_service_has_a_row() -> None:
    rows = {row.values[2].provider for row in ROWS if isinstance(row.values[2], Change)}
    assert rows == {provider.name for provider in PROVIDERS}
