"""Build `mlgovern.pyz`: the program in one file for hosts without pip, which any Python from 3.11 on runs.

    python release/pyz.py [FILE]

It holds this package, its packs and PyYAML in pure Python. What was compiled by the Python that builds it lies beside the sources: the
same version of Python starts from that, any other from the sources, later.
"""

import importlib.util
import py_compile
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAIN = """\
import sys

if sys.version_info < (3, 11):
    sys.exit("mlgovern needs Python 3.11 or later, this is " + sys.version.split()[0])
from mlgovern.__main__ import main

sys.exit(main())
"""
DATE = (1980, 1, 1, 0, 0, 0)  # the same sources make the same bytes


def main(target: Path) -> int:
    """Write the archive; its size in bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, target.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w") as archive:
            for name, source in sorted(files()):
                _add(archive, name, source.read_bytes())
                if name.endswith(".py"):
                    _add(archive, f"{name}c", _compiled(source, name, Path(folder)))
            _add(archive, "__main__.py", MAIN.encode())
    target.chmod(0o755)
    return target.stat().st_size


def files() -> Iterator[tuple[str, Path]]:
    """What goes in, by its name in the archive."""
    for source in (ROOT / "src" / "mlgovern").rglob("*.py"):
        yield source.relative_to(ROOT / "src").as_posix(), source
    for source in (ROOT / "policies").rglob("*.yaml"):
        yield f"mlgovern/{source.relative_to(ROOT).as_posix()}", source
    yield "mlgovern/hooks/pre-receive", ROOT / "hooks" / "pre-receive"
    yield "LICENSE", ROOT / "LICENSE"
    found = importlib.util.find_spec("yaml")
    if found is None or found.origin is None:
        sys.exit("PyYAML is not installed here: `make pyz` brings it")
    for source in Path(found.origin).parent.glob("*.py"):
        yield f"yaml/{source.name}", source


def _compiled(source: Path, name: str, folder: Path) -> bytes:
    """Bytecode that no time stamp makes stale: the archive is never half new."""
    made = folder / "module.pyc"
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    py_compile.compile(str(source), str(made), dfile=name, doraise=True, invalidation_mode=mode)
    return made.read_bytes()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, DATE)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data, zipfile.ZIP_STORED)  # to unpack takes longer than to read


if __name__ == "__main__":
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "dist/mlgovern.pyz")
    sys.stdout.write(f"{path}: {main(path):,} bytes\n")
