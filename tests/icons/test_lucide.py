import random
import re

import pytest

from owui_lint.icons import lucide, lucide_data
from owui_lint.icons.data_uri import parse_icon
from owui_lint.icons.lucide import Grade, current_svg, icon_url, identify, resolve
from owui_lint.icons.svg import MAX_BYTES, read_svg

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="black">'
NAMES = sorted(lucide_data.current())


def named(inner, opening=OPEN):
    return identify(read_svg(f"{opening}{inner}</svg>".encode()))


def test_every_current_icon_is_recognised_from_its_icon_url():
    for name in NAMES:
        icon = parse_icon(icon_url(name))
        assert icon.problem is None
        read = read_svg(icon.data)
        assert (read.hazards, read.others) == ([], 0)
        match = identify(read)
        assert match.grade is Grade.CURRENT
        assert name in match.names
        assert resolve(name).name == name


def test_rewritten_icons_are_recognised():
    chance = random.Random(7)
    for name in chance.sample(NAMES, 200):
        elements = re.findall(r"<[^>]+/>", lucide_data.current()[name])
        chance.shuffle(elements)
        shuffled = []
        for element in elements:
            tag, *attributes = re.findall(r'<\w+|[\w-]+="[^"]*"', element)
            chance.shuffle(attributes)
            shuffled.append(" ".join([tag, 'class="x"', *attributes, "/>"]))
        opening = OPEN.replace("0 0 24 24", "10 10 96 96").replace("black", "#123456")
        match = named(f'<g transform="translate(10 10) scale(4)">{"".join(shuffled)}</g>', opening)
        assert (match.grade, name in match.names) == (Grade.CURRENT, True), name


def test_former_drawing_names_its_last_release_and_todays_name():
    # Three bars as lines: drawn so since Feather, since renamed.
    match = named(
        '<line x1="12" y1="20" x2="12" y2="10"/><line x1="18" y1="20" x2="18" y2="4"/><line x1="6" y1="20" x2="6" y2="16"/>'
    )
    assert match.grade is Grade.FORMER
    assert match.current == resolve("bar-chart").name
    assert match.last_release in lucide_data.table().releases[:-1]


def test_near_tells_the_share_of_strokes():
    markup = lucide_data.current()["network"]
    match = named(markup.replace('"/>', '"/>', 1) + '<path d="M1.3 1.7h3"/>')
    assert (match.grade, match.name, match.shared, match.total) == (Grade.NEAR, "network", 5, 6)
    assert match.current == "network"


@pytest.mark.parametrize(
    "inner",
    [
        "",
        '<path d="M5 12h14M3 3.3l7 9"/><path d="M2.5 2.5c4 4 9 1 9 9"/>',  # one stroke of "minus", by coincidence
        '<circle cx="12" cy="12" r="10"/><path d="M3.1 3.2h7"/><path d="M3.1 5.2h7"/>',
        '<path d="M1 1hello"/>',
        '<path d="M1 1h1" transform="matrix(1e4 0 0 1e4 0 0) matrix(1e4 0 0 1e4 0 0)"/>',
        '<path d="M1 1h1"/>' * 100,
        '<path d="M12 8h.01"/>' * 60,
        "<text>x</text>",
    ],
)
def test_what_is_no_lucide_icon(inner):
    assert named(inner).grade is Grade.NONE


@pytest.mark.parametrize(
    "extra", ["<text>2</text>", '<use href="#a"/>', '<image href="#a"/>', '<path d="M1.2 1.9h2"/>']
)
def test_an_icon_with_something_more_is_not_that_icon(extra):
    assert named(lucide_data.current()["network"] + extra).grade is Grade.NEAR


def test_an_icon_with_a_stroke_less_is_not_that_icon():
    markup = lucide_data.current()["network"]
    assert named(markup[: markup.rindex("<")]).grade is Grade.NEAR


def test_what_was_not_read_to_its_end_is_not_named():
    read = read_svg(b'<!DOCTYPE svg [<!ENTITY a "b">]>' + current_svg("network").encode())
    assert identify(read).grade is Grade.NONE


@pytest.mark.parametrize(
    "asked", ["file-text", " File-Text ", "lucide:file-text", "FileText", "file_text", "fileText", "Lucide/file text"]
)
def test_names_in_other_cases(asked):
    assert resolve(asked).name == "file-text"


def test_aliases_lead_to_todays_name():
    assert resolve("alert-circle").name == "circle-alert"
    assert resolve("edit").name == "square-pen"


def test_unknown_and_removed_names():
    assert "file-text" in resolve("fil-text").suggestions
    assert resolve("x" * 10_000).name is None
    assert resolve("").name is None
    removed = resolve("github")
    assert (removed.name, removed.removed) == (None, True)
    with pytest.raises(KeyError):
        current_svg("no-such-icon")


def test_every_name_leads_to_an_icon_that_can_be_written_or_to_none():
    table = lucide_data.table()
    heirs = {table.heir(name) for name in table.names}
    assert heirs - {None} == set(NAMES)
    with pytest.raises(KeyError):
        table.heir("no-such-icon")


def test_icons_fit_on_one_line_and_in_the_limit():
    for name in NAMES:
        text = current_svg(name)
        assert "\n" not in text
        assert len(text) < MAX_BYTES // 8


def test_table_is_whole():
    table = lucide_data.table()
    assert lucide.newest_release() == table.releases[-1]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", table.date)
    assert max(table.strokes) == len(table.columns[0]) - 1
    assert list(table.columns[0]) == sorted(table.columns[0])
    for number in range(len(table.starts) - 1):
        assert len(table.drawing(number)) > 0
        uses = table.uses_of(number)
        assert uses
        assert all(use.first <= use.last < len(table.releases) for use in uses)
    notice = (lucide_data.DATA / "LICENSE-lucide.txt").read_text(encoding="utf-8")
    assert "ISC License" in notice
    assert "Cole Bemis" in notice
    assert (lucide_data.DATA / "lucide-table.bin").stat().st_size < 200_000
