"""Cost grows with the text and not with its square: counted in calls, which no busy machine changes.

What the counting does not see, a single search of a regular expression, is measured by ``make growth``; expressions
that once took quadratic time read a megabyte here, which they would not live to see the end of.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from fuzz.growth import DOCUMENTS, OVERVIEWS, PROGRAMS, READERS, _check, _written_in_place
from fuzz.reports import SHAPES as REPORTS
from fuzz.reports import STEPS, Case, folders
from fuzz.targets import CODE, PAGE, PAGES, PLUGIN, TARGETS, _session, clean
from owui_lint.finding import Edit, Finding, Fix, Message, Place, Severity, Span
from owui_lint.fixing.apply import choose
from owui_lint.fixing.diff import changed_spans
from owui_lint.openwebui.requirements import _EXTRAS, are_compatible
from owui_lint.primitives.learnings import _FENCED
from owui_lint.primitives.metadata import _URL
from owui_lint.primitives.valve_use import _plain_type
from owui_lint.releasing.comparison import Comparison
from owui_lint.releasing.draft import _headline
from owui_lint.reporting import Format
from owui_lint.reporting.graph import describe_dependencies
from owui_lint.repository.documents.anchors import anchors
from owui_lint.repository.documents.generatedblocks import GeneratedMarks
from owui_lint.repository.documents.markdown import Markdown
from owui_lint.repository.documents.movable import _ANCHOR
from owui_lint.repository.documents.sections import SectionBook
from owui_lint.repository.files import SourceFile
from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.statics import StaticNames
from owui_lint.repository.python.valve_uses import _VALVES_NAME
from owui_lint.repository.python.writtenvalue import _NUMBER, _first_code
from owui_lint.repository.versions.inventory import Inventory
from owui_lint.repository.versions.others import _LABEL_OF_FIELD
from owui_lint.repository.versions.owners import _without_v
from owui_lint.rulebook import load_rulebook
from owui_lint.session import Selection
from owui_lint.text import nearest, slug, title_keys

KIB = 1024
MEGABYTE = 1_000_000


def _marks() -> GeneratedMarks:
    return GeneratedMarks(load_rulebook().data["locations"]["generated-marks"])


LIMIT = 3.2  # linear growth is 2, quadratic 4; what has a bound that small texts do not reach lies between


def calls(work: Callable[[], object]) -> int:
    """Return how many functions, Python's and C's, ``work`` calls."""
    count = 0

    def counted(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal count
        count += event.endswith("call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def _after_name() -> re.Pattern[str]:
    return Inventory(load_rulebook().data["locations"]).pattern("after-name")


SHAPES = {
    **{f"code: {name}": (CODE, make) for name, make in PROGRAMS.items()},
    **{f"overview: {name}": (PAGES[4], make) for name, make in OVERVIEWS.items()},
    **{
        f"page: {name}": (PAGES[0], lambda size, make=make: PAGE + make(size))
        for name, make in DOCUMENTS.items()
        if not name.startswith("token")
    },
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_check_takes_linear_work(shape: str) -> None:
    path, make = SHAPES[shape]
    sizes = (4 * KIB, 8 * KIB, 16 * KIB)
    _check(path, make(sizes[0]))  # what is imported or kept once
    small, middle, large = (calls(lambda size=size: _check(path, make(size))) for size in sizes)
    # The differences leave out what every check costs.
    assert large - middle <= LIMIT * max(middle - small, 2000)


# Fixes of valves are made for some hundred at a time, in a limited number of rounds, which these sizes do not reach.
ROUNDS = {"valves in a line", "valves in lines"}


@pytest.mark.parametrize("shape", list(REPORTS))
def test_what_comes_after_a_check_takes_linear_work(shape: str) -> None:
    """Every format, a baseline, a base commit, a preview of all fixes."""
    with folders(3) as places:
        cases = [Case(shape, size, place) for size, place in zip((KIB, 2 * KIB, 4 * KIB), places, strict=True)]
        for step, prepare in STEPS.items():
            if step == "preview" and shape in ROUNDS:
                continue
            prepare(cases[0])()  # what is imported or kept once
            small, middle, large = (calls(prepare(case)) for case in cases)
            assert large - middle <= LIMIT * max(middle - small, 2000), step


@pytest.mark.parametrize("step", ["text", "html", "since"])
@pytest.mark.parametrize("shape", ["badges in a line", "broken links in a line"])
def test_a_line_with_many_findings_is_read_a_few_times(step: str, shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting calls does not see that each copies a line as long as the file: what they give is counted here."""
    read = 0
    line_text = SourceFile.line_text

    def counted(self: SourceFile, line: int) -> str:
        nonlocal read
        text = line_text(self, line)
        read += len(text)
        return text

    monkeypatch.setattr(SourceFile, "line_text", counted)
    with folders(1) as (place,):
        case = Case(shape, 16 * KIB, place)
        work = STEPS[step](case)
        read = 0
        work()
        assert len(case.report.findings) > 200
        assert read <= 10 * len(case.files[REPORTS[shape][0]])


