"""The audit log: one JSON line for each decision, which says who, what and by which policy, and no content."""

import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from mlgovern.enforce.server.host import Host
from mlgovern.facts.snapshot import RefUpdate
from mlgovern.finding import Report
from mlgovern.record import NamedTuple

MOST_REFS = 50
MOST_TEXT = 200
WORDS = {0: "accepted", 1: "refused", 2: "stopped", 3: "not judged", 4: "broken"}


class Decision(NamedTuple):
    """What was decided about one push."""

    exit: int
    report: Report = Report("pre-receive")
    policy: str = ""
    why: str = ""  # where it is not for what was found
    commits: int = 0
    milliseconds: int = 0
    waivers: tuple[str, ...] = ()


def line(host: Host, pushed: tuple[RefUpdate, ...], made: Decision, now: float) -> str:
    """One line of the log."""
    from json import dumps

    grave = [finding for finding in made.report.findings if finding.waiver is None]
    refs = [{"ref": _text(one.ref), "old": one.old, "new": one.new} for one in pushed[:MOST_REFS]]
    said: Mapping[str, Any] = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
        "user": _text(host.user),
        "project": _text(host.project),
        "server": host.provider,
        "protocol": _text(host.protocol),
        "refs": refs,
        "refs_in_all": len(pushed),
        "commits": made.commits,
        "policy": _text(made.policy),
        "decision": WORDS.get(made.exit, "broken"),
        "exit": made.exit,
        "why": _text(made.why),
        "rules": dict(sorted(Counter(finding.rule for finding in grave).items())),
        "refused_by": sorted({finding.rule for finding in made.report.refusing}),
        "waivers": [_text(one) for one in made.waivers],
        "not_judged": sum(entry.expected for entry in made.report.not_judged),
        "left_to_the_gate": sum(not entry.expected for entry in made.report.not_judged),
        "milliseconds": made.milliseconds,
    }
    return dumps(said, separators=(",", ":")) + "\n"


def _text(text: str) -> str:
    """Text that JSON can hold whatever bytes it came from, and not too much of it."""
    return text.encode("utf-8", "backslashreplace").decode()[:MOST_TEXT]


def write(place: str, text: str) -> str:
    """Add a line to the log; what went wrong, or nothing."""
    if not place:
        return ""
    try:
        if place == "stderr":
            os.write(sys.stderr.fileno(), text.encode())
        elif place == "syslog":
            return _syslog(text)
        else:
            _append(place, text.encode())
    except OSError as error:
        return f"the audit log cannot be written: {error.strerror}"
    return ""


def _append(path: str, data: bytes) -> None:
    """In one write, so that pushes at the same time do not mix their lines."""
    if not os.path.isabs(path):
        raise OSError(0, "its path is not absolute")
    number = os.open(
        path,
        os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0),
        0o640,
    )
    try:
        os.write(number, data)
    finally:
        os.close(number)


def _syslog(text: str) -> str:
    try:
        import syslog
    except ImportError:
        return "there is no syslog on this system"
    syslog.openlog("mlgovern", 0, syslog.LOG_AUTH)
    syslog.syslog(syslog.LOG_NOTICE, text.rstrip("\n"))
    return ""
