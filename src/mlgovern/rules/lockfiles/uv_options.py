"""The settings that uv records in a lock's `[options]`."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from mlgovern.rules.lockfiles.pep508 import normal
from mlgovern.rules.lockfiles.places import key_line
from mlgovern.rules.lockfiles.verdict import Document, Reason, Unknown, string, table, tables
from mlgovern.rx import rx

_CHOICES = (
    ("resolution", "resolution-mode", "highest"),
    ("prerelease", "prerelease-mode", "if-necessary-or-explicit"),
    ("fork-strategy", "fork-strategy", "requires-python"),
)
_WORDS = rx(r"(\d{1,6})\s*(h(?:ou)?rs?|hours?|h|d|days?|w|wks?|weeks?)(?:\s+ago)?", re.ASCII | re.IGNORECASE)
_ISO = rx(r"-?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?)?", re.ASCII | re.IGNORECASE)
_DAY_WEST, _DAY_EAST = timedelta(hours=14), timedelta(hours=14)  # a bare date ends when it does where the lock was made


def options(project: Document, locked: Document, settings: Mapping[str, Any]) -> Iterator[Reason | Unknown]:
    """What differs between the settings and what the lock was made with."""
    held = table(locked.values, "options")
    for key, held_key, default in _CHOICES:
        wanted, made = settings.get(key, default), held.get(held_key, default)
        if wanted != made:
            yield Reason(f"uv.lock was made with {key} {made}, now it is {wanted}", key_line(project.text, key))
    yield from _exclude_newer(project, settings.get("exclude-newer"), held)
    yield from _by_package(project, table(settings, "exclude-newer-package"), table(held, "exclude-newer-package"))


def _by_package(project: Document, wanted: Mapping[str, Any], made: Mapping[str, Any]) -> Iterator[Reason | Unknown]:
    line = key_line(project.text, "exclude-newer-package")
    left, right = ({normal(name): value for name, value in each.items()} for each in (wanted, made))
    for name in sorted({*left, *right}):
        if name not in left or name not in right:
            there, gone = ("pyproject.toml", "uv.lock") if name in left else ("uv.lock", "pyproject.toml")
            yield Reason(f"exclude-newer-package has {name} in {there} but not in {gone}", line)
        elif left[name] is False or right[name] is False:
            if left[name] is not right[name]:
                yield Reason(f"uv.lock was made with another exclude-newer-package of {name}", line)
        else:
            span = right[name] if isinstance(right[name], dict) else {"timestamp": right[name]}
            held = {"exclude-newer": span.get("timestamp"), "exclude-newer-span": span.get("span", "")}
            yield from _exclude_newer(project, left[name], held)


def _exclude_newer(project: Document, wanted: object, held: Mapping[str, Any]) -> Iterator[Reason | Unknown]:
    made, span = held.get("exclude-newer"), string(held, "exclude-newer-span")
    line = key_line(project.text, "exclude-newer")
    hours = span_hours(wanted) if isinstance(wanted, str) else None
    if wanted is None and made is None and not span:
        return
    if wanted is None:
        yield Reason("uv.lock was made with exclude-newer, pyproject.toml has none")
    elif hours is not None or span:
        if hours is None or hours != span_hours(span):
            yield Reason(f"uv.lock was made with exclude-newer {span or 'of a fixed time'}, now it is {wanted}", line)
    elif made is None:
        yield Reason(f"uv.lock was made without exclude-newer, now it is {wanted}", line)
    else:
        alike = _same_time(wanted, made)
        if alike is None:
            yield Unknown("needs uv: tool.uv.exclude-newer")
        elif not alike:
            yield Reason(f"uv.lock was made with exclude-newer {made}, now it is {wanted}", line)


def span_hours(text: str) -> int | None:
    """The hours of `1 week`, `7 days`, `P1W`, `PT24H`; None for anything else."""
    words, iso = _WORDS.fullmatch(text.strip()), _ISO.fullmatch(text.strip())
    if words:
        return int(words[1]) * {"h": 1, "d": 24, "w": 168}[words[2][0].lower()]
    if iso and any(iso.groups()):
        weeks, days, hours = (int(part or 0) for part in iso.groups())
        return weeks * 168 + days * 24 + hours
    return None


def _same_time(wanted: object, made: object) -> bool | None:
    left, right = _moment(wanted), _moment(made)
    if right is None or left is None:
        return None
    if isinstance(left, datetime):
        return isinstance(right, datetime) and left == right
    end = datetime.combine(left, time(), UTC) + timedelta(days=1)
    return end - _DAY_WEST <= right <= end + _DAY_EAST if isinstance(right, datetime) else left == right


def _moment(value: object) -> datetime | date | None:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC)
    return value if isinstance(value, date) else None


def indexes(project: Document, locked: Document, settings: Mapping[str, Any]) -> Iterator[Reason | Unknown]:
    """A package from an index that is not configured; without any index configured, nothing is compared."""
    listed = [*tables(settings, "index"), *tables(table(project.values, "tool", "uv"), "index")]
    urls = {string(index, "url") for index in listed}
    default = any(index.get("default") is True for index in listed) or bool(string(settings, "index-url"))
    extra = settings.get("extra-index-url", [])
    urls |= {
        string(settings, "index-url"),
        *(url for url in ([extra] if isinstance(extra, str) else extra) if isinstance(url, str)),
    }
    urls.discard("")
    if not urls:
        return
    known = {_bare(url) for url in urls} | (set() if default else {"https://pypi.org/simple"})
    for package in tables(locked.values, "package"):
        registry = string(package.get("source"), "registry")
        if "://" in registry and _bare(registry) not in known:
            line = key_line(project.text, "url") or key_line(project.text, "index-url")
            yield Reason(
                f"uv.lock takes {string(package, 'name')} from an index that pyproject.toml does not name", line
            )
            return


def _bare(url: str) -> str:
    """An index without credentials; the slash at its end counts."""
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"
