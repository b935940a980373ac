"""Everything tracked: the same report in one piece and in many, by one process and by two."""

import os
from random import Random

import pytest

from mlgovern import engine
from mlgovern.enforce import tree
from mlgovern.facts import collect
from mlgovern.facts.batches import cut, weighed
from mlgovern.facts.git import Git
from mlgovern.finding import Report
from mlgovern.policy.cache import effective
from mlgovern.policy.model import Policy
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


def judged(repo: Sealed, only: tuple[str, ...] = (), *paths: str, policy: Policy = POLICY) -> Report:
    with Git(str(repo.top), str(repo.top / ".git"), str(repo.top / ".git"), repo.environment) as git:
        wants = engine.wants(POLICY, ("audit",), only)
        facts, _ = collect.everything(git, wants, ("audit",), paths)
        return tree.judge(git, policy, facts, tree.Terms(wants, only, "2026-11-27"))


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


def in_pieces(repo: Sealed, monkeypatch: pytest.MonkeyPatch, *paths: str) -> tuple[Report, Report]:
    """What is told at once, and in pieces of one file each."""
    at_once = judged(repo, (), *paths)
    monkeypatch.setattr(tree, "_MUCH", 0)
    monkeypatch.setattr(tree, "_PIECE", 1)
    return at_once, judged(repo, (), *paths)


def test_a_reason_that_repeats_a_secret_is_withheld(repo: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, other = "tR7vQ2mZk9" + "Lp4Xw8Bn3", "gH5yK8sDf2" + "Ja6Vc1Ne9"
    text = f"""services:
  db:
    environment:
      POSTGRES_PASSWORD: "{secret}"
      OTHER_PASSWORD: "{other}"  # {SILENCED} uses {secret} too
"""
    repo.stage("docker-compose.yml", text)
    repo.commit()
    at_once, pieces = in_pieces(repo, monkeypatch)
    assert pieces == at_once
    assert "inline: its reason repeats what it hides" in {finding.waiver for finding in at_once.findings}
    assert secret not in repr(pieces)


@pytest.mark.parametrize("paths", [(), ("a", "b.dvc"), ("a",)])
def test_a_rule_that_looks_at_other_files_is_told_of_all(
    repo: Sealed, monkeypatch: pytest.MonkeyPatch, paths: tuple[str, ...]
) -> None:
    pointer = "outs:\n- md5: {0}\n  path: {1}\n"
    repo.stage("z.dvc", pointer.format("0" * 32, "a/f0.txt"))
    repo.stage("b.dvc", pointer.format("1" * 32, "b"))
    repo.stage(".dvc/config", "[core]\n")
    for number in range(4):
        repo.stage(f"a/f{number}.txt", f"{number}\n" * 100)
    repo.commit()
    at_once, pieces = in_pieces(repo, monkeypatch, *paths)
    assert pieces == at_once
    kept = [finding.place.path for finding in at_once.findings if finding.rule == "dvc-inconsistent"]
    assert ("z.dvc" in kept) is (paths != ("a",))


def test_a_baseline_counts_in_each_piece(full: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    assert full.mlgovern("check", "--write-baseline").returncode in {0, 3}
    full.git("add", "-A", "-f")
    full.commit()
    (full.top / "hidden.py").write_text("x = 1\n")
    full.git("add", "-A", "-f")
    full.commit()
    at_once, pieces = in_pieces(full, monkeypatch)
    assert pieces == at_once
    assert len([finding for finding in at_once.findings if finding.waiver == "baseline"]) > 20


def test_copies_are_no_pieces_of_their_own(repo: Sealed) -> None:
    for number in range(10):
        repo.stage(f"{number}.txt", "the same\n" * 100)
    repo.stage("other.txt", "another\n" * 100)
    repo.commit()
    with Git(str(repo.top), str(repo.top / ".git"), str(repo.top / ".git"), repo.environment) as git:
        wants = engine.wants(POLICY, ("audit",), ())
        facts, _ = collect.everything(git, wants, ("audit",))
        assert [len(files) for files in cut(weighed(git, wants, facts), 1000)] == [10, 1]


def test_plugins_see_as_many_files_at_once_as_there_is_room_for(full: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = judged(full)
    monkeypatch.setattr(tree, "_MUCH", 0)
    monkeypatch.setattr(tree, "cut", lambda _sized, size: pytest.fail(f"it is cut at {size}"))
    assert judged(full, policy=POLICY._replace(plugins=("acme-rules==1.0",))) == at_once
