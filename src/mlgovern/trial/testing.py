"""`mlgovern policy test`: the cases beside a policy, run and told."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from mlgovern import files
from mlgovern.errors import UserError
from mlgovern.facts.git import Git
from mlgovern.policy.model import Policy
from mlgovern.record import NamedTuple
from mlgovern.reporters.plain import words
from mlgovern.trial.cases import FOLDER, cases
from mlgovern.trial.judging import Coverage, Result, covered, judged

MOST_NAMED = 8  # rules without a case that are named


class Tried(NamedTuple):
    """The results of each file, in the order of their names."""

    by_file: tuple[tuple[str, tuple[Result, ...]], ...]
    coverage: Coverage

    @property
    def results(self) -> tuple[Result, ...]:
        """All of them."""
        return tuple(result for _, results in self.by_file for result in results)

    @property
    def exit_code(self) -> int:
        """0 where every case passed and there was one, else 1."""
        return 0 if self.results and not any(result.wrong for result in self.results) else 1


def run(git: Git, policy: Policy, named: Sequence[str], today: str) -> Tried:
    """Run the cases of these files, or of all in `.mlgovern/tests`."""
    by_file = []
    for name, place in _places(git, named).items():
        data = files.read(place)
        if data is None:
            raise UserError(f"there is no file {name}")
        by_file.append((name, tuple(judged(case, policy, today) for case in cases(name, data, policy))))
    tried = Tried(tuple(by_file), Coverage(0, 0, (), ()))
    return tried._replace(coverage=covered(tried.results, policy))


def _places(git: Git, named: Sequence[str]) -> dict[str, Path]:
    if named:
        return {name: Path(name) for name in named}
    found = sorted(place for place in (Path(git.top) / FOLDER).glob("*.y*ml") if place.suffix in {".yaml", ".yml"})
    return {f"{FOLDER}/{place.name}": place for place in found}


def lines(tried: Tried, *, coverage: bool) -> Iterable[str]:
    """What a person reads."""
    if not tried.results:
        yield f"There are no cases: write some into {FOLDER}/NAME.yaml, see docs/policies.md."
        return
    width = max(len(name) for name, _ in tried.by_file)
    for name, results in tried.by_file:
        failed = [result for result in results if result.wrong]
        counts = f"{len(results) - len(failed)} passed" + (f", {len(failed)} failed" if failed else "")
        yield f"{words(name):{width}}  {counts}"
        for case, wrong in failed:
            yield f"  {words(case.mark.file)}:{case.mark.line}:{case.mark.column}: {words(case.name)}"
            yield from (f"    {words(text)}" for text in wrong)
    if coverage:
        yield from _coverage(tried.coverage)


def _coverage(found: Coverage) -> Iterable[str]:
    yield f"{found.covered} of {found.rules} rules that are on have a passing and a failing case."
    for what, rules in (("passing", found.never_passing), ("failing", found.never_failing)):
        if rules:
            more = f", and {len(rules) - MOST_NAMED} more" if len(rules) > MOST_NAMED else ""
            yield f"No {what} case: {', '.join(rules[:MOST_NAMED])}{more}."


def junit(tried: Tried) -> str:
    """The same as JUnit XML, which CI services show; https://llg.cubic.org/docs/junit/ describes it."""
    top = ET.Element("testsuites", name="mlgovern policy test")
    for name, results in tried.by_file:
        failures = str(sum(bool(result.wrong) for result in results))
        suite = ET.SubElement(top, "testsuite", name=words(name), tests=str(len(results)), failures=failures)
        for case, wrong in results:
            said = {"name": case.name, "classname": name, "file": name, "line": str(case.mark.line)}
            row = ET.SubElement(suite, "testcase", {key: words(value) for key, value in said.items()})
            if wrong:
                text = "\n".join(map(words, wrong))
                ET.SubElement(row, "failure", message=words(wrong[0])).text = text
    ET.indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(top, encoding="unicode") + "\n"
