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


# -- repositories to be edited -----------------------------------------------------------------------------------------

_README = {
    "en": "# {title}\n\n**Author:** Ada | **Version:** {version} | **Project:** [x](https://example.org)\n\nIt does what it says.\n\n"
    "## 🔥 What's New in v{version}\n\n- It is quicker.\n\n## ✨ Key Features\n\n- One.\n\n## 🚀 How to Use\n\n1. Install it.\n\n"
    "## ⚙️ Configuration\n\n| Parameter | Default | Description |\n|---|---|---|\n| `limit` | `3` | The limit. |\n",
    "zh": "# {title}\n\n**作者：** Ada | **版本：** {version} | **项目：** [x](https://example.org)\n\n言出必行。\n\n"
    "## 🔥 最新更新 v{version}\n\n- 更快。\n\n## ✨ 核心特性\n\n- 一。\n\n## ⚙️ 配置参数\n\n| 参数 | 默认值 | 描述 |\n|---|---|---|\n"
    "| `limit` | `4` | 上限。 |\n| `most` | `5` | 至多。 |\n",
}


def readme(lang: str, title: str, version: str = "1.0.0") -> str:
    """Return a README with a table of valves: the Chinese one describes one that the English one lacks."""
    return _README[lang].format(title=title, version=version)


def valved(title: str, cls: str = "Filter", imports: str = "") -> str:
    """Return a plugin with a valve that is named against the rules, and translations of its own."""
    return (
        f'"""\ntitle: {title}\nauthor: Ada\nversion: 1.0.0\n"""\n{imports}'
        "from pydantic import BaseModel, Field\n\n"
        'TRANSLATIONS = {"en": {"done": "Done {n}", "more": "More"}, "zh": {"done": "完成"}}\n\n\n'
        f"class {cls}:\n    class Valves(BaseModel):\n        limit: int = Field(default=3)\n        most: int = 5\n\n"
        "    def __init__(self):\n        self.valves = self.Valves()\n\n"
        "    async def inlet(self, body: dict, __user__=None) -> dict:\n        print(self.valves.limit)\n        return body\n"
    )


