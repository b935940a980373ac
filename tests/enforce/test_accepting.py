"""`mlgovern check --write-baseline` in real repositories: what it writes, says, keeps and refuses."""

import json

import pytest

from mlgovern import engine
from mlgovern.enforce.accepting import accept
from mlgovern.enforce.check import Request, check
from mlgovern.errors import UserError
from mlgovern.facts.snapshot import BASELINE
from tests.conftest import Sealed
from tests.facts.test_collect import opened

PASSWORD = "Otter7" + "AfterLunch"
TOKEN = "h" + "f_" + "bZvxbMXMEokbVQixpNbfYjODdKXyPeEdvL"
LINE = f'password = "{PASSWORD}"\n'
SALT, OTHER = "0123456789abcdef" * 2, "fedcba9876543210" * 2


@pytest.fixture
def here(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> Sealed:
    repo.stage(
        ".mlgovern.yaml", "schema: 1\nextends: [base]\nrules: {hardcoded-secret: error, branch-protected-commit: off}\n"
    )
    repo.stage("a.py", LINE)
    repo.stage("conf/.env", f"DB_PASSWORD={PASSWORD}\n")
    opened(repo, monkeypatch)
    return repo


def written(repo: Sealed) -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads((repo.top / BASELINE).read_text())["findings"]
    return entries


def test_the_story(here: Sealed) -> None:
    done = here.mlgovern("check", "--write-baseline")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().splitlines() == [
        f"wrote {BASELINE}: 3 accepted, 3 of them new, 0 dropped",
        f"then: git add {BASELINE}",
    ]
    assert [(entry["rule"], entry["path"], entry["key"]) for entry in written(here)] == [
        ("env-secret", "conf/.env", "DB_PASSWORD"),
        ("hardcoded-secret", "a.py", "password"),
        ("tracked-env-file", "conf/.env", ""),
    ]
    here.git("add", BASELINE)
    report = check(Request(only=("secrets",)))
    assert ({f.waiver for f in report.findings}, report.exit_code) == ({"baseline"}, 0)
    here.commit()
    here.stage("a.py", f'# moved\n{LINE.strip()}; token = "{TOKEN}"\n')
    refused = here.mlgovern("hook", "pre-commit")
    assert refused.returncode == 1
    assert b"1 problem: a.py: token holds a Hugging Face token" in refused.stderr
    assert b"waived: baseline" in refused.stderr


def test_the_same_again_changes_nothing(here: Sealed) -> None:
    accept(Request(), SALT)
    first = (here.top / BASELINE).read_bytes()
    assert f'"salt": "{SALT}"'.encode() in first
    assert accept(Request(), OTHER).lines == (f"{BASELINE} is up to date: 3 accepted",)
    assert (here.top / BASELINE).read_bytes() == first


def test_what_went_is_dropped_and_what_came_is_new(here: Sealed) -> None:
    accept(Request(), SALT)
    here.stage("a.py", 'token = "x"\n')
    here.stage("b.py", LINE)
    assert accept(Request(), OTHER).lines[0] == f"wrote {BASELINE}: 3 accepted, 1 of them new, 1 dropped"
    here.git("rm", "-qrf", "a.py", "b.py", "conf")
    assert accept(Request(), OTHER).lines[0] == f"wrote {BASELINE}: 0 accepted, 0 of them new, 3 dropped"
    assert written(here) == []


def test_what_cannot_be_judged_stays_accepted(here: Sealed) -> None:
    accept(Request(), SALT)
    small = "schema: 1\nextends: [base]\nrules: {hardcoded-secret: error}\nlimits: {max_file_bytes: 20}\n"
    here.stage(".mlgovern.yaml", small)
    said = accept(Request(), OTHER)
    assert said.code == 3
    assert said.lines[0] == f"{BASELINE} is up to date: 3 accepted"
    assert "not judged: a.py: larger than limits.max_file_bytes: 30 bytes" in said.lines


def test_nothing_to_accept(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.stage("a.py", "x = 1\n")
    opened(repo, monkeypatch)
    assert accept(Request(), SALT).lines == ("there is no secret to accept: no baseline is needed",)
    assert not (repo.top / BASELINE).exists()


def test_a_conflict_is_united(here: Sealed) -> None:
    accept(Request(), SALT)
    text = (here.top / BASELINE).read_text()
    here.stage(BASELINE, f"<<<<<<< ours\n{text}=======\n{text.replace(SALT, OTHER)}>>>>>>> theirs\n")
    done = here.mlgovern("check")
    assert (done.returncode, done.stderr.decode()) == (
        2,
        f"mlgovern: {BASELINE}:1:1: this is no line of a baseline; `mlgovern check --write-baseline` writes it anew\n",
    )
    accept(Request(), SALT)
    assert (here.top / BASELINE).read_text() == text


def test_two_salts_become_one(here: Sealed) -> None:
    accept(Request(), OTHER)
    both = (here.top / BASELINE).read_text().replace(f'"salt": "{OTHER}",', f'"salt": "{OTHER}",\n  "salt": "{SALT}",')
    here.stage(BASELINE, both)
    assert check(Request(only=("secrets",))).exit_code == 0
    accept(Request(), "0" * 32)
    assert f'"salt": "{SALT}"' in (here.top / BASELINE).read_text()


def test_it_looks_at_everything(here: Sealed) -> None:
    for request in (Request(paths=("a.py",)), Request(staged=True), Request(only=("secrets",)), Request(strict=True)):
        with pytest.raises(UserError, match="--write-baseline looks at everything tracked"):
            accept(request, SALT)


def test_a_rule_that_breaks_leaves_the_file_alone(here: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError(PASSWORD)

    accept(Request(), SALT)
    before = (here.top / BASELINE).read_bytes()
    here.stage("b.py", LINE)
    monkeypatch.setattr(engine, "_verdicts", broken)
    said = accept(Request(), SALT)
    assert said.code == 4
    assert said.lines[0] == "nothing was written: rule tracked-env-file broke: this is our bug"
    assert PASSWORD not in repr(said)
    assert (here.top / BASELINE).read_bytes() == before


def test_nothing_is_written_through_a_link(here: Sealed) -> None:
    (here.top / ".mlgovern").mkdir()
    (here.top / BASELINE).symlink_to("elsewhere")
    with pytest.raises(UserError, match="is a symbolic link; it is left alone"):
        accept(Request(), SALT)
