"""What the person at the keyboard must mend: raised anywhere, said once, in one sentence."""


class UserError(Exception):
    """A usage, policy or repository problem that its reader can mend; never a traceback."""


class PolicyError(UserError):
    """The policy cannot be used; every line of the text is `file:line:column: what is wrong`."""


class GitError(UserError):
    """git is missing, refused, or answered what it should not."""


class PluginError(Exception):
    """A plugin broke, or did what none may: its bug, named, and nothing passes."""

    def __init__(self, plugin: str, what: str, where: str = "") -> None:
        super().__init__(f"plugin {plugin}: {what}")
        self.plugin, self.where = plugin, where


def trace(error: BaseException) -> str:
    """Where something of ours broke, and on what kind of error. What an error says may quote a secret; what names types does not."""
    from traceback import format_tb

    if isinstance(error, PluginError):
        return f"{error.where}{error}\n"
    tells = isinstance(error, AttributeError | IndexError | NameError | TypeError)
    return "".join([*format_tb(error.__traceback__), type(error).__name__, f": {error}" if tells else "", "\n"])
