"""A page for a browser: one file, nothing fetched, what to mend first stands first; a filter needs no more than a few lines."""

from html import escape

from mlgovern.finding import Finding, Report
from mlgovern.reporters.plain import disarmed, graver, standing, where, words
from mlgovern.reporters.text import summary
from mlgovern.version import VERSION


def render(report: Report) -> str:
    """The whole page."""
    found = standing(report)
    waived = graver(finding for finding in report.findings if finding.waiver is not None)
    gaps = "".join(f"<li>{escaped(what)}: {escaped(why)}</li>" for what, why, _ in report.not_judged)
    gaps += "".join(f"<li>{escaped(crash.sentence)}</li>" for crash in report.crashes)
    rules = "".join(f"<option>{escaped(rule)}</option>" for rule in sorted({one.rule for one in report.findings}))
    return _PAGE.format(
        summary=escaped(summary(report)),
        rules=rules,
        rows="\n".join(_row(finding) for finding in (*found, *waived)),
        gaps=f"<h2>Not judged</h2><ul>{gaps}</ul>" if gaps else "",
        notes="".join(f"<p>{escaped(note)}</p>" for note in report.notes),
        version=VERSION,
        stage=escaped(report.stage),
    )


def _row(finding: Finding) -> str:
    state = "waived" if finding.waiver is not None else "evaluated" if finding.mode != "enforce" else ""
    kind = state or finding.severity.word
    waiver = f"<p>waived: {escaped(finding.waiver)}</p>" if finding.waiver is not None else ""
    mend = f"<pre>{escaped_lines(finding.mend)}</pre>" if finding.mend and not waiver else ""
    cell = "" if finding.place.cell is None else f"cell {finding.place.cell + 1}: "
    return (
        f'<tr data-rule="{escaped(finding.rule)}" data-kind="{kind}"><td class="{kind}">{kind}</td>'
        f"<td><code>{escaped(where(finding.place))}</code></td><td><code>{escaped(finding.rule)}</code></td>"
        f"<td>{cell}{escaped(finding.message)}{mend}{waiver}</td></tr>"
    )


def escaped(text: str) -> str:
    """Text that stands for itself in an element or in a quoted attribute."""
    return escape(words(text))


def escaped_lines(text: str) -> str:
    """The same for text of several lines."""
    return disarmed("\n".join(escaped(line) for line in text.splitlines()))


_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>mlgovern: {summary}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #8884; vertical-align: top }}
td code, pre {{ overflow-wrap: anywhere; white-space: pre-wrap }}
pre {{ margin: .3rem 0; opacity: .8 }}
.error {{ color: #c22 }} .warning {{ color: #b60 }} .info {{ color: #07a }} .waived, .evaluated {{ opacity: .6 }}
@media (prefers-color-scheme: dark) {{ .error {{ color: #f77 }} .warning {{ color: #fb4 }} .info {{ color: #6cf }} }}
form {{ display: flex; gap: 1rem; flex-wrap: wrap; margin: 1rem 0 }}
</style>
</head>
<body>
<h1>mlgovern: {summary}</h1>
<form>
<label>Text <input type="search" id="text"></label>
<label>Rule <select id="rule"><option value="">all</option>{rules}</select></label>
<label>Kind <select id="kind"><option value="">all</option><option>error</option><option>warning</option>\
<option>info</option><option>evaluated</option><option>waived</option></select></label>
<output id="count"></output>
</form>
<table>
<thead><tr><th>kind</th><th>where</th><th>rule</th><th>what</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
{gaps}
{notes}
<footer><p>mlgovern {version}, stage {stage}</p></footer>
<script>
const fields = ["text", "rule", "kind"].map(id => document.getElementById(id));
function show() {{
  const [text, rule, kind] = fields.map(field => field.value);
  let count = 0;
  for (const row of document.querySelectorAll("tbody tr")) {{
    row.hidden = !(row.textContent.toLowerCase().includes(text.toLowerCase()) && (!rule || row.dataset.rule === rule)
      && (!kind || row.dataset.kind === kind));
    count += !row.hidden;
  }}
  document.getElementById("count").textContent = count + " shown";
}}
for (const field of fields) field.addEventListener("input", show);
document.querySelector("form").addEventListener("submit", event => event.preventDefault());
show();
</script>
</body>
</html>
"""
