"""The file that makes a CI service judge every change; written on request, and only where there is none yet.

None of them runs what the change brings: `python -m` without -P would, and so would an environment within the checkout.
"""

from mlgovern.errors import UserError
from mlgovern.setup.step import Step

_GITHUB = """\
name: policy
on:
  pull_request: {types: [opened, reopened, synchronize, edited]}
  merge_group:
permissions: {contents: read}
jobs:
  gate:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with: {fetch-depth: 0}
      - uses: actions/setup-python@0b93645e9fea7318ecaed2b359559ac225c90a2b # v5.3.0
        with: {python-version: "3.12"}
      - run: pip install "mlgovern~=0.1"
      - run: mlgovern gate
"""
_GITLAB = """\
policy:
  stage: test
  image: python:3.12
  variables: {GIT_DEPTH: "0"}
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - pip install "mlgovern~=0.1"
    - mlgovern gate --report gitlab=gl-code-quality.json --report junit=policy.xml
  artifacts:
    when: always
    reports: {codequality: gl-code-quality.json, junit: policy.xml}
"""
_AZURE = """\
trigger: none
pr: ["*"]
pool: {vmImage: ubuntu-latest}
steps:
  - checkout: self
    fetchDepth: 0
    persistCredentials: true
  - task: UsePythonVersion@0
    inputs: {versionSpec: "3.12"}
  - script: pip install "mlgovern~=0.1"
  - script: mlgovern gate --report junit=policy.xml
  - task: PublishTestResults@2
    condition: always()
    inputs: {testResultsFiles: policy.xml}
"""
_JENKINS = """\
pipeline {
  agent { docker { image 'python:3.12' } }
  stages {
    stage('policy') {
      steps {
        sh 'python -P -m venv --clear "$WORKSPACE_TMP/venv" && "$WORKSPACE_TMP/venv/bin/pip" install "mlgovern~=0.1"'
        sh '. "$WORKSPACE_TMP/venv/bin/activate" && mlgovern gate --report junit=policy.xml'
      }
    }
  }
  post { always { junit 'policy.xml' } }
}
"""
SERVICES = {
    "github": (".github/workflows/policy.yml", _GITHUB),
    "gitlab": (".gitlab-ci.yml", _GITLAB),
    "azure": ("azure-pipelines.yml", _AZURE),
    "jenkins": ("Jenkinsfile", _JENKINS),
}


def path_of(service: str) -> str:
    """The file of a service; UserError names those that there are."""
    if service not in SERVICES:
        raise UserError(f"--ci {service}: known are {', '.join(SERVICES)}")
    return SERVICES[service][0]


def step(service: str, before: bytes | None) -> Step:
    """What becomes of the file: one that exists is its owner's, and is left alone."""
    path, text = path_of(service), SERVICES[service][1]
    what = f"every change judged on {service}"
    if before is None or before == text.encode() or b"mlgovern gate" in before:
        return Step(path, what, before, text.encode() if before is None else before)
    return Step(
        path,
        what,
        before,
        before,
        ("it exists and is left alone; what judges a change is this:", *text.rstrip("\n").split("\n")),
    )
