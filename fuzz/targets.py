"""What is fuzzed: each target takes bytes, and may raise only what its readers promise to raise, which it catches.

A target is listed once, in ``TARGETS``; the runner, the tests and the table of results all take it from there.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fuzz.tokens import seeds
from owui_lint import sealed
from owui_lint.baseline import load as load_baseline
from owui_lint.config import TOML_NAME, YAML_NAME, Config, load_config
from owui_lint.errors import UsageError
from owui_lint.fixing.apply import fix, preview
from owui_lint.icons.geometry import GeometryError, describe, parse_transform, path_strokes
from owui_lint.icons.reading import read_icon, read_wrapped
from owui_lint.icons.svg import SvgError, read_svg
from owui_lint.localrules import with_local_rules
from owui_lint.openwebui.frontmatter import read_frontmatter
from owui_lint.openwebui.requirements import parse_requirements, satisfies
from owui_lint.patterns import Matcher, PatternTooSlow
from owui_lint.primitives import Options, registry
from owui_lint.repository import SourceFile
from owui_lint.repository.documents.anchors import anchors, github_slug, references
from owui_lint.repository.documents.badges import badges, escape, is_cut, normal_label, parse_date
from owui_lint.repository.documents.entries import resolve_link
from owui_lint.repository.documents.markdown import Markdown, plain_text
from owui_lint.repository.documents.passages import passages
from owui_lint.repository.documents.sections import normal_heading, release_named, version_named
from owui_lint.repository.documents.spelleddays import days_named
from owui_lint.repository.message import MessageFile
from owui_lint.rulebook import LOCAL_RULES, RuleBook, load_rulebook
from owui_lint.session import Selection, Session
from owui_lint.suppressions import find_suppressions
from owui_lint.text import printable, slug, title_keys
from owui_lint.versions import PART_NAMES, is_semver, raise_version, version_key
from owui_lint.yamlfile import YamlError, load_with_lines

registry()  # all primitives, before anything is measured

CODE = "plugins/filters/echo/echo.py"
PAGES = (
    "plugins/filters/echo/README.md",
    "plugins/filters/echo/README_CN.md",
    "docs/plugins/filters/echo.md",
    "docs/plugins/filters/index.md",
    "README.md",
)
PLUGIN = (
    '"""\ntitle: Echo\nauthor: A\nversion: 1.1.0\ndescription: d\n"""\n\nfrom pydantic import BaseModel, Field\n\n\n'
    "class Filter:\n    class Valves(BaseModel):\n        priority: int = Field(default=0, description='p')\n\n"
    "    def __init__(self):\n        self.valves = self.Valves()\n\n"
    "    async def inlet(self, body: dict) -> dict:\n        return body\n"
)
PAGE = "# Echo\n\n**Author:** A | **Version:** 1.0.0\n\n## Configuration\n\n| Parameter | Default | Description |\n|-|-|-|\n"


@dataclass(frozen=True)
class Target:
    """A function to be given bytes, the kinds of texts (``tokens.seeds``) to start from, and its share of the time."""

    name: str
    run: Callable[[bytes], object]
    kinds: tuple[str, ...]
    share: int = 1

    def seeds(self) -> Iterator[bytes]:
        """Yield the texts to start from."""
        for kind in self.kinds:
            yield from seeds(kind)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape" if data[:1] == b"\xff" else "replace")


@cache
def _folder(name: str) -> Path:
    """A folder of this process's own; whoever runs targets removes it by ``clean``."""
    return Path(tempfile.mkdtemp(prefix=f"owui-lint-fuzz-{name}-"))


def clean() -> None:
    """Remove what the targets wrote."""
    for name in ("config", "rules", "baseline", "cache", "fix"):
        shutil.rmtree(_folder(name), ignore_errors=True)
    _folder.cache_clear()


def _book() -> RuleBook:
    return _kept_book()


_kept_book = cache(load_rulebook)


def front_matter(data: bytes) -> None:
    """The front-matter reader, and the readers of its values."""
    text = _text(data)
    found = read_frontmatter(text)
    _ = found.duplicates(), found.unknown(), found.values
    for entry in found.entries:
        assert text[entry.value_span.start : entry.value_span.end] == entry.value
        parse_requirements(entry.value)
        satisfies("1.0.0", entry.value)


