"""A plugin that was renamed leaves its page behind: the findings of both name each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support import run, write_files

FILES: dict[str, str | bytes] = {
    "plugins/filters/flash-card/flash_card.py": '"""\ntitle: Flash Card\nversion: 0.2.4\n"""\n\n\nclass Filter: ...\n',
    "plugins/filters/echo/echo.py": '"""\ntitle: Echo\nversion: 1.0.0\n"""\n\n\nclass Filter: ...\n',
    "docs/plugins/filters/echo.md": "# Echo\n\n**Version:** 1.0.0\n",
    "docs/plugins/filters/echo.zh.md": "# Echo\n\n**版本：** 1.0.0\n",
    "docs/plugins/filters/knowledge-card.md": '# Knowledge Card\n\n<span class="version-badge">v0.2.2</span>\n',
    "docs/plugins/filters/knowledge-card.zh.md": '# 知识卡\n\n<span class="version-badge">v0.2.2</span>\n',
    "docs/plugins/filters/index.md": "# Filters\n\n- [Echo](echo.md) (v1.0.0)\n- [Knowledge Card](knowledge-card.md) (v0.2.2)\n",
    "docs/plugins/filters/index.zh.md": "# 过滤器\n\n- [Echo](echo.zh.md) (v1.0.0)\n- [知识卡](knowledge-card.zh.md) (v0.2.2)\n",
}
ASKED = ("check", "--select", "version-missing,page-orphan,index-orphan", "--ignore", "readme-missing")
SETTING = "pages: {filters/knowledge-card: filters/flash-card}"


def test_the_only_page_left_is_named_for_the_only_plugin_without_one(tmp_path: Path, capsys: Any) -> None:
    root = write_files(tmp_path, FILES)
    out = run(capsys, *ASKED, str(root))[1]
    for suffix in ("", ".zh"):
        assert f"If docs/plugins/filters/knowledge-card{suffix}.md, which no plugin has, is its page" in out
    assert out.count(f"`{SETTING}`") == 4
    assert out.count("only filters/flash-card has none") == 2
    assert "If the entry Knowledge Card is the plugin's" in out and "If the entry 知识卡 is the plugin's" in out
    assert out.count("If it is Flash Card (filters/flash-card), give it that name") == 2
    assert "恰好没有页面" in run(capsys, *ASKED, "--lang", "zh", str(root))[1]
    # Nothing is written of the page's version, until somebody says that it is the plugin's.
    run(capsys, "--fix-versions", str(root))
    assert b"v0.2.2" in (root / "docs/plugins/filters/knowledge-card.md").read_bytes()
    write_files(root, {".owui-lint.yaml": f"{SETTING}\n"})
    assert "orphan" not in run(capsys, *ASKED, str(root))[1]


def test_of_several_none_is_named(tmp_path: Path, capsys: Any) -> None:
    second = {"docs/plugins/filters/merger.md": '# Merger\n\n<span class="version-badge">v0.1.0</span>\n'}
    out = run(capsys, *ASKED, str(write_files(tmp_path / "pages", {**FILES, **second})))[1]
    assert "If the plugin was removed, delete the page" in out and "which no plugin has" not in out
    plugin = {"plugins/filters/loud/loud.py": '"""\ntitle: Loud\nversion: 1.0.0\n"""\n\n\nclass Filter: ...\n'}
    out = run(capsys, *ASKED, str(write_files(tmp_path / "plugins", {**FILES, **plugin})))[1]
    assert "If the plugin was removed, delete the entry" in out and "which no plugin has" not in out


def test_names_without_a_word_in_common_are_no_rename(tmp_path: Path, capsys: Any) -> None:
    page = {path.replace("flash-card", "quick").replace("flash_card", "quick"): text for path, text in FILES.items()}
    code = '"""\ntitle: Quick Filter\nversion: 0.2.4\n"""\n\n\nclass Filter: ...\n'
    out = run(capsys, *ASKED, str(write_files(tmp_path, {**page, "plugins/filters/quick/quick.py": code})))[1]
    assert "If the plugin was removed, delete the page" in out and "Quick Filter (filters/quick), give" not in out
    assert "which no plugin has" not in out
