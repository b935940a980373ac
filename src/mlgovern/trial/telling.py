"""What a replay found: as a table with bars for a terminal, as JSON, as a page that needs nothing else."""

import html
import json
from collections.abc import Iterator

from mlgovern.reporters.plain import words
from mlgovern.trial.replay import Replay, Row

WIDTH = 24  # characters of the longest bar
MOST_NAMED = 8


def text(found: Replay) -> str:
    """For a terminal."""
    lines = [_head(found)]
    if found.rows:
        lines += ["", *_table(found)]
    for row in found.rows:
        if row.examples:
            lines += ["", f"Newly refused by {row.rule}, such as:"]
            lines += [f"  {commit[:8]} {_cut(words(subject), 72)}" for commit, subject in row.examples]
    if found.not_judged:
        lines += ["", "Not judged:", *(f"  {words(what)}: {words(why)}" for what, why, _ in found.not_judged)]
    for line in _beside(found):
        lines += ["", line]
    return "\n".join(lines) + "\n"


def _head(found: Replay) -> str:
    if not found.commits:
        return "There are no commits to judge."
    now, then = found.refused
    span = f"{found.days[0]} … {found.days[1]}"
    people = f"{found.authors:,} author{'s' * (found.authors != 1)}"
    commits = f"{found.commits:,} commit{'s' * (found.commits != 1)}"
    return f"{commits} by {people}, {span}: this policy would have refused {then:,}; the one in force, {now:,}."


def _beside(found: Replay) -> Iterator[str]:
    """The rules that are not counted, and why."""
    if found.tree:
        yield f"These refuse the tree as it is now, whichever commit comes: {_some(found.tree)}."
    if found.elsewhere:
        yield f"No past commit shows what these would refuse, since they judge work as it is made: {_some(found.elsewhere)}."


def _some(rules: tuple[str, ...]) -> str:
    more = len(rules) - MOST_NAMED
    return ", ".join(rules[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _table(found: Replay) -> Iterator[str]:
    width = max(len("rule"), *(len(row.rule) for row in found.rows))
    most = max(len(seen.commits) for row in found.rows for seen in (row.now, row.then))
    yield f"{'rule':{width}}  in force  this one  change  files  authors"
    for row in found.rows:
        now, then = len(row.now.commits), len(row.then.commits)
        yield (
            f"{row.rule:{width}}  {now:>8,}  {then:>8,}  {row.change:>+6,}  {len(row.then.paths):>5,}  "
            f"{len(row.then.authors):>7,}  {_bar(now, then, most)}{'' if row.mode == 'enforce' else ' evaluated only'}"
        )


def _bar(now: int, then: int, most: int) -> str:
    """What stays refused is solid, what is new is shaded, what is let through is dotted."""
    solid, end = sorted((round(WIDTH * now / most), round(WIDTH * then / most)))
    return "█" * solid + ("▒" if then > now else "·") * (end - solid)


def _cut(line: str, most: int) -> str:
    return line if len(line) <= most else line[: most - 1] + "…"


def as_json(found: Replay) -> str:
    """For a program; ASCII."""
    rows = [
        {
            "rule": row.rule,
            "severity": row.severity.word,
            "mode": row.mode,
            "now": _counts(row, then=False),
            "candidate": _counts(row, then=True),
            "examples": [{"commit": commit, "subject": words(subject)} for commit, subject in row.examples],
        }
        for row in found.rows
    ]
    said = {
        "version": 1,
        "commits": found.commits,
        "authors": found.authors,
        "from": found.days[0],
        "to": found.days[1],
        "refused": {"now": found.refused[0], "candidate": found.refused[1]},
        "rules": rows,
        "not_judged": [{"what": words(what), "why": words(why)} for what, why, _ in found.not_judged],
        "tree": list(found.tree),
        "elsewhere": list(found.elsewhere),
    }
    return json.dumps(said, indent=2) + "\n"


def _counts(row: Row, *, then: bool) -> dict[str, int]:
    seen = row.then if then else row.now
    return {"commits": len(seen.commits), "files": len(seen.paths), "authors": len(seen.authors)}


def page(found: Replay) -> str:
    """For a browser: one file, no script, nothing fetched."""
    most = max((len(seen.commits) for row in found.rows for seen in (row.now, row.then)), default=1)
    rows = "\n".join(_row(row, most) for row in found.rows)
    left = "".join(f"<li>{_escaped(what)}: {_escaped(why)}</li>" for what, why, _ in found.not_judged)
    beside = "".join(f"<p>{_escaped(line)}</p>" for line in _beside(found))
    left = f"<h2>Not judged</h2><ul>{left}</ul>" if left else ""
    return _PAGE.format(head=_escaped(_head(found)), rows=rows, left=beside + left)


def _row(row: Row, most: int) -> str:
    now, then = len(row.now.commits), len(row.then.commits)
    examples = "".join(
        f"<li><code>{_escaped(commit[:8])}</code> {_escaped(subject)}</li>" for commit, subject in row.examples
    )
    shown = f"<details><summary>such as</summary><ul>{examples}</ul></details>" if examples else ""
    bars = "".join(
        f'<div class="{name}" style="width:{100 * count / most:.1f}%"></div>'
        for name, count in (("now", now), ("then", then))
    )
    cells = (f"{now:,}", f"{then:,}", f"{row.change:+,}", f"{len(row.then.paths):,}", f"{len(row.then.authors):,}")
    numbers = "".join(f"<td>{cell}</td>" for cell in cells)
    return f"<tr><th>{_escaped(row.rule)}{shown}</th>{numbers}<td class=bars>{bars}</td></tr>"


def _escaped(told: str) -> str:
    return html.escape(words(told))


_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>mlgovern policy replay</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ text-align: right; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top }}
th:first-child {{ text-align: left; font-weight: normal }}
.bars {{ width: 30% }}
.bars div {{ height: .6rem; margin: .15rem 0; min-width: 1px }}
.now {{ background: #888 }}
.then {{ background: #d62 }}
</style>
</head>
<body>
<h1>Policy replay</h1>
<p>{head}</p>
<table>
<thead><tr><th>rule</th><th>in force</th><th>this one</th><th>change</th><th>files</th><th>authors</th><th></th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
{left}
</body>
</html>
"""