def markdown(data: bytes) -> None:
    """The Markdown scanner; what is masked keeps every offset."""
    page = Markdown(_text(data))
    assert len(page.masked) == len(page.text) == len(page.without_any_code)
    for heading in page.headings:
        assert page.text[heading.start : heading.end] == heading.content
        page.section_end(heading)
    for link in page.links:
        assert page.text.startswith(link.target, link.target_start)
        resolve_link("docs/a.md", link.target)
    for block in passages(page):
        assert 0 <= block.start <= block.end <= len(page.text)
    _ = page.tables, page.entries, page.generated, page.lines_with_versions, anchors(page), list(references(page))


def forms(data: bytes) -> None:
    """Badges, versions and dates."""
    text = _text(data)
    page = Markdown(text)
    for badge in badges(page):
        assert badge.start <= badge.end <= len(text)
        escape(badge.message, badge.form)
        is_cut(text[badge.start : badge.end], badge.form)
        _ = normal_label(badge.label), days_named(badge.message, is_told_of=True)
        version_key(badge.message)
    for line in text.splitlines()[:50]:
        _ = version_key(line), is_semver(line), days_named(line, is_told_of=True), parse_date(line)
        for part in PART_NAMES:
            try:
                raise_version(line, part)
            except ValueError:
                continue


def headings(data: bytes) -> None:
    """Headings, titles and slugs; text made printable."""
    for line in _text(data).splitlines()[:50]:
        _ = (
            normal_heading(line),
            release_named(line),
            version_named(line),
            slug(line),
            title_keys(line),
            github_slug(line),
            plain_text(line),
        )
        shown = printable(line)
        assert not any(mark in shown for mark in "\x1b\n\r\x07\u202e\u2066\x00")


def icon(data: bytes) -> None:
    """The readers of ``icon_url``, SVG and its paths."""
    text = _text(data)
    read_icon(text)
    first, *rest = text.split("\n")
    read_wrapped(first, rest)
    for read in (path_strokes, parse_transform):
        with suppress(GeometryError):
            read(text)
    with suppress(GeometryError, SvgError):
        describe(read_svg(data))


def configuration(data: bytes) -> None:
    """Configuration in TOML (what begins with a bracket) or YAML."""
    root = _folder("config")
    for other in (YAML_NAME, TOML_NAME):
        (root / other).unlink(missing_ok=True)
    (root / (TOML_NAME if data.startswith(b"[") else YAML_NAME)).write_bytes(data)
    try:
        load_config(root)
    except UsageError:
        return


def rule_file(data: bytes) -> None:
    """Rule files of a repository, and the YAML reader below them."""
    root = _folder("rules")
    (root / LOCAL_RULES).mkdir(parents=True, exist_ok=True)
    (root / LOCAL_RULES / "a.yaml").write_bytes(data)
    try:
        with_local_rules(_book(), root)
    except UsageError as error:
        assert "\n" not in str(error.message.en)
    try:
        json.dumps(str(load_with_lines(_text(data))[0]))
    except YamlError as error:
        assert error.line >= 1


def pattern(data: bytes) -> None:
    """A pattern of a repository's own rule (first line) on a text (the rest), through the loader and the worker."""
    first, _, rest = _text(data).partition("\n")
    rule = {
        "code": "LOC001",
        "name": "own-rule",
        "summary": "s",
        "severity": "info",
        "primitive": "pattern",
        "params": {"where": "code", "pattern": first},
        "cases": {"default": "m"},
    }
    root = _folder("rules")
    (root / LOCAL_RULES).mkdir(parents=True, exist_ok=True)
    (root / LOCAL_RULES / "a.yaml").write_text(json.dumps(rule), encoding="utf-8")
    try:
        with_local_rules(_book(), root)
        Matcher(first).search(rest)
    except (UsageError, PatternTooSlow):
        return


def suppressions(data: bytes) -> None:
    """Comments that suppress, in Python and in Markdown."""
    for name in ("a.py", "a.md"):
        file = SourceFile(Path("."), name, data)
        for found in find_suppressions(file):
            assert file.text[found.start : found.end]
            _ = found.removal(), found.place


