"""What the person at the keyboard must mend: raised anywhere, said once, in one sentence."""


class UserError(Exception):
    """A usage, policy or repository problem that its reader can mend; never a traceback."""


class PolicyError(UserError):
    """The policy cannot be used; every line of the text is `file:line:column: what is wrong`."""


class GitError(UserError):
    """git is missing, refused, or answered what it should not."""
