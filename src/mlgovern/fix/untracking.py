"""Takes files out of Git, which stay on disk; env files with all that belongs to them, and what a person must do first."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from mlgovern.errors import UserError
from mlgovern.facts import history
from mlgovern.facts.snapshot import SUBMODULE, File
from mlgovern.finding import Finding
from mlgovern.fix import env_files
from mlgovern.fix.draft import Draft, Side
from mlgovern.fix.ignore_lines import IGNORE, appended, ignores_of, replaced
from mlgovern.fix.step import Step
from mlgovern.gitignore import Ignores, Source, exactly
from mlgovern.rules.notebooks.reading import quoted
from mlgovern.rules.structure.lines import is_source, letting, meant

MOST_LINES = 20  # about files that one line of a `.gitignore` ignores

Found = Mapping[File, tuple[Finding, ...]]  # what is tracked, with what was found of it


def env(draft: Draft, found: Found) -> Iterator[Step]:
    """The steps for env files: out of Git, ignored, with a template that has their keys."""
    pushed = history.pushed(draft.git, [file.path for file in found])
    if found:
        draft.on_disk(IGNORE)  # where no line can be added, nothing is untracked
    for file, findings in found.items():
        if file.path in pushed:
            has = f"{pushed[file.path][:8]} is pushed and has it; what follows does not undo that"
            yield Step(f"first rotate what is secret in {file.path}: {has}", acts=False)
        try:
            with draft.together():
                steps = [_untracked(draft, file, findings), *_ignoring(draft, file.path), *_template(draft, file)]
        except UserError as error:
            steps = [Step(f"leave {file.path}: {error}", findings, acts=False)]
        yield from steps


def ignored(draft: Draft, found: Found) -> Iterator[Step]:
    """The steps for files that are tracked although ignored: out, or, where their names say that they belong in Git, let in."""
    texts = {path: draft.git.read(file.blob) for path, file in draft.tracked.items() if file.name == IGNORE}
    held = {path: text for path, text in texts.items() if text is not None}
    ignores = _ignores(held)
    out: dict[Source, list[File]] = {}
    for file, findings in found.items():
        source = ignores.ignored(file.path)
        if file.mode == SUBMODULE or source is None or not draft.holds(file.path):
            continue
        if meant(file.path):
            what = next(filter(None, [_let_in(side, held, file.path) for side in draft.sides]), "")
            says = f"{what}: {file.path} belongs in Git" if what else f"keep {file.path}: the lines above let it in"
            yield Step(says, findings, acts=bool(what), add="" if draft.staged else source.file)
        elif is_source(file.path):
            why = f"line {source.line} of {source.file} ignores it ({source.pattern}), but it looks like source code"
            ways = f"narrow that line, or git rm --cached -- {quoted(file.path)}"
            yield Step(f"leave {file.path}: {why}; {ways}", findings, acts=False)
        else:
            out.setdefault(source, []).append(file)
    for source, files in out.items():
        yield from _out(draft, source, {file: found[file] for file in files})


def _out(draft: Draft, source: Source, found: Found) -> Iterator[Step]:
    """A step for each file that one line ignores, or one for very many."""
    why = f"since line {source.line} of {source.file} ignores"
    if len(found) <= MOST_LINES:
        yield from (_untracked(draft, file, findings, f", {why} it") for file, findings in found.items())
        return
    for file in found:
        draft.untrack(file.path)
    some = ", ".join(file.path for file in [*found][:3])
    findings = tuple(finding for each in found.values() for finding in each)
    yield Step(f"untrack {len(found):,} files (what is on disk stays there), {why} them: {some}, …", findings)


def _let_in(side: Side, held: Mapping[str, bytes], path: str) -> str:
    """Let a path through on one side; what that takes, or nothing where earlier lines do it already."""
    texts = {file: side.read(file) or text for file, text in held.items()}
    ignores = _ignores(texts)
    source = ignores.ignored(path)
    if source is None:
        return ""
    lines, instead = letting(ignores, path, source)
    side.write(
        source.file, replaced(texts[source.file], instead, lines) if instead else appended(texts[source.file], lines)
    )
    where = f" instead of {source.pattern} in {source.file}" if instead else f" to {source.file}"
    return f"{'write' if instead else 'add'} {', '.join(lines)}{where}"


def _ignores(texts: Mapping[str, bytes]) -> Ignores:
    return Ignores({path.rpartition("/")[0]: text for path, text in texts.items()})


def _untracked(draft: Draft, file: File, findings: tuple[Finding, ...], why: str = "") -> Step:
    draft.untrack(file.path)
    stays = "it stays on disk" if (Path(draft.git.top) / file.path).is_file() else "it is not on disk"
    return Step(f"untrack {file.path} ({stays}){why}", findings)


def _ignoring(draft: Draft, path: str) -> Iterator[Step]:
    added = [(side, _lines(side, path)) for side in draft.sides]
    for side, lines in added:
        if lines:
            side.write(IGNORE, appended(side.read(IGNORE), lines))
    if any(lines for _, lines in added):
        yield Step(f"add a line for {path} to {IGNORE}", add="" if draft.staged else IGNORE)


def _lines(side: Side, path: str) -> list[str]:
    """The lines that the top `.gitignore` lacks: one that ignores the env file, one that lets its template through."""

    def ignored(added: list[str], which: str) -> bool:
        return ignores_of(side, path, added).ignored(which) is not None

    lines = [] if ignored([], path) else [exactly(path)]
    template = env_files.template_path(path)
    through = [*lines, f"!{exactly(template)}"]  # which cannot help where a whole folder is ignored
    return through if ignored(lines, template) and not ignored(through, template) else lines


def _template(draft: Draft, file: File) -> Iterator[Step]:
    place, data = env_files.template_path(file.path), draft.git.read(file.blob) or b""
    drafts = [(side, env_files.template(file.path, data, side.read(place))) for side in draft.sides]
    for side, text in drafts:
        if text is not None:
            side.write(place, text)
    if any(text is not None for _, text in drafts):
        yield Step(f"write {place} with the keys and no values", add="" if draft.staged else place)
