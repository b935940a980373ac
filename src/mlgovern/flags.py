"""What may be said on the command line: the options of each command as one table."""

from typing import Any

from mlgovern.record import NamedTuple

FORMATS = ("text", "json", "sarif", "github", "markdown", "gitlab", "junit", "rdjsonl", "azure", "html")


class Option(NamedTuple):
    """One argument of a command, as argparse takes it."""

    names: tuple[str, ...]
    keywords: dict[str, Any]


def _option(*names: str, **keywords: object) -> Option:
    return Option(names, keywords)


DIRECTORY = _option("-C", dest="directory", metavar="DIR", help="work in this repository instead of the current one")
POLICY_FILE = _option("--policy", metavar="FILE", help="go by this policy file instead of the repository's")
CHECK = (
    _option("paths", nargs="*", metavar="PATH", help="judge what is tracked within these paths (all by default)"),
    _option("--staged", action="store_true", help="judge what is staged"),
    _option("--range", metavar="A..B", help="judge the commits of a range, and every file version that they bring"),
    _option("--history", action="store_true", help="judge every file version that any ref holds, or --range brings"),
    _option("--message", metavar="FILE", help="judge a commit message; - reads standard input"),
    _option("--branch", metavar="NAME", help="judge a branch name"),
    _option("--target", metavar="NAME", help="the branch that --branch or --range is meant to be merged into"),
    _option("--only", metavar="RULE|FAMILY", action="append", default=[], help="run these rules alone (repeatable)"),
    _option("--strict", action="store_true", help="refuse at warnings as well"),
    _option("--format", choices=FORMATS, default="text", help="how to print the report"),
    _option(
        "--report", metavar="FORMAT=FILE", action="append", default=[], help="write the report to a file (repeatable)"
    ),
    _option("--verbose", action="store_true", help="show where a broken rule broke"),
    _option(
        "--write-baseline", action="store_true", help="accept the secrets that are tracked now, without their values"
    ),
    POLICY_FILE,
    _option("--color", choices=("auto", "always", "never"), default="auto", help="colour of the text report"),
)
GATE = (
    _option("--base", metavar="REV", default="", help="where the change begins, instead of what the service tells"),
    _option("--head", metavar="REV", default="", help="where it ends"),
    _option("--title", metavar="TEXT", default="", help="the title of the pull or merge request"),
    _option("--branch", metavar="NAME", default="", dest="source", help="the branch of the change"),
    _option("--target", metavar="NAME", default="", help="the branch that it is meant for"),
    _option("--strict", action="store_true", help="refuse at warnings as well"),
    _option("--format", choices=FORMATS, help="print this alone, without annotations and summary"),
    _option(
        "--report", metavar="FORMAT=FILE", action="append", default=[], help="write the report to a file (repeatable)"
    ),
)
DRY_RUN = _option("--dry-run", action="store_true", help="show the plan and change nothing")
FIX = (
    _option("paths", nargs="*", metavar="PATH", help="mend what is tracked within these paths (all by default)"),
    _option("--staged", action="store_true", help="mend what is staged; notebooks on disk stay as they are"),
    _option(
        "--only", metavar="RULE|FAMILY", action="append", default=[], help="mend the findings of these rules alone"
    ),
    _option(
        "--undo", action="store_true", help="put back what the last fix changed, where nobody has changed it since"
    ),
    POLICY_FILE,
    DRY_RUN,
)
COMMIT = (
    _option("--retry", action="store_true", help="open the last refused message in git's editor instead of asking"),
    _option("arguments", nargs="*", metavar="-- ARGUMENT", help="passed on to git commit, such as -- --amend"),
)
INSTALL = (
    _option("--hook", metavar="NAME", action="append", default=[], help="install this hook (repeatable)"),
    _option("--template", action="store_true", help="set commit.template to one that follows the policy as well"),
    _option(
        "--notebook-filter", action="store_true", help="have Git strip notebooks as it stages them; no hook goes in"
    ),
    _option(
        "--gitattributes", action="store_true", help="name the filter in .gitattributes, not in .git/info/attributes"
    ),
    _option(
        "--server", action="store_true", help="say what an administrator puts where on a Git server; writes nothing"
    ),
    _option("--required", action="store_true", help="have Git refuse to stage a notebook that the filter cannot strip"),
)
INIT = (
    _option("--pack", metavar="P", default="ml-project", help="the pack to extend: base, ml-project or strict"),
    _option("--strategy", metavar="S", default="", help="branching strategy: trunk-based, github-flow, gitflow, …"),
    _option("--structure", metavar="T", default="", help="required structure: course, cookiecutter-data-science, …"),
    _option(
        "--ci", metavar="SERVICE", default="", help="write the CI file of github, gitlab, azure or jenkins as well"
    ),
    DRY_RUN,
)
WAIVE = (
    _option("rule", metavar="RULE"),
    _option("--path", metavar="GLOB", action="append", default=[], help="accept what it finds there (repeatable)"),
    _option("--commit", metavar="ID", action="append", default=[], help="accept what it finds in this commit"),
    _option("--branch", metavar="GLOB", action="append", default=[], help="accept these branch names"),
    _option("--fingerprint", metavar="HEX", action="append", default=[], help="accept this finding (JSON report)"),
    _option("--reason", metavar="WHY", default="", help="why it has to be accepted for now"),
    _option("--owner", metavar="WHO", default="", help="who mends it in time (user.email of Git by default)"),
    _option("--until", metavar="DATE", required=True, help="the last day, YYYY-MM-DD, in UTC"),
    _option("--ticket", metavar="ID", default="", help="where the work on it is tracked"),
    POLICY_FILE,
    DRY_RUN,
)
RULES = (_option("--markdown", action="store_true", help="print the rule reference in Markdown"), POLICY_FILE)
EXPLAIN = (_option("rule", metavar="RULE|FAMILY"), POLICY_FILE)
POLICY_SHOW = (
    _option("--json", action="store_true", help="print every value with all it replaced, as JSON"),
    _option("--all", action="store_true", help="print what no file sets as well"),
    POLICY_FILE,
)
POLICY_EXPLAIN = (_option("rule", metavar="RULE"), POLICY_FILE)
POLICY_TEST = (
    _option("files", nargs="*", metavar="FILE", help="run these cases (all in .mlgovern/tests by default)"),
    _option("--coverage", action="store_true", help="say which rules have no passing and no failing case"),
    _option("--report", metavar="junit=FILE", action="append", default=[], help="write the results to a file as well"),
    POLICY_FILE,
)
POLICY_REPLAY = (
    _option("--last", type=int, metavar="N", default=500, help="judge the last N commits of HEAD (500 by default)"),
    _option("--range", metavar="A..B", help="judge the commits of a range instead"),
    _option("--against", metavar="FILE|REV", help="compare with this policy (by default, with that of HEAD)"),
    _option("--format", choices=("text", "json", "html"), default="text", help="how to print what was found"),
    POLICY_FILE,
)
IMPORT_GITLEAKS = (_option("file", nargs="?", default=".gitleaks.toml", metavar="FILE", help="what to import"),)
POLICY_DIFF = (
    _option("before", nargs="?", default="HEAD", metavar="A", help="a policy file or a revision (HEAD by default)"),
    _option("after", nargs="?", metavar="B", help="another (the policy on disk by default)"),
    _option("--json", action="store_true", help="print the changes as JSON"),
    _option("--fail-on-weaker", action="store_true", help="exit 1 where something may have got weaker"),
)
POLICY_LOCK = (
    _option(
        "--upgrade", nargs="?", const="", metavar="NAME", help="look anew at what is locked, or at this source alone"
    ),
)
POLICY_PACKS = (
    _option("name", nargs="?", metavar="PACK", help="print the page of this pack"),
    _option("--output", metavar="FOLDER", help="write the pages of all packs there"),
)
POLICY_EXPORT = (
    _option(
        "--to", required=True, choices=("github-ruleset", "gitlab-push-rules"), help="whose rules to print, as JSON"
    ),
    POLICY_FILE,
)
POLICY_MIGRATE = (
    _option("files", nargs="*", metavar="FILE", help="rewrite these files (all of the policy by default)"),
    DRY_RUN,
)
POLICY_SCHEMA = (_option("--output", metavar="FILE", help="write it there instead of printing it"),)
