"""AI tools that write commits: the names and addresses under which they do, and the branches that they open."""

import re
from functools import lru_cache

from mlgovern.facts.snapshot import Person
from mlgovern.fields import Covered, Fixed
from mlgovern.record import NamedTuple
from mlgovern.rule import Glob
from mlgovern.trailers import Trailer

_NUMBER = r"\d+\+"  # of an account, ahead of its login; an app has several


class Tool(NamedTuple):
    """One tool. A GitHub address stands here without the account's number, `LOGIN@users.noreply.github.com`."""

    name: str
    emails: tuple[str, ...] = ()


def _on_github(*logins: str) -> tuple[str, ...]:
    return tuple(f"{login}@users.noreply.github.com" for login in logins)


# As the tools themselves write them, in trailers or as author: seen in public histories and in the tools' own sources.
TOOLS = (
    Tool("Aider", ("aider@aider.chat", "noreply@aider.chat", "noreply@aider.dev")),
    Tool("Amp", ("amp@ampcode.com",)),
    Tool("ChatGPT"),
    Tool("Claude", ("noreply@anthropic.com", *_on_github("claude", "claude[bot]"))),
    Tool("CodeRabbit", _on_github("coderabbitai[bot]")),
    Tool("Codex", ("noreply@openai.com", "codex@openai.com", *_on_github("chatgpt-codex-connector[bot]"))),
    Tool(
        "Copilot",
        ("copilot@github.com", *_on_github("copilot", "copilot-swe-agent[bot]", "github-advanced-security[bot]")),
    ),
    Tool("Crush", ("crush@charm.land",)),
    Tool("Cursor", ("cursoragent@cursor.com", *_on_github("cursor[bot]"))),
    Tool("Devin", _on_github("devin-ai-integration[bot]")),
    Tool("Droid", _on_github("factory-droid[bot]")),
    Tool("Gemini", ("gemini-cli@google.com", *_on_github("gemini-code-assist[bot]"))),
    Tool("Jules", _on_github("google-labs-jules[bot]")),
    Tool("OpenCode", ("noreply@opencode.ai",)),
    Tool("OpenHands", ("openhands@all-hands.dev",)),
    Tool("Qwen", ("qwen-coder@alibabacloud.com",)),
    Tool("Warp", ("agent@warp.dev", "oz-agent@warp.dev")),
)


class Agents(NamedTuple):
    """The AI tools that are known, the branches that they open, and the trailers that declare one."""

    tools: Covered[Tool] = TOOLS
    branches: Covered[Glob] = (Glob("{claude,codex,copilot,cursor,devin,jules}/**"),)
    declarations: Fixed[tuple[str, ...]] = ("Assisted-by", "Generated-by")

    def named(self, person: Person) -> str:
        """The tool that a person is, by the address; empty for a human."""
        email = re.sub(_NUMBER, "", person.email.strip().lower())
        return next((tool.name for tool in self.tools if email in _lower(tool.emails)), "")

    def author(self, person: Person) -> str:
        """The tool that an author is, or that wrote for one: `Ann (aider)`.

        A committer is called so even where the tool only saves what a person has written.
        """
        last = person.name.lower().rpartition(" (")[2]
        return self.named(person) or next((tool.name for tool in self.tools if last == f"{tool.name.lower()})"), "")

    def credited(self, trailer: Trailer) -> str:
        """The tool that a trailer's value names, by its address; where it has none, by the word it begins with."""
        if trailer.person is not None:
            return self.named(trailer.person)
        first = re.findall(r"\w+", trailer.value.lower())[:1]
        return next((tool.name for tool in self.tools if first and tool.name.lower().split()[:1] == first), "")

    def declares(self, trailer: Trailer) -> bool:
        """Whether it is one of the trailers that declare a tool; the tool need not be known."""
        return bool(trailer.value) and trailer.token.lower() in _lower(self.declarations)


@lru_cache(maxsize=64)
def _lower(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.lower() for word in words)