def baseline(data: bytes) -> None:
    """The reader of baselines."""
    path = _folder("baseline") / "baseline.json"
    path.write_bytes(data)
    try:
        load_baseline(path)
    except UsageError:
        return


def sealed_cache(data: bytes) -> None:
    """Damaged and foreign files in the cache's folder: never opened, never unpacked."""
    root = _folder("cache")
    os.environ["XDG_CACHE_HOME"] = str(root / "user")
    target = root / sealed.FOLDER / "results"
    if not target.exists():
        sealed.store(str(root), "results", {"paths": [], "exists": [], "state": b"", "answers": {}})
    kept = target.read_bytes()
    try:
        for damaged in (data, kept[: len(data)] + data, data + kept, kept + data):
            target.write_bytes(damaged)
            if damaged != kept:
                assert sealed.load(str(root), "results") is None
    finally:
        target.write_bytes(kept)


def _session(root: Path, overlays: dict[str, bytes]) -> Session:
    # Nothing on disk: what a file holds is an overlay, and the list of files is given.
    return Session(root, Config(), _book(), options=Options(), overlays=overlays, paths=sorted(overlays))


def _files(data: bytes) -> dict[str, bytes]:
    """A small repository whose one file holds the bytes: the one that a low first byte chooses, or what they look like."""
    files = {CODE: PLUGIN.encode(), **{path: PAGE.encode() for path in PAGES}}
    names = list(files)
    if data[:1] < bytes([len(names)]):
        files[names[data[0] if data else 0]] = data[1:]
    else:
        files[CODE if data.startswith(b'"""') else PAGES[0]] = data
    return files


def check(data: bytes) -> None:
    """A whole check, all rules."""
    session = _session(_folder("config"), _files(data))
    try:
        report, _ = preview(session, lambda: session.check(Selection(profile="strict")), unsafe=True)
    except UsageError:
        return
    crashed = [finding for finding in report.findings if finding.name == "rule-crashed"]
    assert not crashed, crashed[0].message.en


def message(data: bytes) -> None:
    """The reader of commit messages, and the rules for them."""
    session = _session(_folder("config"), {CODE: PLUGIN.encode()})
    report = session.check_message(MessageFile("COMMIT_EDITMSG", data), Selection(profile="strict"))
    crashed = [finding for finding in report.findings if finding.name == "rule-crashed"]
    assert not crashed, crashed[0].message.en


def fix_versions(data: bytes) -> None:
    """Bringing versions in line: nothing outside is written, nothing that parsed stops parsing, twice is once."""
    outside = _folder("fix")
    root = outside / "repository"
    shutil.rmtree(outside, ignore_errors=True)
    for path, content in _files(data).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    before = (root / CODE).read_bytes()
    session = Session(root, Config(), _book(), options=Options())
    try:
        fix(session, lambda: session.check(Selection(select=("versions",), profile="standard")), unsafe=False)
        once = {path: (root / path).read_bytes() for path in (CODE, *PAGES)}
        session.reread()
        fix(session, lambda: session.check(Selection(select=("versions",), profile="standard")), unsafe=False)
    except UsageError:
        return
    assert {path: (root / path).read_bytes() for path in (CODE, *PAGES)} == once
    assert os.listdir(outside) == ["repository"]
    assert {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()} == {CODE, *PAGES}
    if _parses(before):
        assert _parses((root / CODE).read_bytes())


def _parses(data: bytes) -> bool:
    try:
        ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


TARGETS = (
    Target("front-matter", front_matter, ("py",)),
    Target("markdown", markdown, ("md",)),
    Target("versions-badges-dates", forms, ("md",)),
    Target("headings", headings, ("md",)),
    Target("icon", icon, ("svg",)),
    Target("configuration", configuration, ("configuration",)),
    Target("rule-file", rule_file, ("yaml",)),
    Target("own-pattern", pattern, ("pattern",)),
    Target("suppressions", suppressions, ("py", "md")),
    Target("baseline", baseline, ("json",)),
    Target("commit-message", message, ("message",), 2),
    Target("cache", sealed_cache, ("json",)),
    Target("check", check, ("py", "md"), 5),
    Target("fix-versions", fix_versions, ("py", "md"), 3),
)
