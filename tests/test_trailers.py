"""Trailers, compared with git's own reading of the same messages."""

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlgovern.facts.snapshot import Person
from mlgovern.trailers import Trailer, trailers_of

SHA = "a" * 40
SIGNED = "Signed-off-by: Ann Author <ann@acme.example>"

BLOCKS = {
    "all trailers": f"feat: x\n\n{SIGNED}\nRefs: 1\n",
    "no blank after the colon": "feat: x\n\nRefs:1\n",
    "blank before the colon": "feat: x\n\nRefs : 1\n",
    "prose": "feat: x\n\nNote: this\nis prose\n",
    "prose and git's own": f"feat: x\n\nprose\nprose\nprose\n{SIGNED}\n",
    "too much prose": f"feat: x\n\nprose\nprose\nprose\nprose\n{SIGNED}\n",
    "cherry-picked": f"feat: x\n\nprose\n(cherry picked from commit {SHA})\nRefs: 1\n",
    "cherry-picked alone": f"feat: x\n\n(cherry picked from commit {SHA})\n",
    "folded": "feat: x\n\nRefs: 1\n  and 2\nAcked-by: Ann\n",
    "the subject alone": "Refs: 1\n",
    "under the subject": "feat: x\nRefs: 1\n",
    "not last": "feat: x\n\nRefs: 1\n\nprose\n",
    "indented first": "feat: x\n\n Refs: 1\n",
    "blank lines at the end": "feat: x\n\nRefs: 1\n\n\n",
    "comments that were kept": f"feat: x\n\n# why\n{SIGNED}\n\n# Conflicts:\n#\ta\n",
    "a value on the next line": "feat: x\n\nRefs:\n 1\n",
    "too much folded prose": f"feat: x\n\nprose\n prose\n prose\n prose\n{SIGNED}\n",
}


@pytest.mark.parametrize("name", BLOCKS)
def test_the_same_trailers_as_git(name: str) -> None:
    git = shutil.which("git")
    assert git is not None
    command = [git, "interpret-trailers", "--parse"]
    done = subprocess.run(command, input=BLOCKS[name].encode(), capture_output=True, check=True)
    theirs = [line.partition(":")[::2] for line in done.stdout.decode().splitlines() if not line.startswith("(")]
    ours = trailers_of(BLOCKS[name])
    assert [(entry.token, entry.value) for entry in ours] == [(token, value.strip()) for token, value in theirs]


@given(
    st.lists(
        st.sampled_from(
            ["", " ", "\r", "x", "Refs: 1", " folded", SIGNED, "Refs:", "\udcff: 1", "(cherry picked from commit "]
        )
    )
)
def test_total(lines: list[str]) -> None:
    read = trailers_of("\n".join(lines))
    assert all(entry.token and lines[entry.line].startswith(entry.token) for entry in read)


@pytest.mark.parametrize(
    ("value", "person"),
    (
        pytest.param("Ann Author <ann@acme.example>", Person("Ann Author", "ann@acme.example"), id="as git writes it"),
        pytest.param("  Ann  < ann@acme.example >  # ours", Person("Ann", "ann@acme.example"), id="blanks, and more"),
        pytest.param("<ann@acme.example>", Person("", "ann@acme.example"), id="no name"),
        pytest.param("Ann <>", Person("Ann", ""), id="an empty address"),
        pytest.param("Ann <ann@acme.example", None, id="no end"),
        pytest.param("ann@acme.example", None, id="no angle brackets"),
        pytest.param("", None, id="nothing"),
    ),
)
def test_person(value: str, person: Person | None) -> None:
    assert Trailer("Signed-off-by", value, 0, 0, 0).person == person
