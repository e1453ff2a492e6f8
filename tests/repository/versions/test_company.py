"""Several plugins in one line: joined in any way, with versions in any form, behind or before their names, right or stale.

What is right is neither accused nor written, and of what is stale only the stale one's version, wherever the page lies.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.support import check, run, write_files

PLUGINS = {"Note Saver": "1.3.0", "Echo Box": "0.4.2", "Unit Mill": "2.0.1"}
FORMS = {
    "badge": "![v](https://img.shields.io/badge/v-{}-blue)",
    "labelled badge": "![version](https://img.shields.io/badge/version-{}-green.svg)",
    "image": '<img src="https://img.shields.io/badge/v-{}-blue" alt="v">',
    "linked badge": "[![v](https://img.shields.io/badge/v-{}-blue)](CHANGES.md)",
    "query badge": "![v](https://img.shields.io/static/v1?label=version&message={}&color=blue)",
}
NAMES = {
    "link": "[{name}]({path})",
    "bold": "**{name}**",
    "bold link": "**[{name}]({path})**",
    "html": '<a href="{path}">{name}</a>',
    "plain": "{name}",
}
JOINERS = [" · ", ", ", " and ", " | ", "; ", "<br>", " ", " / ", " & ", " • ", "，", "、", " 和 ", " plus "]
LINES = ["{}", "- {}", "Plugins: {}", "> {}", "### {}"]
PLACES = {
    "root": "README.md",
    "Chinese root": "README_CN.md",
    "flat": "README.md",
    "folder": "plugins/filters/README.md",
    "index": "docs/plugins/filters/index.md",
    "center": "docs/plugins/index.md",
}

OF_ENTRIES = ("folder", "index", "center")  # pages of which items, rows and sections are read


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def _path(name: str, place: str) -> str:
    if place == "flat":
        return f"{_slug(name).replace('-', '_')}.py"
    up = "../" * PLACES[place].count("/")
    if place in ("index", "center"):
        return f"{up}docs/plugins/filters/{_slug(name)}.md"
    return f"{up}plugins/filters/{_slug(name)}/"


def _code(title: str) -> str:
    return f'"""\ntitle: {title}\nversion: {PLUGINS[title]}\n"""\n\n\nclass Filter:\n    pass\n'


def _repository(place: str) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {}
    for name in PLUGINS:
        slug = _slug(name)
        if place == "flat":
            files[f"{slug.replace('-', '_')}.py"] = _code(name)
        else:
            files[f"plugins/filters/{slug}/{slug.replace('-', '_')}.py"] = _code(name)
            files[f"docs/plugins/filters/{slug}.md"] = f"# {name}\n\n**Version:** {PLUGINS[name]}\n"
    return files


def _said(root: Path, place: str, texts: list[str]) -> dict[str, list[str]]:
    """What is found in a page that consists of some lines, each in a section of its own, by the line."""
    page = "# Box\n" + "".join(f"\n## Part {number}\n\n{text}\n" for number, text in enumerate(texts))
    files = _repository(place) | {PLACES[place]: page}
    report = check(write_files(root, files), "version-mismatch", "version-missing")
    lines = page.split("\n")
    found: dict[str, list[str]] = {}
    for one in report.findings:
        if one.place.path == PLACES[place]:
            text = lines[one.place.span.line - 1] if one.place.span else ""
            found.setdefault(text, []).append(one.message.en.partition(":")[0])
    return found


def _item(name: str, version: str, *, form: str, style: str, place: str, is_first: bool = False) -> str:
    named = NAMES[style].format(name=name, path=_path(name, place))
    shown = FORMS[form].format(version)
    return f"{shown} {named}" if is_first else f"{named} {shown}"


def _lines(count: int, place: str, stale: int | None, *, is_first: bool = False) -> list[str]:
    """Lines of several plugins, each with its version, one of which may be stale."""
    names = list(PLUGINS)[:count]
    found = []
    for number, (joiner, form, style) in enumerate(itertools.product(JOINERS, FORMS, NAMES)):
        if style == "plain" and place in OF_ENTRIES:
            continue  # an entry is known by a link or what is in bold
        items = [
            _item(
                name,
                "0.0.1" if at == stale else PLUGINS[name],
                form=form,
                style=style,
                place=place,
                is_first=is_first,
            )
            for at, name in enumerate(names)
        ]
        line = LINES[number % len(LINES)] if place not in OF_ENTRIES else "- {}"
        found.append(line.format(joiner.join(items)))
    return found


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("is_first", [False, True])
def test_what_is_right_is_not_accused(is_first: bool, count: int, place: str, tmp_path: Path) -> None:
    texts = _lines(count, place, None, is_first=is_first)
    if count == 2:  # the index has to have them all
        texts.append(_item("Unit Mill", PLUGINS["Unit Mill"], form="badge", style="link", place=place))
    assert _said(tmp_path, place, texts) == {}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("count", "stale"), [(2, 0), (2, 1), (3, 0), (3, 1), (3, 2)])
def test_of_what_is_stale_only_that_is_said(place: str, count: int, stale: int, tmp_path: Path) -> None:
    texts = _lines(count, place, stale)
    said = _said(tmp_path, place, texts)
    expected = [f"0.0.1 should be {PLUGINS[list(PLUGINS)[stale]]}"]
    assert {text: said.get(text) for text in texts if said.get(text) != expected} == {}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("stale", [0, 1])
def test_of_versions_before_names_nothing_is_said(stale: int, place: str, tmp_path: Path) -> None:
    texts = [text for text in _lines(2, place, stale, is_first=True) if " | " not in text]
    said = _said(tmp_path, place, texts)
    assert {text: found for text, found in said.items() if text in texts} == {}


NOTE, ECHO = "[Note Saver](plugins/filters/note-saver/)", "[Echo Box](plugins/filters/echo-box/)"


def _badge(version: str) -> str:
    return FORMS["badge"].format(version)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| {note} {a} | {echo} {b} |\n|---|---|", "ab"),  # a grid
        ("| A | B |\n|---|---|\n| {note}<br>{a} | {echo}<br>{b} |", "ab"),
        ("| A | B |\n|---|---|\n| {note} | {a} |\n| {echo} | {b} |", "ab"),
        ("| A | B | C | D |\n|---|---|---|---|\n| {note} | {a} | {echo} | {b} |", "ab"),
        ("| Plugin | Version | Goes with |\n|---|---|---|\n| {note} | {a} | {echo} |", "a"),
        ("| Plugin | Goes with | Version |\n|---|---|---|\n| {note} | {echo} | {a} |", "a"),
        ("| Plugin | Notes | State |\n|---|---|---|\n| {note} | goes with {echo} nicely | {a} |", "a"),
        ("| A | B |\n|---|---|\n| Filters | {note} {a} {echo} {b} |", "ab"),
        ("<table><tr><td>{note}<br>{a}</td><td>{echo}<br>{b}</td></tr></table>", "ab"),
        ("{note}, {echo}: {a} {b}", ""),  # which is whose?
        ("{note} and {echo} {b}", ""),
        ("{note} {a} {b} {echo}", ""),
        ("{a} {note} {b} {echo}", ""),
        ("- {note} goes with {echo}. {a}", "a"),
        ("- {note} works with the {echo} filter {a}", ""),
        ("- {note} {a} works with the {echo} filter {b}", "a"),
        ("- {note} {a} works with Echo Box {b}", "ab"),
        ("- {note} {a} (needs {echo} {b})", "ab"),
        ("- {note} {a} and\n  {echo} {b}", "ab"),
        ("- {note}\n  {a}\n- {echo}\n  {b}", "ab"),
        ("- {note}\n  {a}\n  {echo}\n  {b}", "a"),
        ("### Note Saver\n\n{a} and {echo} {b}", "b"),
        ("### Note Saver\n\nGoes with {echo}\n{a}", "a"),
        ("[![v](https://img.shields.io/badge/v-{x}-blue)](plugins/filters/note-saver/) · {echo} {b}", "b"),
    ],
)
def test_who_is_named_nearest_before_it_has_the_version(text: str, expected: str, tmp_path: Path) -> None:
    files = _repository("root")
    files["README.md"] = "# Box\n\n## List\n\n" + text.format(
        note=NOTE, echo=ECHO, a=_badge("0.0.1"), b=_badge("0.0.2"), x="1.3.0"
    )
    report = check(write_files(tmp_path, files), "version-mismatch")
    said = [one.message.en.partition(":")[0] for one in report.findings if one.path == "README.md"]
    meant = {"a": "0.0.1 should be 1.3.0", "b": "0.0.2 should be 0.4.2"}
    assert said == [meant[one] for one in expected]


def test_a_page_has_no_version_that_stands_behind_the_name_of_another_plugin(tmp_path: Path) -> None:
    files = _repository("root")
    page = f"# Note Saver\n\n{_badge('1.3.0')} · goes with [Echo Box](../echo-box/) {_badge('0.4.2')}\n"
    files["plugins/filters/note-saver/README.md"] = page
    assert check(write_files(tmp_path, files), "version-mismatch").findings == []


def test_fixes_and_raised_versions_reach_the_own_badge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = _repository("root") | {"README.md": f"# Box\n\n{NOTE} {_badge('1.3.0')} · {ECHO} {_badge('0.4.2')}\n"}
    monkeypatch.chdir(write_files(tmp_path, files))
    readme = tmp_path / "README.md"
    before = readme.read_text()
    run(capsys, "--fix-versions")
    assert readme.read_text() == before
    code, _, _ = run(capsys, "bump", "filters/echo-box", "patch")
    assert code == 0
    assert readme.read_text() == before.replace("0.4.2", "0.4.3")


TEXTS = ["(v{})", "v{}", "`v{}`", "— v{}", "· v{}", "| v{}", "**Version:** {}", "· **Version:** {}", "Version {}"]
MORE_TEXTS = [
    "<kbd>v{}</kbd>",
    "<sub>v{}</sub>",
    "**v{}**",
    ": {}",
    "@{}",
    "（v{}）",
    "| **版本：** {}",
    "({})",
    "<br>v{}",
]


@pytest.mark.parametrize("place", ["root", "index"])
@pytest.mark.parametrize(("count", "stale"), [(2, None), (2, 1), (3, 0)])
def test_a_version_in_text_is_never_said_to_be_that_of_another(
    stale: int | None, count: int, place: str, tmp_path: Path
) -> None:
    names = list(PLUGINS)[:count]
    right = f"0.0.1 should be {PLUGINS[names[stale]]}" if stale is not None and stale < count else ""
    wrong = {}
    for number, (form, is_first) in enumerate(itertools.product([*TEXTS, *MORE_TEXTS], [False, True])):
        texts = []
        for joiner, style in itertools.product(JOINERS, NAMES):
            items = []
            for at, name in enumerate(names):
                named = NAMES[style].format(name=name, path=_path(name, place))
                shown = form.format("0.0.1" if at == stale else PLUGINS[name])
                items.append(f"{shown} {named}" if is_first else f"{named} {shown}")
            texts.append(f"- {joiner.join(items)}")
        said = _said(tmp_path / str(number), place, texts)
        wrong.update({text: found for text, found in said.items() if text in texts and set(found) - {right}})
    assert wrong == {}
