"""Icons end to end: files in, findings and fixed files out."""

import base64

import pytest

from owui_lint.icons.data_uri import svg_data_uri
from owui_lint.icons.lucide import icon_url
from tests.support import check, found, run, run_json, write_files

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="black">'
MINUS = svg_data_uri(f'{OPEN}<path d="M5 12h14"/></svg>')
OWN = svg_data_uri(f'{OPEN}<path d="M3 3l9 4"/><path d="M2 20h3v-6"/></svg>')
PATH = "plugins/actions/echo/echo.py"


def plugin(*lines, title="Echo", newline="\n", body="class Action: ..."):
    return newline.join(['"""', f"title: {title}", "version: 1.0.0", *lines, '"""', body, ""])


def repo(root, *lines, **options):
    return write_files(root, {PATH: plugin(*lines, **options)})


def text_of(root):
    return (root / PATH).read_bytes().decode()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_wrapped_icon_is_joined_and_the_rest_stays(tmp_path, capsys, newline):
    repo(tmp_path, "icon_url: " + MINUS[:70], "  " + MINUS[70:110], "  " + MINUS[110:], "license: MIT", newline=newline)
    assert found(check(tmp_path, "icons", profile="openwebui")) == [f"{PATH}:4:11 icon-invalid"]
    run(capsys, "check", str(tmp_path), "--fix", "--select", "icons")
    assert text_of(tmp_path) == plugin("icon_url: " + MINUS, "license: MIT", newline=newline)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["data:image/svg+xml,", ""])
def test_a_wrapped_icon_in_text_is_one_finding(tmp_path, capsys, newline, start):
    lines = [f"icon_url: {start}{OPEN}", '  <path d="M5 12h14"/>', "</svg>", "license: MIT"]
    repo(tmp_path, *lines, newline=newline)
    chosen = "icons,frontmatter-multiline-value,frontmatter-dropped-line"
    _, data = run_json(capsys, "check", str(tmp_path), "--profile", "openwebui", "--select", chosen)
    assert [(one["name"], one["line"], one["end_line"]) for one in data["findings"]] == [("icon-invalid", 4, 6)]
    run(capsys, "check", str(tmp_path), "--fix", "--select", "icons")
    drawn = svg_data_uri(f'{OPEN} <path d="M5 12h14"/> </svg>')
    assert text_of(tmp_path) == plugin(f"icon_url: {drawn}", "license: MIT", newline=newline)


@pytest.mark.parametrize("profile", ["openwebui", "standard", "strict"])
@pytest.mark.parametrize(
    "value",
    [
        "data:image/svg+xml;base64," + "A" * 7_000_000,
        "data:image/svg+xml;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n").decode(),
        "\x1b[31m\u202eevil",
    ],
    ids=["7 MB", "PNG", "escape"],
)
def test_hostile_values(tmp_path, capsys, value, profile):
    repo(tmp_path, "icon_url: " + value)
    code, out, err = run(capsys, "check", str(tmp_path), "--select", "icon-invalid", "--profile", profile)
    assert "icon-invalid" in out and "\x1b" not in out and "\u202e" not in out
    assert code in (0, 1) and err == "" and len(out) < 4000


def test_billion_laughs_are_told_and_not_expanded(tmp_path):
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    laughs = f'<!DOCTYPE svg [<!ENTITY e0 "ha">{entities}]><svg xmlns="http://www.w3.org/2000/svg">&e12;</svg>'
    repo(tmp_path, "icon_url: " + svg_data_uri(laughs))
    report = check(tmp_path, "icons", profile="strict")
    assert found(report) == [f"{PATH}:4:11 icon-unsafe"] * 2
    assert {finding.severity.label for finding in report.findings} == {"info", "error"}


def test_no_rule_speaks_twice_of_a_value_on_the_next_line(tmp_path):
    repo(tmp_path, "icon_url:", "  " + MINUS)
    assert found(check(tmp_path, "icons", profile="standard")) == [f"{PATH}:4:1 icon-invalid"]


def test_icon_in_the_code(tmp_path, capsys):
    body = f'class Action:\n    def __init__(self):\n        self.icon = """{MINUS[:80]}\n{MINUS[80:]}"""\n'
    repo(tmp_path, body=body)
    assert found(check(tmp_path, "icons", profile="openwebui"), "icon-invalid", "icon-not-lucide") == []
    repo(tmp_path, body=body.replace("svg+xml", "svg"))
    assert found(check(tmp_path, "icon-invalid", profile="openwebui")) == [f"{PATH}:7:21 icon-invalid"]
    run(capsys, "check", str(tmp_path), "--fix", "--select", "icon-invalid")
    assert f'        self.icon = "{MINUS}"\n' in text_of(tmp_path)


def test_front_matter_goes_before_code(tmp_path):
    repo(tmp_path, "icon_url: " + MINUS, body='class Action:\n    icon = "icon of nothing"\n')
    assert found(check(tmp_path, "icons", profile="standard")) == []