#: The standard's layout: copies, a helper, tests, translations, a plugin in the folder of another one, one without a
#: folder and one elsewhere; pages that belong to whom they do by name, by title, by the other language and by an entry.
STANDARD: dict[str, str] = {
    ".owui-lint.yaml": "header-form: line\n",
    "README.md": "# Plugins\n\n- [Echo](plugins/filters/echo/) v1.0.0\n- **Deep Map** v1.0.0\n",
    "README_CN.md": "# 插件\n\n- [Echo](plugins/filters/echo/README_CN.md) v1.0.0\n",
    "plugins/filters/echo/echo.py": valved("Echo", imports="import deep_map_cn\nimport shapes\nimport helper\n"),
    "plugins/filters/echo/echo_cn.py": valved("回声"),
    "plugins/filters/echo/helper.py": "def of(valves):\n    return valves.limit\n",
    "plugins/filters/echo/parts/shapes.py": "SIDES = 4\n",
    "plugins/filters/echo/tests/test_echo.py": "from echo import Filter\n\nassert Filter().valves.limit == 3\n",
    "plugins/filters/echo/i18n/en.json": '{"done": "Done"}\n',
    "plugins/filters/echo/NOTES.md": "# Echo\n\n| Parameter | Default |\n|---|---|\n| `limit` | 3 |\n",
    "plugins/filters/echo/README.md": readme("en", "Echo"),
    "plugins/filters/echo/README_CN.md": readme("zh", "回声"),
    "plugins/filters/deep/deep_map.py": valved("Deep Map"),
    "plugins/filters/deep/deep_map_cn.py": "x = 1\n",
    "plugins/filters/deep/README.md": readme("en", "Deep Map", "0.9.0"),
    "plugins/filters/deep/more/quiet.py": valved("Quiet Hours", "Filter"),
    "plugins/actions/lone.py": valved("Lone", "Action"),
    "scripts_of_mine/elsewhere.py": valved("Elsewhere", "Tools"),
    "docs/plugins/filters/index.md": "# Filters\n\n- [Echo](echo.md) (v1.0.0)\n- [Quiet Hours](nights.md) (v1.0.0)\n",
    "docs/plugins/filters/index.zh.md": "# 过滤器\n\n- [Echo](echo.zh.md) (v1.0.0)\n",
    "docs/plugins/filters/echo.md": readme("en", "Echo"),
    "docs/plugins/filters/echo.zh.md": readme("zh", "回声"),
    "docs/plugins/filters/maps.md": readme("en", "Deep Map"),
    "docs/plugins/filters/maps.zh.md": readme("zh", "思维导图"),
    "docs/plugins/filters/nights.md": readme("en", "At Night"),
}
#: Another layout: plugins beside each other, one in a folder with a README, helpers around them.
LOOSE: dict[str, str] = {
    "README.md": readme("en", "Echo"),
    "functions/echo.py": valved("Echo", imports="import helper\nimport deep_map\n"),
    "functions/helper.py": "def of(valves):\n    return valves.limit\n",
    "functions/quiet.py": valved("Quiet Hours", "Action", imports="import echo\n"),
    "functions/README.md": "# Functions\n\n- [Echo](echo.py) v1.0.0\n",
    "deep_map/main.py": valved("Deep Map", "Tools", imports="import shapes\n"),
    "deep_map/shapes.py": "SIDES = 4\n",
    "deep_map/README.md": readme("en", "Deep Map"),
    "deep_map/README_CN.md": readme("zh", "思维导图"),
}
_NAMES = ("Echo", "回声", "Deep Map", "Quiet Hours", "Lone", "Elsewhere")
_SWAPS = [
    *((old, new) for old in _NAMES for new in _NAMES if old != new),
    *(("limit", "LIMIT"), ("default=3", "default=4"), ("1.0.0", "1.1.0"), ("0.9.0", "1.0.0"), ('"""\n', "")),
    *(("class Filter", "class Action"), ("class Tools", "class Filter"), ("class Action", "class Other")),
    *(("title: ", "name: "), ("# ", "## "), ("## ", "### "), ("import helper", "import more"), ("line", "table")),
]
_MORE = {
    "plugins/filters/echo/more.py": "import os\n\nSIDES = 3\n",
    "plugins/filters/echo/echo_old.py": valved("Echo"),
    "plugins/filters/echo/other.py": valved("Other"),
    "plugins/filters/deep/README_CN.md": readme("zh", "思维导图"),
    "plugins/filters/deep/readme_zh.md": readme("zh", "思维导图"),
    "plugins/pipes/echo/echo.py": valved("Echo", "Pipe"),
    "docs/plugins/actions/lone.md": readme("en", "Lone"),
    "docs/plugins/filters/deep-map.md": readme("en", "Echo"),
    "docs/plugins/filters/echo.de.md": readme("en", "Echo"),
    "functions/shapes.py": "SIDES = 3\n",
    "shapes.py": "SIDES = 3\n",
    "functions/README_CN.md": readme("zh", "回声"),
}

Edit = tuple[str, str, str]
"""What is done (``write``, ``swap``, ``move``, ``delete``), to which file, and with what: a text, the words to be
replaced and their replacement with a line end between them, or where to."""

