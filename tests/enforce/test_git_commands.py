"""Every way in which git makes a commit, with our hooks in place: what is judged, what is exempt, what stays as it was."""

import sys
from pathlib import Path

import pytest

from tests.conftest import Sealed
from tests.enforce.test_hooks import commit, hooked  # noqa: F401 - a fixture

pytestmark = pytest.mark.slow  # each makes a dozen commits through hooks


@pytest.fixture
def forked(hooked: Sealed) -> Sealed:  # noqa: F811 - the fixture
    """feat/work and feat/side have changed the same line."""
    hooked.stage("a.txt", "0\n")
    hooked.commit("feat: add a")
    hooked.git("switch", "-qc", "feat/side")
    hooked.stage("a.txt", "side\n")
    hooked.commit("feat: change a aside")
    hooked.git("switch", "-q", "feat/work")
    hooked.stage("a.txt", "work\n")
    hooked.commit("feat: change a here")
    return hooked


def subjects(repo: Sealed, number: int = 1) -> list[str]:
    return repo.git("log", "--format=%s", f"-{number}").splitlines()


def writes(tmp_path: Path, message: str) -> str:
    """An editor that replaces what it is given."""
    script = tmp_path / "writes.py"
    script.write_text(f"import sys\nopen(sys.argv[1], 'w').write({message!r})\n")
    return f'"{sys.executable}" "{script}"'


def test_a_merge_with_a_conflict(forked: Sealed) -> None:
    assert forked.run("git", "merge", "feat/side").returncode == 1
    forked.stage("a.txt", "both\n")
    assert commit(forked, "-q", "--no-edit") == (0, "")
    assert subjects(forked) == ["Merge branch 'feat/side' into feat/work"]


def test_a_squashed_merge_is_a_commit_like_any_other(forked: Sealed) -> None:
    forked.run("git", "merge", "--squash", "feat/side")
    forked.stage("a.txt", "both\n")
    code, out = commit(forked, "--no-edit")
    assert (code, "Squashed commit of the following:" in out) == (1, True)
    assert commit(forked, "-q", "-m", "feat: join both ways") == (0, "")


def test_a_cherry_pick_with_a_conflict(forked: Sealed) -> None:
    assert forked.run("git", "cherry-pick", "feat/side").returncode == 1
    forked.stage("a.txt", "both\n")
    forked.git("cherry-pick", "--continue", GIT_EDITOR=":")
    assert subjects(forked) == ["feat: change a aside"]


def test_a_cherry_pick_of_what_would_be_refused(forked: Sealed) -> None:
    forked.git("switch", "-q", "feat/side")
    forked.stage("a.txt", "side again\n")
    forked.commit("Changed a.")
    forked.git("switch", "-q", "feat/work")
    assert forked.run("git", "cherry-pick", "feat/side").returncode == 1
    forked.stage("a.txt", "both\n")
    done = forked.run("git", "cherry-pick", "--continue", GIT_EDITOR=":")
    assert (done.returncode, b"mlgovern: commit refused" in done.stderr) == (1, True)
    assert (forked.top / ".git/CHERRY_PICK_HEAD").exists()
    assert commit(forked, "-q", "-m", "feat: change a again") == (0, "")


def test_a_revert_with_a_conflict(forked: Sealed) -> None:
    forked.stage("a.txt", "later\n")
    forked.commit("feat: change a later")
    assert forked.run("git", "revert", "HEAD~1").returncode == 1
    forked.stage("a.txt", "0\n")
    forked.git("revert", "--continue", GIT_EDITOR=":")
    assert subjects(forked) == ['Revert "feat: change a here"']


def test_a_revert_by_its_text_alone_is_none(forked: Sealed) -> None:
    forked.stage("b.txt", "b\n")
    message = 'Revert "junk"\n\nThis reverts commit {}.'
    assert commit(forked, "-m", message.format("d" * 40))[0] == 1
    assert commit(forked, "-q", "-m", message.format(forked.git("rev-parse", "HEAD"))) == (0, "")


def test_a_fixup_is_folded_in_before_it_is_judged(forked: Sealed) -> None:
    base = forked.git("rev-parse", "HEAD~1")
    forked.stage("a.txt", "mended\n")
    assert commit(forked, "-q", "--fixup", "HEAD") == (0, "")
    refused = forked.mlgovern("check", "--range", f"{base}..HEAD", "--only", "commits")
    assert (refused.returncode, b"commit-autosquash" in refused.stdout) == (1, True)
    forked.git("rebase", "-q", "-i", "--autosquash", base, GIT_SEQUENCE_EDITOR=":")
    assert subjects(forked, 2) == ["feat: change a here", "feat: add a"]
    assert forked.mlgovern("check", "--range", f"{base}..HEAD", "--only", "commits").returncode == 0


