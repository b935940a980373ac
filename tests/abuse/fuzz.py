"""`python -m tests.abuse.fuzz GROUP SECONDS`: atheris over some parsers, guided by what their code does with the bytes."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

GROUPS = 3


def main(group: int, seconds: int) -> None:
    """The first byte says which parser of the group is meant. It ends the process, not 0 where one broke or stalled."""
    import atheris

    with atheris.instrument_imports(include=["mlgovern"]):
        from tests.abuse.targets import TARGETS

    chosen = list(TARGETS.values())[group::GROUPS]

    def feed(data: bytes) -> None:
        if data:
            chosen[data[0] % len(chosen)].feed(data[1:])

    with TemporaryDirectory() as corpus:
        for number, target in enumerate(chosen):
            Path(corpus, str(number)).write_bytes(bytes([number]) + target.sample.encode())
        limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=1500", "-max_len=8192"]
        atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/", corpus], feed)
        atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
