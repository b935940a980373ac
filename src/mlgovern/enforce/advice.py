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


def placed(report: Report, below: str) -> Report:
    """The report with a note on where its commands are meant to be run, for a reader in a folder below the top."""
    folders = [part for part in below.split("/") if part not in {"", "."}]
    standing = (finding for finding in report.findings if finding.waiver is None)
    if not folders or not any(finding.mend and finding.place.path is not None for finding in standing):
        return report
    note = f"Paths are told from the top of the repository: `cd {'/'.join('..' for _ in folders)}` before a command of these."
    return report._replace(notes=(*report.notes, note))