@pytest.mark.parametrize(("message", "code"), (("Squashed things.", 1), ("feat: squash both", 0)))
def test_a_squash_in_a_rebase_goes_past_the_hooks_and_is_judged_in_a_range(
    forked: Sealed, tmp_path: Path, message: str, code: int
) -> None:
    """git passes --no-verify to itself there."""
    forked.stage("b.txt", "b\n")
    forked.commit("feat: add b")
    todo = f"\"{sys.executable}\" -c \"import sys; p = sys.argv[1]; t = open(p).read(); i = t.index('pick', 1); open(p, 'w').write(t[:i] + t[i:].replace('pick', 'squash', 1))\""
    forked.git("rebase", "-i", "HEAD~2", GIT_SEQUENCE_EDITOR=todo, GIT_EDITOR=writes(tmp_path, message))
    assert subjects(forked, 2) == [message, "feat: add a"]
    assert forked.mlgovern("check", "--range", "HEAD~1..HEAD", "--only", "commits").returncode == code


def test_amend_with_an_editor(forked: Sealed, tmp_path: Path) -> None:
    assert commit(forked, "--amend", GIT_EDITOR=writes(tmp_path, "junk"))[0] == 1
    assert commit(forked, "-q", "--amend", GIT_EDITOR=writes(tmp_path, "feat: amend\n")) == (0, "")
    assert subjects(forked) == ["feat: amend"]


@pytest.fixture
def dated(forked: Sealed) -> Sealed:
    """With clocks that go, as everywhere else: an amended commit keeps its author's date."""
    clockless = {key: value for key, value in forked.environment.items() if not key.endswith("_DATE")}
    return Sealed(forked.top, clockless)


def test_an_amended_merge_is_a_merge(dated: Sealed) -> None:
    dated.run("git", "merge", "feat/side")
    dated.stage("a.txt", "both\n")
    assert commit(dated, "-q", "--no-edit") == (0, "")
    dated.stage("b.txt", "b\n")
    assert commit(dated, "-q", "--amend", "--no-edit") == (0, "")
    date = dated.git("log", "-1", "--format=%aI")
    assert commit(dated, "--allow-empty", "-m", "Merge my junk", "--date", date)[0] == 1
    assert commit(dated, "--allow-empty", "-m", "Merge branch 'feat/side'", "--date", "2020-01-01")[0] == 1
    assert len(dated.git("log", "-1", "--format=%P").split()) == 2


def test_an_amended_first_commit_is_a_first_commit(dated: Sealed) -> None:
    dated.git("switch", "-q", "--orphan", "feat/new")
    dated.stage("a.txt", "a\n")
    assert commit(dated, "-q", "-m", "Initial commit") == (0, "")
    assert commit(dated, "-q", "--amend", "--no-edit") == (0, "")
    assert commit(dated, "--allow-empty", "-m", "Initial commit", "--date", "2020-01-01")[0] == 1


def test_an_amended_commit_is_not_taken_for_what_is_added_to_it(dated: Sealed) -> None:
    rules = "rules: {commit-scope-mismatch: {severity: error, settings: {folders: ['parts/*']}}}"
    dated.stage(".mlgovern.yaml", f"schema: 1\nextends: [base]\n{rules}\n")
    dated.stage("parts/io/a", "a\n")
    assert commit(dated, "-q", "-m", "feat(io): add io") == (0, "")
    dated.stage("parts/web/b", "b\n")
    assert commit(dated, "-q", "--amend", "-m", "feat(io,web): add both") == (0, "")


def test_a_message_in_another_encoding(forked: Sealed) -> None:
    forked.git("config", "i18n.commitEncoding", "ISO-8859-1")
    forked.stage("b.txt", "b\n")
    message = "fix: handle caf\xe9\n".encode("latin-1")
    assert forked.run("git", "commit", "-q", "-F", "-", stdin=message).stderr == b""
    base = forked.git("rev-parse", "HEAD~1")
    assert forked.mlgovern("check", "--range", f"{base}..HEAD", "--only", "commits").returncode == 0
    refused = forked.run("git", "commit", "-q", "--allow-empty", "-F", "-", stdin="caf\xe9".encode("latin-1"))
    assert (refused.returncode, '"café" is not'.encode() in refused.stderr) == (1, True)