def test_a_finding_that_spans_a_long_line_shows_a_part_of_it(tmp_path: Path) -> None:
    case = Case("broken links in a line", 32 * KIB, tmp_path)
    (finding,) = (finding for finding in case.report.findings if "b500.md" in finding.message.en)
    span = finding.place.span._replace(column=1, end_column=32_000)
    many = [finding._replace(place=finding.place._replace(span=span))] * 100
    case.report = case.report._replace(findings=many)
    assert len(case.render(Format.html)) < 200_000


@pytest.mark.parametrize("depth", [200, 400])
def test_a_diff_looks_at_each_line_a_few_times(depth: int) -> None:
    """Lines of which each is unique only once the one before has been found."""
    looks = 0

    class Line(bytes):
        def __hash__(self) -> int:
            nonlocal looks
            looks += 1
            return super().__hash__()

    def text(other: bytes) -> list[bytes]:
        lines = [b"a1", other, b"U"]
        for n in range(1, depth):
            lines += [other, b"a%d" % (n + 1), other, b"a%d" % n]
        return [Line(line) for line in lines]

    old, new = text(b"x"), text(b"y")
    assert list(changed_spans(old, new))
    assert looks <= 6 * 65 * (len(old) + len(new))


def test_lines_are_looked_up_among_many_changed_ones() -> None:
    class Changed(Comparison):
        changed_paths = frozenset({"a.md"})

        def __init__(self, count: int) -> None:
            self.base: Any = type("Base", (), {"tree": {"a.md": ("100644", "x")}})
            self.__dict__["_lines"] = {"a.md": [(4 * n + 2, 4 * n + 3) for n in range(count)]}

    def answers(count: int) -> list[bool]:
        comparison = Changed(count)
        return [comparison.is_changed_line("a.md", line, line) for line in range(1, 4 * count + 5)]

    assert answers(3) == [False, True, True, False] * 3 + [False] * 4
    several = Changed(3)
    spans = {(1, 1): False, (1, 2): True, (4, 5): False, (4, 9): True, (12, 99): False, (3, 99): True}
    assert {span: several.is_changed_line("a.md", *span) for span in spans} == spans
    small, middle, large = (calls(lambda count=count: answers(count)) for count in (100, 200, 400))
    assert large - middle <= LIMIT * (middle - small)


@pytest.mark.parametrize("shape", DOCUMENTS)
@pytest.mark.parametrize("reader", READERS)
def test_readers_take_linear_work(reader: str, shape: str) -> None:
    read, make = READERS[reader], DOCUMENTS[shape]
    texts = [make(size) for size in (2 * KIB, 4 * KIB, 8 * KIB)]
    read(texts[0])
    small, middle, large = (calls(lambda text=text: read(text)) for text in texts)
    assert large - middle <= LIMIT * max(middle - small, 200)


