"""A plugin is asked in a process of its own: only that can be ended, whatever it does, and its exit is not ours.

A thread would do for a rule that waits, but not for one that holds the interpreter or calls `os._exit(0)`.
"""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from tempfile import gettempdir
from threading import Thread
from typing import IO

from mlgovern.record import NamedTuple

SECONDS: float = 10  # for one answer
MOST_BYTES = 10_000_000  # of an answer
_PASSED_ON = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL")
# Isolated: neither the directory that it is started in nor PYTHON* variables decide what is imported.
_CODE = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from mlgovern.plugins.answering import main; main()"


class Answer(NamedTuple):
    """What came back; `late`: within how many seconds it did not."""

    data: bytes
    printed: bytes
    code: int
    late: float = 0


def places() -> list[str]:
    """Where distributions are looked for: where this program's own are, never where it was started or what it judges."""
    started = [] if sys.flags.safe_path else sys.path[:1]
    found = [os.path.abspath(entry) for entry in sys.path if entry and entry not in started]
    ours = (*map(os.path.abspath, (sys.prefix, sys.base_prefix)),)
    found = [place for place in found if not _within(place, (os.getcwd(),)) or _within(place, ours)]
    return [*found, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))]


def _within(place: str, folders: tuple[str, ...]) -> bool:
    return any(f"{place}{os.sep}".startswith(f"{folder}{os.sep}") for folder in folders)


def ask(request: bytes) -> Answer:
    """Start, tell, listen, and end whatever was started."""
    command = [sys.executable, "-I", "-W", "ignore", "-c", _CODE, json.dumps(places())]
    environment = {key: os.environ[key] for key in _PASSED_ON if key in os.environ} | {"PYTHONHASHSEED": "0"}
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=gettempdir(), env=environment, start_new_session=True
    )
    heard: dict[str, bytes] = {}
    streams = {"data": process.stdout, "printed": process.stderr}
    threads = [Thread(target=_hear, args=(name, stream, heard), daemon=True) for name, stream in streams.items()]
    threads.append(Thread(target=_tell, args=(process.stdin, request), daemon=True))
    for thread in threads:
        thread.start()
    late: float = 0
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        late = SECONDS
    finally:
        _end(process)
    for thread in threads:
        thread.join(1)  # longer only where something that it started outlives it, and holds a pipe
    return Answer(heard.get("data", b""), heard.get("printed", b""), process.wait(), late)


def _hear(name: str, stream: IO[bytes], heard: dict[str, bytes]) -> None:
    """What comes, up to a bound; whoever says more finds nobody listening."""
    with suppress(OSError, ValueError):
        heard[name] = stream.read(MOST_BYTES + 1)
        stream.close()


def _tell(stream: IO[bytes], request: bytes) -> None:
    with suppress(OSError, ValueError):
        stream.write(request)
        stream.close()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """It, and on POSIX whatever it started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