_ECHO, _DEEP, _PAGES = "plugins/filters/echo", "plugins/filters/deep", "docs/plugins/filters"
#: Edits of ``STANDARD`` that change what is found elsewhere, by what they do.
TELLING: dict[str, Edit] = {
    "a helper becomes a copy": ("write", f"{_DEEP}/deep_map_cn.py", valved("思维导图")),
    "a helper becomes a plugin": ("write", f"{_ECHO}/helper.py", valved("Helper")),
    "a copy becomes a helper": ("write", f"{_ECHO}/echo_cn.py", "x = 1\n"),
    "a copy becomes a plugin": ("move", f"{_ECHO}/echo_cn.py", f"{_ECHO}/reply.py"),
    "a copy gets another name": ("move", f"{_ECHO}/echo_cn.py", f"{_ECHO}/echo_zh.py"),
    "a helper comes": ("write", f"{_ECHO}/more.py", "getattr(valves, 'limit')\n"),
    "a helper uses a valve otherwise": ("swap", f"{_ECHO}/helper.py", "valves\n\nthing"),
    "a module below goes": ("delete", f"{_ECHO}/parts/shapes.py", ""),
    "a module below becomes a plugin": ("write", f"{_ECHO}/parts/shapes.py", valved("Shapes")),
    "a test uses a valve otherwise": ("swap", f"{_ECHO}/tests/test_echo.py", "limit\n\nmax"),
    "a description changes in the other language": ("swap", f"{_ECHO}/README_CN.md", "至多。\n\n最多五个。"),
    "a row of a table moves": ("swap", f"{_ECHO}/README.md", "It does\n\nAlways.\nIt does"),
    "a title changes": ("swap", f"{_DEEP}/deep_map.py", "Deep Map\n\nQuiet Maps"),
    "two have one title": ("swap", f"{_DEEP}/more/quiet.py", "Quiet Hours\n\nDeep Map"),
    "a title is lost": ("swap", f"{_DEEP}/deep_map.py", "title: \n\nname: "),
    "a class changes": ("swap", f"{_DEEP}/deep_map.py", "class Filter\n\nclass Action"),
    "what lay elsewhere is no plugin": ("swap", "scripts_of_mine/elsewhere.py", "title: \n\nname: "),
    "a page gets the title of another's": ("swap", f"{_PAGES}/maps.md", "# Deep Map\n\n# Quiet Hours"),
    "a page gets nobody's title": ("swap", f"{_PAGES}/maps.md", "# Deep Map\n\n# At Sea"),
    "an entry names another": ("swap", f"{_PAGES}/index.md", "Quiet Hours\n\nDeep Map"),
    "an entry goes": ("write", f"{_PAGES}/index.md", "# Filters\n"),
    "the page in the other language goes": ("delete", f"{_PAGES}/maps.md", ""),
    "a page is called like another plugin": ("move", f"{_PAGES}/nights.md", f"{_PAGES}/deep.md"),
    "a README gets another's title": ("swap", f"{_DEEP}/README.md", "# Deep Map\n\n# Quiet Hours"),
    "a README changes its language": ("move", f"{_DEEP}/README.md", f"{_DEEP}/README_CN.md"),
    "a README gets another name": ("move", f"{_DEEP}/README.md", f"{_DEEP}/readme_en.md"),
    "the configuration wants another form": ("write", ".owui-lint.yaml", "header-form: table\n"),
    "the configuration gives a page away": ("write", ".owui-lint.yaml", "pages: {filters/nights: filters/deep}\n"),
    "the configuration knows other types": ("write", ".owui-lint.yaml", "plugin-types: [filters]\n"),
}


def edits(files: dict[str, str]) -> st.SearchStrategy[Edit]:
    """Edits of one file of a repository, and of those that may come to be in it."""
    paths = st.sampled_from([*files, *_MORE])
    codes = [path for path in (*files, *_MORE) if path.endswith(".py")]
    pages = [path for path in (*files, *_MORE) if path.endswith(".md")]
    texts = st.sampled_from(
        [*dict.fromkeys((*files.values(), *_MORE.values())), "", "x = (\n", "<<<<<<< a\n=======\n>>>>>>> b\n"]
    )
    return st.one_of(
        st.sampled_from(sorted(TELLING.values())),
        st.tuples(st.just("swap"), paths, st.sampled_from(_SWAPS).map("\n\n".join)),
        st.tuples(st.just("write"), st.sampled_from(sorted(_MORE)), st.just("")).map(
            lambda one: (*one[:2], _MORE[one[1]])
        ),
        st.tuples(st.just("write"), paths, texts),
        st.tuples(st.just("move"), st.sampled_from(codes), st.sampled_from(codes)),
        st.tuples(st.just("move"), st.sampled_from(pages), st.sampled_from(pages)),
        st.tuples(st.just("delete"), paths, st.just("")),
    )
