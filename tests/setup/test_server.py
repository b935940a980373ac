import subprocess
from pathlib import Path

from mlgovern.setup.server import PLACES, SCRIPT, places, script
from tests.conftest import Sealed

SHIPPED = Path(__file__).parents[2] / "hooks" / "pre-receive"


def test_the_shipped_hook_is_the_script_with_places_to_edit() -> None:
    assert SHIPPED.stat().st_mode & 0o111
    told = SCRIPT.format(marker="# mlgovern 1", python="/usr/bin/python3", program="/opt/mlgovern/mlgovern.pyz")
    assert SHIPPED.read_text() == told
    subprocess.run(["sh", "-n"], input=script().encode(), check=True)


def test_without_its_program_the_hook_refuses(repo: Sealed) -> None:
    hook = repo.write("hook", SHIPPED.read_text().replace("/opt/", "/nowhere/"))
    done = repo.run("sh", str(hook))
    assert (done.returncode, done.stderr) == (1, b"GL-HOOK-ERR: REFUSED: mlgovern is missing on this server\n")


def test_every_kind_of_server_has_a_place_and_update_is_none(repo: Sealed) -> None:
    done = repo.mlgovern("install", "--server")
    assert done.returncode == 0
    assert done.stdout.decode() == "".join(f"{line}\n" for line in places())
    for kind, place, _ in PLACES:
        assert kind.encode() in done.stdout
        assert "update" not in place
    assert b"MLGOVERN_SKIP_USERS" in done.stdout