@pytest.mark.usefixtures("ends_in_time")
@pytest.mark.parametrize(
    ("work", "expected"),
    [
        (lambda: slug("a" + "-action" * (MEGABYTE // 7) + "!"), "a" + "-action" * (MEGABYTE // 7) + "!"),
        (lambda: title_keys("a" + " tools" * (MEGABYTE // 6) + " x"), {"a" + " tools" * (MEGABYTE // 6) + " x"}),
        (lambda: title_keys("](" * (MEGABYTE // 2)), set()),
        (lambda: _URL.fullmatch("https://" + "a" * MEGABYTE + " b"), None),
        (lambda: _FENCED.search("```" + " " * MEGABYTE + "x"), None),
        (lambda: _VALVES_NAME.fullmatch("_" * MEGABYTE), None),
        (lambda: _NUMBER.fullmatch("1" * MEGABYTE + "x"), None),
        (lambda: _first_code("`" * MEGABYTE), None),
        (
            lambda: _plain_type(__import__("ast").parse(f"Literal['{' ' * MEGABYTE}']", mode="eval").body),
            f"Literal['{' ' * MEGABYTE}']",
        ),
        (lambda: anchors(Markdown("# a {" + "#a" * (MEGABYTE // 2) + "\n")), {"a-" + "a" * (MEGABYTE // 2)}),
        (lambda: Markdown("a | b\n" + " " * MEGABYTE + "-x\n").tables, []),
        (lambda: Markdown("<!--a" + " " * MEGABYTE + "x\n", marks=_marks()).generated, []),
        (lambda: are_compatible("==1.0" + " " * MEGABYTE, ">=2" + " " * MEGABYTE), False),
        (lambda: _without_v("(" * MEGABYTE + "x", Inventory(load_rulebook().data["locations"])), "(" * MEGABYTE + "x"),
        (lambda: _EXTRAS.match("[" + " " * MEGABYTE + "x"), None),
        (lambda: _headline("**" + "🔥" * 20_000 + "**", SectionBook(load_rulebook().data["sections"], {})), ""),
        (lambda: _after_name().search("- **[a]()**(v1.1-a+a" + " " * MEGABYTE + "!")[0], "- **[a]()**(v1.1"),  # type: ignore[index]
        (lambda: nearest("x" * 50, {f"{n}x" for n in range(100_000)}), None),
        (lambda: _ANCHOR.fullmatch("<a id=a/>" * (MEGABYTE // 9) + "x"), None),
        (lambda: _LABEL_OF_FIELD.match(" " * MEGABYTE + "x"), None),
    ],
    ids=range(20),
)
def test_a_megabyte_that_once_took_for_ever(work: Callable[[], object], expected: object) -> None:
    found = work()
    is_right = found == expected
    assert is_right, repr(found)[:200]  # a comparison of megabytes is nothing to be explained


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("_valves", True),
        ("my_valves", True),
        ("__VALVES", True),
        ("valves", True),
        ("myvalves", False),
        ("valves_", False),
    ],
)
def test_names_of_valves(text: str, expected: bool) -> None:
    assert bool(_VALVES_NAME.fullmatch(text)) is expected


def test_names_of_names_do_not_double_for_ever() -> None:
    import ast

    lines = ["a0 = 'x'", *(f"a{n + 1} = a{n} + a{n}" for n in range(60))]
    module = ast.parse("\n".join(lines))
    names = StaticNames(module.body, CodeIndex(module))
    assert names.lookup("a10") == "x" * 1024 and names.lookup("a60") is None


@pytest.fixture(scope="module")
def folders_of_targets() -> Iterator[None]:
    """Targets write to temporary folders of their own; whoever runs them puts these away."""
    yield
    clean()


@pytest.mark.usefixtures("folders_of_targets")
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_every_target_takes_its_seeds(target: Any) -> None:
    """The fuzz targets are alive: each takes what it starts from, and a few bytes of nonsense."""
    for data in [*list(target.seeds())[:5], b"", b"\xff\xfe", b"\0", b"\x03# x\r**Version:** 1.0\n"]:
        target.run(data)


def test_seeds_are_there() -> None:
    assert all(list(target.seeds()) for target in TARGETS)


# -- the number of plugins -----------------------------------------------------------------------------------------------

TINY = '"""\ntitle: Tiny {n}\nauthor: A{n}\nversion: 1.1.0\nrequirements: requests>=2.{m}\n"""\nfrom .other_{n} import x\n\n\nclass Filter:\n    pass\n'


def many_plugins(count: int) -> dict[str, bytes]:
    """Return files of plugins with all that plugins have in common: pages claimed in each way, lists, mentions, gaps."""
    files: dict[str, str] = {}
    table, index, listing = ["| Plugin | Version |\n|-|-|\n"], ["# Filters\n\n"], ["# Filters\n\n"]
    for n in range(count):
        folder = f"plugins/filters/tiny-{n}"
        files[f"{folder}/tiny_{n}.py"] = TINY.replace("{n}", str(n)).replace("{m}", str(n % 4))
        files[f"{folder}/README.md"] = (
            f"# Tiny {n}\n\n**Author:** A | **Version:** 1.0.0\n\n[x](../tiny-{n}x/README.md)\n"
        )
        # A page that its name gives to its plugin, one that its heading does, and one that nobody owns.
        files[f"docs/plugins/filters/tiny-{n}.md"] = f"# A page\n\n**Version:** 1.0.{n}\n"
        files[f"docs/plugins/filters/page-{n}.zh.md"] = f"# Tiny {n}\n\n**版本：** 1.0.{n}\n"
        files[f"docs/plugins/filters/guide-{n}.md"] = (
            "# Guide\n\n![v](https://img.shields.io/badge/version-1.0.0-blue)\n"
        )
        table.append(f"| [Tiny {n}]({folder}/README.md) | 1.0.0 |\n| **Tiny {n}** | 1.0.1 |\n")
        index.append(f"- [Tiny {n}](tiny-{n}.md)\n- **Tiny {n}x** (v1.0.0)\n")
        listing.append(f"- **Tiny {n}** (v1.0.{n % 2})\n- [Tiny]({folder[16:]}/) v1.0\n")
    files["README.md"] = files["README_CN.md"] = "# All\n\n" + "".join(table)
    files["docs/plugins/filters/index.md"] = files["docs/plugins/filters/index.zh.md"] = "".join(index)
    files["plugins/filters/README.md"] = files["plugins/filters/README_CN.md"] = "".join(listing)
    return {path: text.encode() for path, text in files.items()}


def loose_plugins(count: int) -> dict[str, bytes]:
    """Return files of plugins outside of folders of types: whose README it is has to be found out for each, and what
    indexes, pages and READMEs of folders above tell of it."""
    files: dict[str, str] = {}
    listing = ["# All\n\n"]
    for n in range(count):
        folder = f"filters/tiny-{n}"
        files[f"{folder}/tiny_{n}.py"] = TINY.replace("{n}", str(n)).replace("{m}", str(n % 4))
        if n % 2:
            files[f"{folder}/README_EN.md"] = f"# Tiny {n}\n\n**Version:** 1.0.0\n"
        files[f"{folder}/README.md"] = f"# About {n}\n\n**Version:** 1.0.0\n"
        files[f"filters/loose_{n}.py"] = TINY.replace("{n}", f"loose {n}").replace("{m}", "1")
        files[f"docs/tiny-{n}.md"] = f"# A page\n\n**Version:** 1.0.{n}\n"
        listing.append(f"- [Tiny {n}]({folder}/) v1.0.0\n- **Tiny loose {n}** (v1.0.0)\n")
    files["README.md"] = files["filters/README.md"] = files["docs/index.md"] = "".join(listing)
    return {path: text.encode() for path, text in files.items()}


@pytest.mark.parametrize("layout", [many_plugins, loose_plugins])
def test_a_check_takes_linear_work_in_plugins(layout: Callable[[int], dict[str, bytes]]) -> None:
    repositories = [layout(count) for count in (8, 16, 32)]

    def check(files: dict[str, bytes]) -> None:
        report = _session(Path("/nonexistent"), files).check(Selection(profile="strict"))
        assert report.findings and not report.crashed

    check(repositories[0])  # what is imported or kept once
    small, middle, large = (calls(lambda files=files: check(files)) for files in repositories)
    assert large - middle <= 2.2 * (middle - small)


def test_many_plugins_in_one_folder_take_linear_work() -> None:
    repositories = [
        {f"plugins/filters/tiny{n}.py": TINY.replace("{n}", str(n)).encode() for n in range(count)}
        for count in (50, 100, 200, 400)
    ]

    def check(files: dict[str, bytes]) -> None:
        report = _session(Path("/nonexistent"), files).check(Selection(profile="strict"))
        assert report.findings and not report.crashed

    check(repositories[0])
    small, middle, large = (calls(lambda files=files: check(files)) for files in repositories[1:])
    assert large - middle <= 2.4 * (middle - small)


def test_choosing_of_many_edits_takes_linear_work() -> None:
    def work(size: int) -> None:
        place = Place("a.md", Span(1, 1, 1, 1))
        message = Message("m", "m")
        findings = [
            Finding(
                "OWL001", "r", Severity.ERROR, place, message, fix=Fix("safe", message, (Edit("a.md", n, n + 1, b""),))
            )
            for n in range(size)
        ]
        assert len(choose(findings, unsafe=True)[1]) == size

    small, middle, large = (calls(lambda size=size: work(size)) for size in (100, 200, 400))
    assert large - middle <= LIMIT * (middle - small)


def test_plugins_at_odds_take_linear_work() -> None:
    def check(count: int) -> None:
        files = {
            f"plugins/filters/f{n}/f{n}.py": PLUGIN.replace(
                "description: d", "requirements: " + ", ".join(f"a=={n}{version}rc1" for version in range(count))
            ).encode()
            for n in range(4)
        }
        report = _session(Path("/nonexistent"), files).check(Selection(profile="strict"))
        assert report.findings and not report.crashed

    check(10)
    small, middle, large = (calls(lambda count=count: check(count)) for count in (100, 200, 400))
    assert large - middle <= LIMIT * (middle - small)


@pytest.mark.parametrize("versions", ["~=1.2", "==1.{n}"], ids=["of one mind", "at odds"])
def test_a_graph_of_dependencies_takes_linear_work_in_plugins(versions: str) -> None:
    def graph(count: int) -> None:
        files = {
            f"plugins/filters/f{n}/f{n}.py": PLUGIN.replace(
                "description: d", "requirements: foo" + versions.replace("{n}", str(n % 4))
            ).encode()
            for n in range(count)
        }
        found = describe_dependencies(_session(Path("/nonexistent"), files).repository)
        assert len(found["plugins"]) == count and bool(found["conflicts"]) is ("{n}" in versions)

    graph(50)
    small, middle, large = (calls(lambda count=count: graph(count)) for count in (100, 200, 400))
    assert large - middle <= 2.4 * (middle - small)


def test_every_form_of_writing_an_expression_is_measured() -> None:
    source = (
        'import re\nre.search("a+", x)\ncompiled(r"b+", re.I).sub("", x)\nre.sub(f"{c}+", "", x)\nother("d+").find(x)\n'
    )
    assert list(_written_in_place(source)) == [(2, "a+", "search"), (3, "b+", "sub")]