def test_unsafe_fix_needs_to_be_asked_for(tmp_path, capsys):
    near = svg_data_uri(f'{OPEN}<path d="M5 12h14"/><path d="M12 5v14"/><path d="M3 3h2"/></svg>')
    repo(tmp_path, "icon_url: " + near)
    run(capsys, "check", str(tmp_path), "--fix", "--select", "icons")
    assert near in text_of(tmp_path)
    run(capsys, "check", str(tmp_path), "--fix", "--unsafe-fixes", "--select", "icons")
    assert text_of(tmp_path) == plugin("icon_url: " + icon_url("plus"))


def test_icon_option_sets_one_plugins_icon(tmp_path, capsys):
    other = "plugins/actions/other/other.py"
    write_files(tmp_path, {PATH: plugin("icon_url: " + OWN), other: plugin(title="Other")})
    arguments = ["check", str(tmp_path), "--fix", "--select", "icons", "--plugin", "actions/echo", "--icon"]
    code, out, _ = run(capsys, *arguments, "FileText")
    assert code == 0 and "file-text" in out
    assert text_of(tmp_path) == plugin("icon_url: " + icon_url("file-text"))
    assert (tmp_path / other).read_text() == plugin(title="Other")
    before = text_of(tmp_path)
    run(capsys, *arguments, "file-text")
    assert text_of(tmp_path) == before


def test_icon_option_adds_a_line(tmp_path, capsys):
    repo(tmp_path, "description: x", newline="\r\n")
    run(capsys, "check", str(tmp_path), "--fix", "--plugin", "actions/echo", "--icon", "minus", "--select", "icons")
    expected = ["icon_url: " + icon_url("minus"), "description: x"]
    assert text_of(tmp_path) == plugin(*expected, newline="\r\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--icon", "plus"], "--plugin"),
        (["--icon", "pluss", "--plugin", "actions/echo"], "Did you mean plus"),
        (["--icon", "", "--plugin", "actions/echo"], "must not be empty"),
    ],
)
def test_icon_option_used_wrongly(tmp_path, capsys, arguments, said):
    repo(tmp_path)
    code, out, err = run(capsys, "check", str(tmp_path), "--lang", "en", *arguments)
    assert (code, out) == (2, "") and said in err


def test_shared_icon_names_both(tmp_path, capsys):
    other = "plugins/actions/other/other.py"
    write_files(tmp_path, {PATH: plugin("icon_url: " + MINUS), other: plugin("icon_url: " + icon_url("minus"))})
    code, report = run_json(capsys, "check", str(tmp_path), "--select", "icon-shared")
    (finding,) = report["findings"]
    assert (code, finding["path"], finding["plugin"], finding["severity"]) == (0, other, "actions/other", "info")
    assert "actions/echo" in finding["message"] and finding["related"][0]["path"] == PATH


def test_icon_command(capsys):
    assert run(capsys, "icon", "file-text") == (0, f"icon_url: {icon_url('file-text')}\n", "")
    code, out, err = run(capsys, "icon", "bar-chart", "--svg")
    assert code == 0 and out.startswith("<svg ") and out.endswith("</svg>\n")
    assert "chart-no-axes-column-increasing" in err
    assert "对应 Lucide" in run(capsys, "icon", "FileText", "--lang", "zh")[2]


def test_icon_command_with_an_unknown_name(capsys):
    code, out, err = run(capsys, "icon", "fil-text")
    assert (code, out) == (2, "") and "file-text" in err
    code, out, err = run(capsys, "icon", "\x1b[31m" + "x" * 5000, "--lang", "zh")
    assert (code, out) == (2, "") and "\x1b" not in err and len(err) < 300


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        ("data:image/svg+xml;base64,", "not base64 (nothing follows the comma)", "base64（逗号之后没有内容）"),
        ("data:image/svg+xml;base64,PHN2Zy$$", "not base64 (character 7)", "base64（第 7 个字符）"),
        ("data:image/svg+xml;base64," + "A" * 200_000, "(200000 characters)", "（共 200000 个字符）"),
        ("data:image/svg+xml;base64," + "A" * 50_000, "(37500 > 32768 bytes)", "（37500 字节，上限为 32768）"),
        (svg_data_uri(OPEN + "</g>"), "(mismatched tag, line 1, column 90)", "（标签不配对，第 1 行第 90 列）"),
        (svg_data_uri(OPEN + "<g>" * 70 + "</g>" * 70 + "</svg>"), "(more than 64)", "（超过 64 层）"),
    ],
)
def test_details_are_told_in_both_languages(tmp_path, value, english, chinese):
    repo(tmp_path, f"icon_url: {value}")
    [finding] = check(tmp_path, "icon-invalid").findings
    assert english in finding.message.en and chinese in finding.message.zh
