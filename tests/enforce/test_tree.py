"""Everything tracked: the same report in one piece and in many, by one process and by two."""

import os
from random import Random

import pytest

from mlgovern import engine
from mlgovern.enforce import tree
from mlgovern.facts import collect
from mlgovern.facts.git import Git
from mlgovern.finding import Report
from mlgovern.policy.cache import effective
from tests.conftest import Sealed
from tests.rules.secrets.histories import notebooks, texts

POLICY = effective({".mlgovern.yaml": b"schema: 1\nextends: [strict]\n"}.get, None)
SILENCED = "mlgovern" + ": ignore hardcoded-secret"  # here it hides nothing
TWO = len(os.sched_getaffinity(0)) > 1 if hasattr(os, "sched_getaffinity") else False


@pytest.fixture
def full(repo: Sealed) -> Sealed:
    """A repository with many findings, some of them hidden."""
    random = Random(7)
    for number in range(80):
        path, data = (notebooks if number % 5 == 0 else texts)(random)[-1]
        (repo.top / f"d{number:02}/{path}").parent.mkdir(parents=True, exist_ok=True)
        (repo.top / f"d{number:02}/{path}").write_bytes(data)
    password = "Otter7" + "AfterLunch"
    repo.write("hidden.py", f'password = "{password}"  # {SILENCED} it is made up\n')
    repo.write("idle.py", f"x = 1  # {SILENCED} nothing is here\n")
    repo.write("data.csv", "a,b\n" * 1000)
    repo.git("add", "-A", "-f")
    repo.commit()
    return repo


def judged(repo: Sealed, only: tuple[str, ...] = ()) -> Report:
    with Git(str(repo.top), str(repo.top / ".git"), str(repo.top / ".git"), repo.environment) as git:
        wants = engine.wants(POLICY, ("audit",), only)
        facts, _ = collect.everything(git, wants, ("audit",))
        return tree.judge(git, POLICY, facts, tree.Terms(wants, only, "2026-11-27"))


@pytest.mark.parametrize("only", [(), ("secrets",), ("structure", "data")])
@pytest.mark.parametrize("size", [1, 20_000, 10_000_000])
def test_much_is_judged_like_little(
    full: Sealed, monkeypatch: pytest.MonkeyPatch, only: tuple[str, ...], size: int
) -> None:
    at_once = judged(full, only)
    monkeypatch.setattr(tree, "_MUCH", 0)
    monkeypatch.setattr(tree, "_PIECE", size)
    assert judged(full, only) == at_once
    assert only == ("structure", "data") or len(at_once.findings) > 50
    assert only == ("structure", "data") or any(finding.waiver for finding in at_once.findings)


@pytest.mark.skipif(not TWO, reason="there is one processor, or nobody tells")
def test_two_processes_share_it(full: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "_MUCH", 0)
    monkeypatch.setattr(tree, "_PIECE", 1000)
    here = os.getpid()
    judge, seen = engine.piece, []

    def piece(*told: object) -> engine.Piece:
        found: engine.Piece = judge(*told)  # type: ignore[arg-type]  # handed on as they come
        seen.append(os.getpid())
        return found._replace(stages=(str(os.getpid()),))

    pieces: list[engine.Piece] = []
    assembled = engine.assembled

    def watched(every: tuple[engine.Piece, ...], *rest: object) -> object:
        pieces.extend(every)
        return assembled((one._replace(stages=("audit",)) for one in every), *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "piece", piece)
    monkeypatch.setattr(engine, "assembled", watched)
    judged(full)
    assert len({one.stages for one in pieces}) == 2
    assert 0 < seen.count(here) < len(pieces)


def test_a_rule_that_breaks_is_named_once(full: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlgovern.rules.secrets import scan

    def broken(_subject: object, _text: str) -> None:
        raise ValueError("no")

    monkeypatch.setattr(scan, "in_cells", broken)
    monkeypatch.setattr(tree, "_MUCH", 0)
    monkeypatch.setattr(tree, "_PIECE", 1000)
    report = judged(full, ("secrets",))
    assert report.exit_code == 4
    assert len({crash.rule for crash in report.crashes}) == len(report.crashes) > 0


def test_a_whole_check_of_much(full: Sealed) -> None:
    full.stage("much.txt", "x" * 79 + "\n" + ("nothing to see here, and much of it\n" * 200_000))
    full.commit()
    done = full.mlgovern("check", "--only", "secrets")
    assert done.returncode == 1
    assert b"much.txt" not in done.stdout
    assert b" 1 waived; 84 files judged." in done.stdout
