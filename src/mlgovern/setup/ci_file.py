"""The file that makes a CI service judge every change; written on request, and only where there is none yet."""

from mlgovern.errors import UserError
from mlgovern.setup.step import Step

_GITHUB = """\
name: policy
on:
  pull_request:
permissions: {contents: read}
jobs:
  gate:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: {fetch-depth: 0, persist-credentials: false}
      - uses: actions/setup-python@0b93645e9fea7318ecaed2b359559ac225c90a2b # v5.3.0
        with: {python-version: "3.12"}
      - run: pip install "mlgovern~=0.1"
      - run: mlgovern check --range "origin/$GITHUB_BASE_REF..HEAD" --target "$GITHUB_BASE_REF"
      - run: mlgovern check --branch "$GITHUB_HEAD_REF" --target "$GITHUB_BASE_REF"
"""
_GITLAB = """\
policy:
  stage: test
  image: python:3.12
  variables: {GIT_DEPTH: "0"}
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - pip install "mlgovern~=0.1"
    - mlgovern check --range "$CI_MERGE_REQUEST_DIFF_BASE_SHA..$CI_COMMIT_SHA"
    - mlgovern check --branch "$CI_MERGE_REQUEST_SOURCE_BRANCH_NAME" --target "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"
"""
SERVICES = {"github": (".github/workflows/policy.yml", _GITHUB), "gitlab": (".gitlab-ci.yml", _GITLAB)}


def path_of(service: str) -> str:
    """The file of a service; UserError names those that there are."""
    if service not in SERVICES:
        raise UserError(f"--ci {service}: known are {', '.join(SERVICES)}")
    return SERVICES[service][0]


def step(service: str, before: bytes | None) -> Step:
    """What becomes of the file: one that exists is its owner's, and is left alone."""
    path, text = path_of(service), SERVICES[service][1]
    what = f"every change judged on {service}"
    if before is None or before == text.encode() or b"mlgovern check --range" in before:
        return Step(path, what, before, text.encode() if before is None else before)
    return Step(
        path,
        what,
        before,
        before,
        ("it exists and is left alone; what judges a change is this:", *text.rstrip("\n").split("\n")),
    )
