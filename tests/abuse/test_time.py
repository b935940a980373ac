"""An exception that goes on for longer than it may (case 14)."""

import pytest

from tests.conftest import Sealed

POLICY = "schema: 1\nextends: [base]\nwaivers: {max_days: 60}\n"


def checked(repo: Sealed, created: str, until: str) -> tuple[int, str]:
    repo.stage("conf/.env", f"POSTGRES_PASSWORD={'Otter' + 'AfterLunch'}\n")
    repo.stage(".mlgovern.yaml", POLICY)
    text = "schema: 1\nwaivers:\n"
    for rule in ("env-secret", "tracked-env-file"):
        text += (
            f"- {{rule: {rule}, paths: [conf/.env], reason: demo, owner: ann, created: {created}, until: {until}}}\n"
        )
    repo.stage(".mlgovern/waivers.yaml", text)
    repo.commit()
    done = repo.mlgovern("check", "--only", "secrets")
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.mark.parametrize(
    ("dates", "today", "code"),
    (
        pytest.param(("2026-11-01", "2026-11-27"), "2026-11-27", 0, id="on its last day, which is one of UTC"),
        pytest.param(("2026-11-01", "2026-11-26"), "2026-11-27", 1, id="since yesterday"),
        pytest.param(("2028-01-01", "2028-02-29"), "2028-02-29", 0, id="on a day that few years have"),
        pytest.param(("2027-01-01", "2027-02-29"), "2027-02-01", 2, id="until a day that its year has not"),
        pytest.param(("2026-11-01", "9999-12-31"), "2026-11-27", 2, id="for ever"),
        pytest.param(
            ("9999-12-01", "9999-12-31"), "2026-11-27", 1, id="that has not begun, and would end with all days"
        ),
        pytest.param(("2026-11-01", "~"), "2026-11-27", 2, id="without an end"),
    ),
)
def test_go_on_with_an_exception(
    repo: Sealed, monkeypatch: pytest.MonkeyPatch, dates: tuple[str, str], today: str, code: int
) -> None:
    monkeypatch.setattr("mlgovern.enforce.check.today", lambda: today)
    got, said = checked(repo, *dates)
    assert got == code, said
    assert "our own bug" not in said
