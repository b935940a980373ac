"""What the policy of a repository says of stripping notebooks: one definition for fix, filter and hook."""

import os
import sys

from mlgovern import engine
from mlgovern.facts import state
from mlgovern.facts.git import Git
from mlgovern.fix.notebooks import strip
from mlgovern.globs import matcher
from mlgovern.policy.cache import effective
from mlgovern.policy.model import Policy
from mlgovern.record import NamedTuple
from mlgovern.rules.notebooks.definition import OF_NBSTRIPOUT, Settings, agreed
from mlgovern.rules.notebooks.stripped import is_pointer

RULE = "notebook-output"


class Terms(NamedTuple):
    """The settings of notebook-output, and the globs of notebooks that the policy exempts from it."""

    settings: Settings = Settings()
    exempt: tuple[str, ...] = ()

    def spare(self, path: str) -> bool:
        """Whether a notebook stays as it is."""
        return bool(matcher(self.exempt)(path))

    def most_bytes(self, path: str) -> int:
        """How large a notebook may be that is looked at; one that stays as it is may have any size."""
        return sys.maxsize if self.spare(path) else self.settings.max_file_bytes

    def stripped(self, data: bytes, path: str) -> bytes:
        """What Git is to hold of a notebook; UserError where that cannot be told."""
        return data if self.spare(path) or is_pointer(data) else strip(data, self.settings, path)


def terms(git: Git, policy: Policy) -> Terms:
    """The terms of a policy, with what Git's configuration adds to it."""
    settings: Settings = engine.settings(policy, RULE)
    if settings.compat == "nbstripout":
        settings = agreed(settings, state.values(git, [*OF_NBSTRIPOUT]))
    return Terms(settings, policy.decisions[RULE].exempt)


def staged_terms(git: Git) -> Terms:
    """The terms of the policy that is staged, as everywhere."""
    return terms(git, effective(lambda path: git.read(f":{path}"), os.path.join(git.common_dir, "mlgovern")))
