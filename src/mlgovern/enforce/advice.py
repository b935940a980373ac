"""What to set up, told to whoever meets the same refusal again and again."""

from mlgovern.facts import state
from mlgovern.facts.git import Git
from mlgovern.facts.installed import PROCESS
from mlgovern.finding import Report

_FILTERS = (PROCESS, "filter.nbstripout.clean")
NOTEBOOK_FILTER = (
    "Git can strip notebooks as it stages them, and your copies keep their outputs: mlgovern install --notebook-filter"
)


def advised(git: Git, report: Report) -> Report:
    """The report with a note on the notebook filter, where notebooks have outputs and no filter takes them out."""
    if not any(finding.rule == "notebook-output" for finding in report.findings):
        return report
    if state.values(git, [*_FILTERS]):
        return report
    return report._replace(notes=(*report.notes, NOTEBOOK_FILTER))
