"""How a secret leaves Git again: commands that work when they are pasted, or words."""

import pytest

from mlgovern.rules.secrets import RULES
from tests.factories import a_commit, a_file, a_snapshot, judged, rule_of

PW = "Otter" + "AfterLunch"
TRACKED = rule_of(RULES, "tracked-env-file")


@pytest.mark.parametrize(
    ("path", "mend"),
    [
        ("a b/.env", r"git rm --cached 'a b/.env' && printf '\n%s\n' '/a b/.env' >> .gitignore"),
        ("-x.env", r"git rm --cached ./-x.env && printf '\n%s\n' /-x.env >> .gitignore"),
        ("[a]*.env", r"git rm --cached '[a]*.env' && printf '\n%s\n' '/\[a]\*.env' >> .gitignore"),
        ("$(x).env", r"git rm --cached '$(x).env' && printf '\n%s\n' '/$(x).env' >> .gitignore"),
    ],
)
def test_paths_are_quoted(path: str, mend: str) -> None:
    assert [finding.mend for finding in judged(TRACKED, a_snapshot({path: "A=1"}))] == [mend]


def test_what_is_ignored_already_is_not_ignored_twice() -> None:
    snapshot = a_snapshot({"conf/.env": "A=1"}, {".gitignore": ".env\n"})
    (finding,) = judged(TRACKED, snapshot)
    assert finding.mend == "git rm --cached conf/.env"


@pytest.mark.parametrize(
    ("rule", "path", "data", "parents", "mend"),
    [
        ("tracked-env-file", ".env", b"A=1", ("1" * 40,), "take the file out of the commit with git rebase -i 22222222~"),
        ("env-secret", ".env", f"DB_PASSWORD={PW}".encode(), ("1" * 40,), "rotate the secret; then take the file out of the commit with git rebase -i 22222222~"),
        ("private-key", "a.p12", b"0\x82\x0a\x00", (), "replace the key; then take the file out of the commit with git rebase -i --root"),
    ],
    ids=["environment file", "secret", "store of keys, in a first commit"],
)  # fmt: skip
def test_what_a_commit_brought_is_mended_by_rewriting_it(
    rule: str, path: str, data: bytes, parents: tuple[str, ...], mend: str
) -> None:
    file = a_file(path, data, commit="2" * 40)
    commits = (a_commit("feat: x", id="2" * 40, parents=parents),)
    snapshot = a_snapshot(commits=commits)._replace(files=(file,), contents={file.blob: data})
    assert [finding.mend for finding in judged(rule_of(RULES, rule), snapshot)] == [mend]
