"""JUnit XML, which GitLab, Jenkins, CircleCI and Azure show: a suite for each rule, a case for each place."""

from xml.etree import ElementTree as ET

from mlgovern.finding import Finding, Report
from mlgovern.reporters.plain import disarmed, graver, sentence, where, words
from mlgovern.reporters.text import summary


def render(report: Report) -> str:
    """`failure` for what refuses or would at a lower threshold, `skipped` for what is waived or only evaluated."""
    top = ET.Element("testsuites", name="mlgovern")
    by_rule: dict[str, list[Finding]] = {}
    for finding in graver(report.findings):
        by_rule.setdefault(finding.rule, []).append(finding)
    for rule, findings in by_rule.items():
        suite = ET.SubElement(top, "testsuite", name=rule)
        for finding in findings:
            _case(suite, finding)
    gaps = [(words(what), words(why)) for what, why, expected in report.not_judged if expected]
    gaps += [(crash.rule, crash.sentence) for crash in report.crashes]
    if gaps:
        suite = ET.SubElement(top, "testsuite", name="not judged")
        for what, why in gaps:
            ET.SubElement(ET.SubElement(suite, "testcase", name=what, classname="not judged"), "error", message=why)
    if not (by_rule or gaps):
        suite = ET.SubElement(top, "testsuite", name="policy")
        ET.SubElement(suite, "testcase", name=words(summary(report)), classname="policy")
    for part in (*top, top):
        _count(part)
    ET.indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + disarmed(ET.tostring(top, encoding="unicode")) + "\n"


def _count(part: ET.Element) -> None:
    """What is in a suite, or in all of them; some readers refuse one that does not say so."""
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        part.set(name, str(sum(1 for _ in part.iter(tag))))


def _case(suite: ET.Element, finding: Finding) -> None:
    case = ET.SubElement(suite, "testcase", name=where(finding.place), classname=finding.rule)
    if finding.place.path is not None:
        case.set("file", words(finding.place.path))
        case.set("line", str(finding.place.line or 1))
    if finding.waiver is not None:
        ET.SubElement(case, "skipped", message=f"waived: {words(finding.waiver)}; {sentence(finding)}")
    elif finding.mode != "enforce":
        ET.SubElement(case, "skipped", message=f"evaluated only: {sentence(finding)}")
    else:
        mend = "\n".join(words(line) for line in finding.mend.splitlines())
        ET.SubElement(case, "failure", message=sentence(finding), type=finding.severity.word).text = mend
