"""Text of a linted repository in every report: nothing is forged, nothing acts, and what it says can still be read."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from owui_lint.reporting import Format, render
from owui_lint.reporting.jsonreport import dump
from owui_lint.reporting.markdown import MARKER, escape
from owui_lint.text import printable
from tests.reporting.conftest import PATH, Render, finding

HOSTILE = [
    "a\n::error file=x,line=1::forged",
    "::error::forged",
    "  ::add-mask::secret",
    "##[error]forged",
    "x ##[group]forged",
    "a%0A::error::forged",
    "100%25 %3A %2C",
    "a\r\n::set-output name=x::y",
    "a, line=9:: b",
    "\x1b[31mred\x1b]0;title\x07",
    "\x07\x08\x7f\x00\x0b",
    "\x9b31m\x85next",
    "user\u202etxt.exe\u2066\u200f",
    "\u2028line\u2029paragraph\ufeff",
    "]]> <![CDATA[ &amp; &lt;",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }} {% raw %}",
    "a | b || c",
    "`code` ``` fence",
    "](javascript:alert(1)) [x](https://evil.example) ![i](https://evil.example/p.png)",
    "@admin #123 https://evil.example www.evil.example",
    "<!-- comment --> <details><summary>x</summary>",
    "# heading\n- item\n\n---",
    "\\n \\ \\\\",
    "\udcff\udc80 lone",
    "\ud800 surrogate \ufffe\uffff",
    "中文，全角：：",
    "x" * 5000,
]


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def text(request: pytest.FixtureRequest) -> str:
    value: str = request.param
    return value


def findings(text: str) -> list[Any]:
    return [finding(message=text), finding(path=f"plugins/{text}/README.md"), finding(plugin=f"filters/{text}")]


def output(rendering: Render, text: str, name: Format) -> str:
    found = render(name, rendering(findings(text)))
    found.encode("utf-8")  # can be written
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", found)
    return found


def runner_commands(log: str) -> list[tuple[str, dict[str, str], str]]:
    """Return the workflow commands that GitHub's runner would carry out: the new form, and the old one."""
    found = []
    for line in log.split("\n"):
        stripped = line.strip()
        if stripped.startswith("::") and "::" in stripped[2:]:
            head, _, data = stripped[2:].partition("::")
            name, _, rest = head.partition(" ")
            fields = dict(part.partition("=")[::2] for part in rest.split(",")) if rest else {}
            for key, value in fields.items():
                for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
                    value = value.replace(code, char)
                fields[key] = value
            for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
                data = data.replace(code, char)
            found.append((name, fields, data))
        elif "##[" in line:
            found.append(("old", {}, line))
    return found


def test_github(rendering: Render, text: str) -> None:
    commands = runner_commands(output(rendering, text, Format.github))
    assert [name for name, _, _ in commands] == ["error"] * 3
    assert all(set(fields) == {"file", "line", "endLine", "col", "endColumn", "title"} for _, fields, _ in commands)
    assert {data for _, _, data in commands} == {printable(text)[:2000], "It is so."}
    assert {fields["file"] for _, fields, _ in commands} == {PATH, printable(f"plugins/{text}/README.md")[:2000]}


def test_rest_of_github_log(rendering: Render, text: str) -> None:
    many = [finding(line=number + 1) for number in range(10)] + findings(text)
    log = render(Format.github, rendering(many))
    assert [name for name, _, _ in runner_commands(log)] == ["error"] * 10


def test_text_in_a_github_log(rendering: Render, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    found = render(Format.text, rendering([*findings(text), finding(path=text)]))
    assert runner_commands(found) == []
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]", found)


@pytest.mark.parametrize("name", [Format.gitlab, Format.sarif])
def test_json_formats(rendering: Render, text: str, name: Format) -> None:
    assert len(json.dumps(json.loads(output(rendering, text, name)))) > 100


def test_sarif_is_valid(rendering: Render, text: str) -> None:
    log = json.loads(output(rendering, text, Format.sarif))
    schema = json.loads(Path(__file__).with_name("data").joinpath("sarif-schema-2.1.0.json").read_text())
    jsonschema.validate(log, schema, format_checker=jsonschema.FormatChecker())


def test_junit(rendering: Render, text: str) -> None:
    root = ET.fromstring(output(rendering, text, Format.junit))
    assert [element.tag for element in root.iter("testcase")] == ["testcase"] * 3
    shown = {element.get("message") for element in root.iter("failure")}
    assert shown == {re.sub("[\ufffe\uffff]", lambda m: f"\\u{ord(m[0]):04x}", printable(text)), "It is so."}


def test_markdown(rendering: Render, text: str) -> None:
    found = output(rendering, text, Format.markdown)
    assert found.startswith(MARKER + "\n") and found.count("<!--") == 1
    found = found.removeprefix(MARKER)
    tags = set(re.findall(r"</?[a-z]+(?: open)?>|<[^>]*>?", found))
    assert tags <= {"<details>", "<details open>", "</details>", "<summary>", "</summary>", "<code>", "</code>"}
    outside = re.sub(r"<code>.*?</code>", "", found)
    assert not re.search(r"@(?!\u200b)|(?<!&)#\d|://|www\.", re.sub(r"(?m)^### .*", "", outside))
    assert not re.search(r"(?<!\\)[`]", re.sub(r"(?m)^- \d+ fixable.*", "", outside))
    assert not re.search(r"(?<!\\)\]\(", outside)
    assert len(re.findall(r"(?m)^- \d+: ", found)) == 3
    rows = [line for line in found.splitlines() if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1


class Page(HTMLParser):
    """What a browser sees: tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.raw = {"script": "", "style": ""}
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open in self.raw:
            self.raw[self._open] += data
        else:
            self.text += data


def test_html(rendering: Render, text: str) -> None:
    page = Page()
    page.feed(output(rendering, text, Format.html))
    names = [tag for tag, _ in page.tags]
    assert names.count("script") == names.count("style") == 1
    assert not {"img", "iframe", "link", "a", "base", "object", "form"} & set(names)
    assert not any(name.startswith("on") or name in ("href", "src", "style") for _, at in page.tags for name in at)
    assert names.count("li") >= 3
    assert printable(text) in page.text
    policy = next(at["content"] for tag, at in page.tags if at.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and policy.startswith("default-src 'none'") and "unsafe" not in policy
    for content in page.raw.values():
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_json_contract_survives(rendering: Render, text: str) -> None:
    found = render(Format.json, rendering(findings(text)))
    assert len(json.loads(found)["findings"]) == 3
    found.encode("utf-8")


def test_json_holds_no_command_of_a_log() -> None:
    text = dump({"title": "x ##[error]forged"})
    assert "##[" not in text and json.loads(text) == {"title": "x ##[error]forged"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- item", "\\- item"),
        ("+1", "\\+1"),
        ("1. first", "1\\. first"),
        (" 12) twelfth", " 12\\) twelfth"),
        ("1.0.0", "1.0.0"),
        ("a - b", "a - b"),
        ("_www.x", "\\_www\u200b.x"),
        ("HTTPS://x", "HTTPS:\u200b//x"),
        ("![x", "!\u200b\\[x"),
    ],
)
def test_what_would_act_in_markdown_is_text(text: str, shown: str) -> None:
    assert escape(text) == shown
