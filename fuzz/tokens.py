"""Words of the domain, and texts to start from: what makes a mutated text mean something to the readers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]

TOKENS = (
    # front matter
    *('"""', "'''", "title: ", "version: ", "author: ", "author_url: ", "description: ", "requirements: ", "icon_url: "),
    *("openwebui_id: ", "required_open_webui_version: ", "1.0.0", "1.0.0-rc.1+b", "v2.10.3", "：", "1.", "\u2028", "\x0c"),
    # versions, badges and dates in documents
    *("**Version:** ", "**版本：** ", "**Author:** ", "**作者：** ", "| Version |", "| 版本 |", "· v1.0.0 ", "(v1.0.0)", "（v1.0.0）"),
    *("![v](https://img.shields.io/badge/version-1.0.0-blue)", "https://img.shields.io/badge/", "--", "__", "%2D", "[![", "]("),
    *("![d](https://img.shields.io/badge/updated-2026--01--31-gray)", "2026-02-30", "<span class=\"version-badge\">v", "</span>"),
    *("## What's New in v", "## 🔥 最新更新 v", "## Configuration", "## 配置", "### Valves", "| Parameter | Default |", "| 参数 | 默认值 |"),
    # Markdown
    *("# ", "\n===\n", "\n---\n", "```", "~~~", "`", "<!--", "-->", "<!-- X_START -->", "<!-- X_END -->", "|-|-|", "> ", "- "),
    *("[a](b)", "[a]: b", "<details>", "</details>", "\\", "![](", "[x](../../etc/passwd)", "[x](#a)", "{{ x }}", "\r\n", "\r", "\ufeff"),
    # suppressions
    *("<!-- owui-lint: ignore[", "# owui-lint: ignore[", "ignore-next-line[", "ignore-file[", "version-mismatch", "OWL601", "]"),
    # Python
    *("class Filter:\n", "class Tools:\n", "    class Valves(BaseModel):\n", "        x: int = Field(default=1, description='')\n"),
    *("    async def inlet(self, body: dict, __event_emitter__=None) -> dict:\n", "await ", "f'{x}'", "if x:\n", "else:\n", "try:\n"),
    *("except Exception:\n", "return body\n", "self.valves.x", "lambda: ", "(", ")", "{", "}", "'en-US': {'a': 'b'}, ", "requests.get("),
    # YAML, TOML, JSON
    *("code: LOC001\n", "name: ", "primitive: pattern\n", "params: {where: code, pattern: '", "cases: {default: ", "- ", "&a ", "*a"),
    *("[tool.owui-lint]\n", "select = [", "profile: strict\n", "per-path-ignores:\n", '{"schema": 1, "findings": [', "!!python/name:x ", "9" * 30),
    # SVG and data URIs
    *("data:image/svg+xml;base64,", '<svg xmlns="http://www.w3.org/2000/svg">', '<path d="M0 0a1 1 0 0 1 2 2z"/>', "</svg>", "<!DOCTYPE a ["),
    *("<!ENTITY a 'b'>]>", "&a;", "<![CDATA[", "transform='rotate(1)'", "<script>", "onload="),
    # commit messages
    *("feat(filters): ", "fix!: ", "BREAKING CHANGE: ", "Migration: ", "\n\n- ", "# ------------------------ >8 ------------------------"),
    # output
    *("::error::", "%0A", "\x1b[31m", "\x07", "\u202e", "\u2066", "]]>", "</script>", "\0", "\udcff"),
)  # fmt: skip


_CONFIGURATIONS = (
    "profile: strict\nlang: zh\nignore: [readme]\nexclude: ['a/*']\nper-path-ignores:\n  plugins: [all]\n",
    "section-aliases:\n  features:\n    en: [Highlights]\npages:\n  a.md: none\ntarget-openwebui: '0.9'\n",
    "[tool.owui-lint]\nprofile = 'strict'\nselect = ['versions']\nfail-on = 'info'\n[tool.owui-lint.pages]\n'a.md' = 'none'\n",
)


def encoded() -> list[bytes]:
    """Return the words as bytes."""
    return [token.encode("utf-8", "surrogateescape") for token in dict.fromkeys(TOKENS)]


def write_dictionary(path: Path) -> None:
    """Write the words as libFuzzer wants them."""
    rows = ['"' + "".join(f"\\x{byte:02X}" for byte in token) + '"' for token in encoded()]
    path.write_text("\n".join(rows) + "\n", encoding="ascii")


@cache
def _texts() -> dict[str, list[str]]:
    from owui_lint.cache import rules_folder
    from owui_lint.icons.lucide import current_svg, icon_url
    from owui_lint.reporting.explain import examples_of
    from owui_lint.rulebook import load_rulebook

    found: dict[str, list[str]] = {"py": [], "md": [], "message": [], "yaml": []}
    for rule in load_rulebook().rules.values():
        for example in examples_of(rule):
            for path, text in example.get("files", {}).items():
                if isinstance(text, str):
                    found.setdefault(path.rpartition(".")[2], []).append(text)
            if "message" in example:
                found["message"].append(example["message"])
    for path in sorted((HERE / "examples").rglob("*")):
        if path.suffix in (".py", ".md"):
            found[path.suffix[1:]].append(path.read_text(encoding="utf-8"))
    found["svg"] = [
        *(current_svg(name) for name in ("brain", "clock")),
        icon_url("brain"),
        "data:image/svg+xml,%3Csvg/%3E",
    ]
    found["json"] = ['{"schema": 1, "findings": [{"fingerprint": "0", "rule": "a", "path": "b", "message": "c"}]}\n']
    found["pattern"] = [
        "(?P<n>\\d+)\\.\\d\n1.2 3.4",
        "(?m)^(a|b)*?c$\nababc",
        "(a+)+$\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
    ]
    found["configuration"] = [*_CONFIGURATIONS]
    found["yaml"] += [path.read_text(encoding="utf-8") for path in sorted(Path(rules_folder()).rglob("*.yaml"))[:60]]
    return found


def seeds(kind: str) -> Iterator[bytes]:
    """Yield texts of a kind (``py``, ``md``, ``message``, ``yaml``): the rules' own examples, and the example repository's."""
    yield from dict.fromkeys(text.encode("utf-8", "surrogateescape") for text in _texts().get(kind, ()))
