"""The labelled cases: what the real tools say of one project after one change each."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mlgovern.rules.lockfiles import pdm, pipenv, poetry, requirements, uv
from mlgovern.rules.lockfiles.verdict import Fresh, Verdict

ROOT = Path(__file__).parents[3]
CORPUS = ROOT.parent / "shared" / "corpus" / "locks"
CASES = sorted(path.parent.relative_to(CORPUS).as_posix() for path in CORPUS.glob("*/*/expected.json"))
PLAIN: dict[str, Callable[[bytes | None, bytes | None], Verdict]] = {
    "uv": uv.judge,
    "poetry": poetry.judge,
    "poetry-legacy": poetry.judge,
    "pdm": pdm.judge,
    "pipenv": pipenv.judge,
}


@pytest.mark.parametrize("case", CASES or [pytest.param("", marks=pytest.mark.skip(reason="the corpus is not here"))])
def test_verdicts_are_those_of_the_tools(case: str) -> None:
    folder = CORPUS / case
    expected = json.loads((folder / "expected.json").read_bytes())
    contents = {name: (folder / name).read_bytes() for name in (expected["manifest"], expected["lock"])}
    plain = PLAIN.get(expected["tool"])
    if plain is None:
        said = requirements.judge(expected["lock"], contents.get)
    else:
        said = plain(contents[expected["manifest"]], contents[expected["lock"]])
    assert type(said).__name__.lower() in expected["accept"], said


def test_our_own_lock_is_fresh() -> None:
    manifest, lock = ROOT / "pyproject.toml", ROOT / "uv.lock"
    if not lock.exists():
        pytest.skip("no lock here")
    assert uv.judge(manifest.read_bytes(), lock.read_bytes()) == Fresh()
