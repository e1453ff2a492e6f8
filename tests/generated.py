"""Repositories out of nothing: one strategy that the property tests share."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

_CLASSES = {"filters": "Filter", "actions": "Action", "pipes": "Pipe", "tools": "Tools"}
_TITLES = {"echo": ("Echo", "回声"), "deep_map": ("Deep Map", "思维导图"), "quiet": ("🔇 Quiet Hours", "静音时段")}
_VERSIONS = st.sampled_from(["1.0.0", "1.1.0", "0.9.3", "2.0.0-rc.1"])

# Where a README or a page says its version; {v} is it.
_STATEMENTS = {
    "en": ["**Version:** {v}", "**Author:** Ada | **Version:** {v} | **Project:** [x](https://example.org)", "![v](https://img.shields.io/badge/version-{b}-blue)"],
    "zh": ["**版本：** {v}", "**作者：** Ada | **版本：** {v}", "![v](https://img.shields.io/badge/版本-{b}-blue)"],
}  # fmt: skip


def _escaped(version: str) -> str:
    return version.replace("-", "--")


def code(kind: str, title: str, version: str) -> str:
    """Return a plugin."""
    return (
        f'"""\ntitle: {title}\nauthor: Ada\nauthor_url: https://example.org\nversion: {version}\ndescription: What it does.\n"""\n\n'
        f"from pydantic import BaseModel, Field\n\n\nclass {_CLASSES[kind]}:\n    class Valves(BaseModel):\n"
        '        priority: int = Field(default=0, description="The order.")\n\n'
        "    def __init__(self):\n        self.valves = self.Valves()\n\n"
        "    async def inlet(self, body: dict) -> dict:\n        print(body)\n        return body\n"
    )


@st.composite
def _document(draw: Any, lang: str, title: str, version: str) -> bytes:
    drifted = draw(st.one_of(st.just(version), _VERSIONS))
    statement = draw(st.sampled_from(_STATEMENTS[lang])).format(v=drifted, b=_escaped(drifted))
    news = "## 🔥 What's New in v{}\n\n- x\n" if lang == "en" else "## 🔥 最新更新 v{}\n\n- x\n"
    parts = [f"# {title}", statement, *draw(st.lists(st.sampled_from(["Text.", "```\n**Version:** 0.0.1\n```", "| a | b |\n|-|-|\n| 1 | 2 |", "中文。"]), max_size=2))]  # fmt: skip
    if draw(st.booleans()):
        parts.append(news.format(drifted))
    return draw(_encoded("\n\n".join(parts) + "\n"))


@st.composite
def _encoded(draw: Any, text: str) -> bytes:
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    mark = draw(st.sampled_from(["", "", "\ufeff"]))
    return (mark + text.replace("\n", end)).encode()


@st.composite
def repositories(draw: Any) -> dict[str, bytes]:
    """Files of a repository of one to three plugins: code, READMEs and pages in two languages, indexes and root READMEs,
    with versions that agree or drift, line endings of both kinds, and byte order marks."""
    files: dict[str, bytes] = {}
    rows: dict[tuple[str, str], list[str]] = {}
    for name in draw(st.lists(st.sampled_from(sorted(_TITLES)), min_size=1, max_size=3, unique=True)):
        kind = draw(st.sampled_from(sorted(_CLASSES)))
        version = draw(_VERSIONS)
        folder = f"plugins/{kind}/{name}"
        files[f"{folder}/{name}.py"] = code(kind, _TITLES[name][0], version).encode()
        for lang, title, readme, page, index in (
            ("en", _TITLES[name][0], "README.md", f"{name}.md", "index.md"),
            ("zh", _TITLES[name][1], "README_CN.md", f"{name}.zh.md", "index.zh.md"),
        ):
            if draw(st.booleans()):
                files[f"{folder}/{readme}"] = draw(_document(lang, title, version))
            if draw(st.booleans()):
                files[f"docs/plugins/{kind}/{page}"] = draw(_document(lang, title, version))
                drifted = draw(st.one_of(st.just(version), _VERSIONS))
                row = draw(st.sampled_from(["- [{t}]({p}) (v{v})", "| [{t}]({p}) | {v} |"]))
                rows.setdefault((kind, index), []).append(row.format(t=title, p=page, v=drifted))
    for (kind, index), lines in rows.items():
        heads = [f"# {kind}\n", *(line for line in lines if line.startswith("-"))]
        table = [line for line in lines if line.startswith("|")]
        head = "版本" if "zh" in index else "Version"
        text = "\n".join([*heads, *(["", f"| Plugin | {head} |", "|-|-|", *table] if table else [])]) + "\n"
        files[f"docs/plugins/{kind}/{index}"] = draw(_encoded(text))
    if draw(st.booleans()):
        files["README.md"] = draw(
            _encoded("# Plugins\n\n![d](https://img.shields.io/badge/updated-2026--01--31-gray)\n")
        )
        files["README_CN.md"] = draw(_encoded("# 插件\n\n![d](https://img.shields.io/badge/更新-2026--02--01-gray)\n"))
    return files
