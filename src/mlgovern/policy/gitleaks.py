"""A `.gitleaks.toml` as the `secrets` of a policy, and what of it has no place there."""

from collections.abc import Iterable, Iterator
from math import inf
from typing import Any

from mlgovern.errors import UserError
from mlgovern.policy.document import shown
from mlgovern.policy.patterns import MOST_LETTERS, wrong_pattern
from mlgovern.rx import rx

_GROUP = rx(r"\\[\s\S]|\[(?:\^?\])?(?:\\[\s\S]|[^\]\\])*\]|(\((?!\?)|\(\?P?<\w+>)")


class _Import:
    """Reads a configuration and keeps what cannot be carried over."""

    def __init__(self) -> None:
        self.left: list[str] = []

    def whole(self, config: dict[str, Any]) -> dict[str, Any]:
        """The value of `secrets`."""
        self._extended(config.get("extend"))
        rules = [rule for rule in _list(config, "rules") if isinstance(rule, dict)]
        allowed = self._allowed([config.get("allowlist"), *_list(config, "allowlists")], "the configuration")
        return {"detectors": [*filter(None, map(self._detector, rules))], **allowed}

    def _extended(self, extend: Any) -> None:
        if not isinstance(extend, dict):
            return
        if extend.get("path") or extend.get("url"):
            self.left.append("extend: another file; import that one as well")
        disabled = [str(rule) for rule in _list(extend, "disabledRules")]
        if disabled:
            names = ", ".join(shown(rule) for rule in disabled)
            self.left.append(f"extend.disabledRules: {names}; the built-in detectors are on or off together")

    def _detector(self, rule: dict[str, Any]) -> dict[str, Any] | None:
        name = str(rule.get("id") or rule.get("description") or "unnamed")
        about = f"rule {shown(name)}"
        pattern = str(rule.get("regex") or "")
        if not pattern:
            why = "it goes by path alone, which the rule forbidden-path does" if rule.get("path") else "it has no regex"
            self.left.append(f"{about}: {why}")
            return None
        chosen = _one_group(pattern, rule.get("secretGroup"))
        path = str(rule.get("path") or "")
        for text in (chosen, path):
            wrong = wrong_pattern(text)
            if wrong:
                self.left.append(f"{about}: {wrong}")
                return None
        entropy = rule.get("entropy")
        return {
            "#": " ".join(str(rule.get("description") or "").split()),
            "id": name,
            "keywords": [str(word) for word in _list(rule, "keywords")],
            "pattern": chosen,
            "entropy": entropy if isinstance(entropy, int | float) and 0 < entropy < inf else None,
            "path": path,
            **self._allowed([rule.get("allowlist"), *_list(rule, "allowlists")], about),
        }

    def _allowed(self, lists: Iterable[Any], about: str) -> dict[str, list[str]]:
        values: list[str] = []
        paths: list[str] = []
        for entry in lists:
            if not isinstance(entry, dict):
                continue
            if str(entry.get("condition", "or")).lower() == "and" or entry.get("targetRules"):
                self.left.append(f"an allowlist of {about}: it holds under a condition")
                continue
            if _list(entry, "commits"):
                self.left.append(f"commits of {about}: a range that is judged names its own commits")
            paths += self._usable(_list(entry, "paths"), f"a path of {about}")
            values += self._usable(_stopped(_list(entry, "stopwords")), f"the stopwords of {about}")
            if str(entry.get("regexTarget", "secret")) == "secret":
                values += self._usable(_list(entry, "regexes"), f"a regex of {about}")
            elif _list(entry, "regexes"):
                self.left.append(f"regexes of {about}: they look at more than the value")
        return {"allow_values": values, "allow_path_patterns": paths}

    def _usable(self, patterns: Iterable[Any], about: str) -> Iterator[str]:
        for pattern in patterns:
            wrong = wrong_pattern(str(pattern))
            if wrong:
                self.left.append(f"{about}, {shown(str(pattern))}: {wrong}")
            else:
                yield str(pattern)


def imported(path: str) -> list[str]:
    """The lines of YAML that say what a `.gitleaks.toml` says."""
    import tomllib

    try:
        with open(path, "rb") as file:
            config = tomllib.load(file)
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: not TOML: {error}") from error
    except RecursionError:
        raise UserError(f"{path}: not TOML: it is nested too deep") from None
    reader = _Import()
    secrets = reader.whole(config)
    lines = [f"# What {shown(path)} says, for .mlgovern.yaml; the formats that gitleaks knows by itself are built in."]
    lines += ["secrets:", *_written(secrets, "  ")] if any(secrets.values()) else ["secrets: {}"]
    return [*lines, *(["# Not carried over:"] if reader.left else []), *(f"#   {line}" for line in reader.left)]


def _written(fields: dict[str, Any], indent: str) -> Iterator[str]:
    for key, value in fields.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{indent}{key}:"
            for item in value:
                about, (first, *rest) = item.pop("#"), _written(item, f"{indent}    ")
                yield from ([f"{indent}  # {about if about.isprintable() else shown(about)}"] if about else [])
                yield f"{indent}  - {first.lstrip()}"
                yield from rest
        elif isinstance(value, list) and value:
            yield f"{indent}{key}:"
            yield from (f"{indent}  - {_quoted(item)}" for item in value)
        elif value not in ("", None, []):
            yield f"{indent}{key}: {_quoted(value) if isinstance(value, str) else value}"


def _quoted(text: str) -> str:
    """Text as YAML that a person can read."""
    from json import dumps

    return "'" + text.replace("'", "''") + "'" if text.isprintable() else dumps(text)


def _list(table: dict[str, Any], key: str) -> list[Any]:
    value = table.get(key)
    return value if isinstance(value, list) else []


def _stopped(words: list[Any]) -> Iterator[str]:
    """Stopwords as few patterns that are short enough."""
    import re

    waiting = ""
    for word in (re.escape(str(word)) for word in words):
        if waiting and len(waiting) + len(word) > MOST_LETTERS - 10:
            yield f"(?i){waiting}"
            waiting = ""
        waiting += f"|{word}" if waiting else word
    if waiting:
        yield f"(?i){waiting}"


def _one_group(pattern: str, wanted: Any) -> str:
    """The pattern with one group that counts, as ours do: the one that is wanted, else the first."""
    number = wanted if isinstance(wanted, int) and wanted > 1 else 1
    if number == 1 or len(pattern) > MOST_LETTERS:  # such a pattern is not taken
        return pattern
    seen = 0

    def plain(found: Any) -> str:
        nonlocal seen
        if found[1] is None:
            return str(found[0])
        seen += 1
        return str(found[0]) if seen == number else "(?:"

    return _GROUP.sub(plain, pattern)
