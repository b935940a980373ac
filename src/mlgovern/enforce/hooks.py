"""The client's place: what Git or a hook manager calls. Git is started before what judges is imported."""

import os

from mlgovern.facts import git as wall
from mlgovern.facts.git import Git
from mlgovern.facts.installed import is_ours

FILE_HOOKS = ("pre-commit", "pre-merge-commit", "pre-push", "post-commit")


def run(hook: str, words: list[str]) -> int:
    """Run one hook; 0 lets git go on."""
    if hook == "pre-receive":
        from mlgovern.enforce.server import hook as server

        return server.run(words)
    with wall.locate() as git:
        follows = hook == "pre-commit" and not words and _commit_msg_follows(git)
        if follows and _settled(git):
            return 0
        alone = words[:1] == ["--only"] or os.environ.get("PRE_COMMIT") == "1"  # then a message is judged without files
        git.foresee(files=hook in FILE_HOOKS or (hook == "commit-msg" and not alone))
        from mlgovern.enforce import client

        return client.run(git, hook, words, follows=follows)


def _commit_msg_follows(git: Git) -> bool:
    """Whether our commit-msg hook is about to judge the files, in one sentence with the message.

    It is where git opens no editor, so that nobody writes a message in vain, and no hook manager shows what passed first.
    """
    if os.environ.get("GIT_EDITOR") != ":" or os.environ.get("PRE_COMMIT") == "1":
        return False
    return is_ours(os.path.join(wall.hooks_folder(git), "commit-msg"))


def settled_mark(git: Git) -> str:
    """The file whose time tells when a policy was last seen to leave notebooks alone at commit."""
    return os.path.join(git.git_dir, "mlgovern", "settled")


def _settled(git: Git) -> bool:
    """Whether the policy on disk has not changed since it was seen to leave notebooks alone: then it is not read here."""
    policy = os.path.join(git.top, ".mlgovern.yaml")
    try:
        return not os.path.exists(policy) or os.stat(policy).st_mtime_ns < os.stat(settled_mark(git)).st_mtime_ns
    except OSError:
        return False
