"""The questions of `cz commit` and `mlgovern commit`, and the message that the answers make.

Each answer is judged by the rules of the policy before the next question is asked.
"""

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mlgovern.compose.asks import MEANINGS, Asks
from mlgovern.finding import Finding
from mlgovern.rules.commits.header import parse
from mlgovern.rules.commits.rewritten import rewritten

Question = dict[str, Any]  # as questionary takes it
Answers = Mapping[str, Any]

SCOPE_RULES = ("commit-header-malformed", "commit-scope-empty", "commit-scope-unknown", "commit-scope-missing")
# What can be said of a subject alone: another rule, such as one on trailers, would refuse every answer.
SUBJECT_RULES = (
    *SCOPE_RULES,
    "commit-description-empty",
    "commit-type-unknown",
    "commit-type-case",
    "commit-header-long",
    "commit-full-stop",
    "commit-not-imperative",
    "commit-passive-subject",
    "commit-forbidden-word",
    "commit-subject-case",
    "commit-subject-invisible",
)
TRAILER_RULES = ("commit-trailer-missing",)
SIGN_OFF = "signed-off-by"
OFTEN = ("feat", "fix")  # what most commits are stands first


class Interview:
    """One message being made: what is asked, in which order, and what was answered so far."""

    def __init__(
        self,
        asks: Asks,
        refusing: Callable[[str, Iterable[str]], tuple[Finding, ...]],
        signature: str = "",
        *,
        mark: bool = False,
    ) -> None:
        self.asks = asks
        self.refusing = refusing
        self.signature = signature
        self.mark = mark  # a breaking change with an exclamation mark before the colon as well
        self.answers: Answers = {}

    def questions(self) -> list[Question]:
        """The questions, in their order."""
        asked = [*self._typed()] if self.asks.manner.typed else []
        asked += [
            self._text("subject", f"Subject, in the imperative{self._limit()}:", self._subject),
            self._text("header", "As it will be stored (Enter takes it):", self._header)
            | {"when": lambda answers: self._hear(answers) and self._better() is not None}
            | {"default": lambda _answers: self._better() or ""},
            self._text("body", "Why? (Enter skips; | begins a new line, || a new paragraph)"),
            {"type": "confirm", "name": "breaking", "message": "Does it break what others rely on?", "default": False},
            self._text("breaks", "What breaks, and what is to be done?", _needed)
            | {"when": lambda answers: self._hear(answers) and answers["breaking"]},
        ]
        asked += [self._trailer(token, pattern) for token, pattern in self.asks.trailers.items()]
        if self.asks.mention:
            mention = self._text("mention", f"A mention of the form {self.asks.mention}:", self._mention)
            asked.append(mention | {"when": lambda answers: self._hear(answers) and self._mention("") is not True})
        return asked

    def message(self, answers: Answers) -> str:
        """The whole message, as it will be stored."""
        self._hear(answers)
        paragraphs = [self._subject_line(), self._body()]
        if answers.get("breaks"):
            paragraphs.append(f"BREAKING CHANGE: {answers['breaks'].strip()}")
        ends = {**{token: answers.get(token, "") for token in self.asks.trailers}, "Refs": answers.get("mention", "")}
        paragraphs.append("\n".join(f"{token}: {value.strip()}" for token, value in ends.items() if value.strip()))
        return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)

    def _typed(self) -> Iterable[Question]:
        types = sorted(self.asks.manner.types, key=lambda kind: kind not in OFTEN)
        kinds = [{"value": kind, "name": _meant(kind)} for kind in types]
        yield {"type": "list", "name": "type", "message": "What does the commit bring?", "choices": kinds}
        scopes = self.asks.scopes
        if scopes and not self.asks.parts and not any(set(scope) & set("*?[{") for scope in scopes):
            none = [] if self.asks.scope else [{"value": "", "name": "(none)"}]
            choices = [*none, *({"value": scope, "name": scope} for scope in scopes)]
            yield {"type": "list", "name": "scope", "message": "Which part does it change?", "choices": choices}
        else:
            skips = "" if self.asks.scope else " (Enter skips)"
            yield self._text("scope", f"Which part does it change?{skips}", self._scope)

    def _trailer(self, token: str, pattern: str) -> Question:
        def judged(text: str) -> str | bool:
            found = self.refusing(f"{self._subject_line()}\n\n{token}: {text.strip()}", TRAILER_RULES)
            return _told(finding for finding in found if finding.key == token)

        default = self.signature if token.lower() == SIGN_OFF else ""
        return self._text(token, f"{token}{f' ({pattern})' if pattern else ''}:", judged) | {"default": default}

    def _text(self, name: str, message: str, judge: Callable[[str], str | bool] | None = None) -> Question:
        question: Question = {"type": "input", "name": name, "message": message, "when": self._hear}
        return question | ({"validate": judge} if judge else {})

    def _hear(self, answers: Answers) -> bool:
        """Take in what was answered so far; a question that is asked under no other condition is asked."""
        self.answers = answers
        return True

    def _scope(self, text: str) -> str | bool:
        return _told(self.refusing(self._line(scope=text, subject="add it"), SCOPE_RULES))

    def _subject(self, text: str) -> str | bool:
        """A subject that is refused passes if its correction, which is shown next, does not."""
        line = self._line(subject=text)
        better = self._corrected(line)
        return True if better and self._header(better) is True else self._header(line)

    def _header(self, text: str) -> str | bool:
        return _told(self.refusing(text, SUBJECT_RULES))

    def _mention(self, text: str) -> str | bool:
        whole = "\n\n".join((self._subject_line(), self._body(), f"Refs: {text.strip()}"))
        return _told(finding for finding in self.refusing(whole, TRAILER_RULES) if finding.key == "mention")

    def _better(self) -> str | None:
        return self._corrected(self._line())

    def _corrected(self, line: str) -> str | None:
        return (rewritten(line, self.asks.manner) or "").rstrip("\n") or None

    def _line(self, **instead: str) -> str:
        said = {**self.answers, **instead}
        kind, scope, subject = (str(said.get(name, "")).strip() for name in ("type", "scope", "subject"))
        return f"{kind}{f'({scope})' if scope else ''}: {subject}" if self.asks.manner.typed else subject

    def _subject_line(self) -> str:
        line = str(self.answers.get("header") or self._line()).strip()
        header = parse(line)
        marked = self.mark and bool(self.answers.get("breaks")) and self.asks.manner.typed and not header.flaws
        return header._replace(breaking=True).corrected if marked else line

    def _body(self) -> str:
        lines = [part.strip() for part in re.split(r"\||\n", self.answers.get("body") or "")]
        width = self.asks.width
        if width:
            lines = [textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False) for line in lines]
        return "\n".join(lines).strip("\n")

    def _limit(self) -> str:
        return f" (the whole line: {self.asks.longest} characters at the most)" if self.asks.longest else ""


def _needed(text: str) -> str | bool:
    return bool(text.strip()) or "a line of text is needed here"


def _told(found: Iterable[Finding]) -> str | bool:
    """What questionary shows below an answer; True where nothing is wrong with it."""
    for finding in found:
        return f"{finding.message} ({finding.mend})"
    return True


def _meant(kind: str) -> str:
    meaning = MEANINGS.get(kind.lower(), "")
    return f"{kind}: {meaning}" if meaning else kind
