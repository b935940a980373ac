import os
from pathlib import Path

from mlgovern.policy.packs import Source, content, folder, names

FILES = {"base": b"x"}


def test_packs_lie_beside_the_package_in_a_wheel(tmp_path: Path) -> None:
    (tmp_path / "mlgovern" / "policies").mkdir(parents=True)
    assert folder(str(tmp_path / "mlgovern")) == str(tmp_path / "mlgovern" / "policies")


def test_packs_lie_at_the_root_of_a_checkout(tmp_path: Path) -> None:
    assert folder(str(tmp_path / "src" / "mlgovern")) == str(tmp_path / "policies")
    assert os.path.isdir(folder())


def test_names_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "strategies").mkdir()
    (tmp_path / "strategies" / "gitflow.yaml").write_bytes(b"g")
    (tmp_path / "base.yaml").write_bytes(b"b")
    assert names(str(tmp_path)) == ("base", "strategies/gitflow")
    assert names(str(tmp_path / "absent")) == ()
    packs = [
        content(Source(name, pack=True), FILES.get, str(tmp_path)) for name in ("base", "strategies/gitflow", "absent")
    ]
    assert packs == [b"b", b"g", None]
    assert content(Source("base"), FILES.get, str(tmp_path)) == b"x"


def test_a_name_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "packs").mkdir()
    (tmp_path / "secret.yaml").write_bytes(b"s")
    for name in ("../secret", "..", "", "/secret", "a//b", "Base", "é", "a\0b", str(tmp_path / "secret")):
        assert content(Source(name, pack=True), FILES.get, str(tmp_path / "packs")) is None
