"""`.mlgovern.yaml`: the repository's policy, a few lines that extend what is shipped."""

from mlgovern.errors import UserError
from mlgovern.policy import packs
from mlgovern.policy.model import DEFAULT_PACK, POLICY_FILE
from mlgovern.record import NamedTuple
from mlgovern.setup import schema_file
from mlgovern.setup.step import Step

WHAT = "the policy of this repository"

_TEXT = """\
# yaml-language-server: $schema=./{schema}
# The policy of this repository: `mlgovern rules` lists the rules that are on, `mlgovern explain RULE` says what each wants.
schema: 1

extends: # later entries win over earlier ones, this file wins over all
{extends}

# rules: # what this repository decides for itself
#   notebook-output: warning # off | info | warning | error
#   oversized-file:
#     severity: error
#     settings: {{max_bytes: 5000000}}
"""


class Wanted(NamedTuple):
    """What the user asked `init` for; nothing is left out by an empty text but the pack, which has a default."""

    pack: str = DEFAULT_PACK
    strategy: str = ""
    structure: str = ""
    ci: str = ""

    @property
    def extends(self) -> tuple[str, ...]:
        """The packs to extend, as a policy names them."""
        strategy = f"strategies/{self.strategy}" if self.strategy else ""
        structure = f"structures/{self.structure}" if self.structure else ""
        return tuple(name for name in (self.pack or DEFAULT_PACK, strategy, structure) if name)


def checked(wanted: Wanted, shipped: tuple[str, ...] | None = None) -> Wanted:
    """The same; UserError where a pack does not exist, with those that do."""
    known = packs.names(packs.folder()) if shipped is None else shipped
    for name in wanted.extends:
        if name not in known:
            kind, prefix = _kind(name)
            near = [
                other.removeprefix(prefix)
                for other in known
                if other.startswith(prefix) and (prefix or "/" not in other)
            ]
            raise UserError(f"there is no {kind} {name.removeprefix(prefix)!r}; there are {', '.join(near)}")
    return wanted


def step(before: bytes | None, wanted: Wanted) -> Step:
    """What becomes of the file: one that exists is the decision of its owner."""
    if before is not None:
        add = [f"  - {name}" for name in wanted.extends if name.encode() not in before]
        notes = ("it exists and is left alone; packs it does not extend:", *add) if add else ()
        return Step(POLICY_FILE, WHAT, before, before, notes)
    text = _TEXT.format(schema=schema_file.PATH, extends="\n".join(f"  - {name}" for name in wanted.extends))
    return Step(POLICY_FILE, WHAT, None, text.encode())


def _kind(name: str) -> tuple[str, str]:
    """What a pack is called by its folder, and the folder."""
    kinds = {"strategies": "strategy", "structures": "structure"}
    folder = name.partition("/")[0]
    return (kinds[folder], f"{folder}/") if folder in kinds else ("pack", "")
