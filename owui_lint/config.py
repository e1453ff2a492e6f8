"""Configuration: ``[tool.owui-lint]`` in ``pyproject.toml`` or ``.owui-lint.yaml``; every key is declared once, here.

Values have an origin (default, file and line, command line), so that a run can say where each came from.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from owui_lint import TYPE_CHECKING
from owui_lint.errors import UsageError, reason_of
from owui_lint.language import listed
from owui_lint.lazypattern import lazy_pattern
from owui_lint.states import is_below
from owui_lint.text import is_slip, nearest, printable
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any

YAML_NAME = ".owui-lint.yaml"
TOML_NAME = "pyproject.toml"
_WORD = lazy_pattern(r"(?<![\w-])[\w-]{7,12}(?![\w-])")  # about as long as our table's name
_MISNAMED = (".owui-lint.yml", "owui-lint.yaml", "owui-lint.yml")
TOML_TABLE = "tool.owui-lint"
_MAX_CONFIG_BYTES = 1024 * 1024
_MAX_TOML_LINES = 50  # each costs as much as reading the file up to it


class Setting(NamedTuple):
    """One configuration key. ``kind``: ``str``, ``list`` (of strings), ``map`` (string to string),
    ``map-list`` (string to list of strings) or ``aliases`` (section id to language to list of headings). ``pattern``: an
    expression that Python and JSON Schema read alike, for texts that cannot be anything else."""

    name: str
    kind: str
    default: Any
    en: str
    zh: str
    choices: tuple[str, ...] = ()
    pattern: str = ""


_SUFFIX = r"^(?!.*\.md$)[^A-Za-z0-9/\s][^/]*$"
_URL = r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/]"

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "profile",
        "str",
        None,
        "Which rules apply. If it is not set, the layout of the repository decides.",
        "采用哪个规则集；不填则根据仓库特征自动判断。",
        ("standard", "openwebui", "strict"),
    ),
    Setting("select", "list", [], "Rules to run: codes, names or families.", "只启用这些规则：编号、名称或规则族。"),
    Setting("ignore", "list", [], "Rules to skip: codes, names or families.", "停用这些规则：编号、名称或规则族。"),
    Setting(
        "fail-on",
        "str",
        "error",
        "The lowest severity that fails a run (exit code 1).",
        "达到该级别的问题会使检查失败（退出码 1）。",
        ("error", "warning", "info"),
    ),
    Setting(
        "lang",
        "str",
        None,
        "Language of messages. If it is not set, the locale decides.",
        "消息语言；不填则跟随系统区域设置。",
        ("en", "zh"),
    ),
    Setting(
        "per-path-ignores",
        "map-list",
        {},
        "Maps path patterns to rules that are not reported there.",
        "路径模式到规则列表的映射：这些路径下不报告对应规则。",
    ),
    Setting(
        "baseline",
        "str",
        None,
        "File of accepted findings, written by `owui-lint baseline`.",
        "记录已接受问题的基线文件，由 `owui-lint baseline` 生成。",
    ),
    Setting("exclude", "list", [], "Path patterns of files that are not checked.", "不检查的文件路径模式。"),
    Setting(
        "target-openwebui",
        "str",
        None,
        "The OpenWebUI release that plugins must run on. If it is not set, the newest known release.",
        "插件的目标 OpenWebUI 版本；不填则使用已知的最新版本。",
    ),
    Setting("plugins-dir", "str", "plugins", "Folder of the plugins.", "插件所在目录。"),
    Setting(
        "docs-dir",
        "str",
        "docs/plugins",
        "Folder of the plugins' documentation pages. If it is not set and docs/plugins does not exist, pages are looked for in docs.",
        "插件文档页所在目录。若未设置且该目录不存在，则在 docs 中查找文档页。",
    ),
    Setting(
        "plugin-types",
        "list",
        ["actions", "filters", "pipes", "pipelines", "tools"],
        "Folders of plugin types below plugins-dir.",
        "plugins-dir 下的插件类型目录。",
    ),
    Setting("readme", "str", "README.md", "File name of the English README.", "英文 README 的文件名。"),
    Setting("readme-zh", "str", "README_CN.md", "File name of the Chinese README.", "中文 README 的文件名。"),
    Setting(
        "docs-zh-suffix",
        "str",
        ".zh",
        "Suffix of Chinese pages, before .md.",
        "中文文档页在 .md 之前的后缀。",
        pattern=_SUFFIX,
    ),
    Setting(
        "pages",
        "map",
        {},
        'Maps documentation pages to the plugins that they belong to (TYPE/NAME), or to "none". A page is given by its path, '
        "or by its path below docs-dir (or below docs/, if that is searched instead). In repositories without "
        "plugins/{type}/, READMEs can be given by their paths. The Chinese page beside an English one follows it.",
        "把文档页映射到所属插件（TYPE/NAME）。文档页写其路径，或相对 docs-dir 的路径（改为查找 docs/ 时相对 docs/）；没有 plugins/{type}/ "
        "的仓库也可填写 README 的路径；填 none 表示不属于任何插件。英文页的设置同样适用于对应的中文页。",
    ),
    Setting(
        "openwebui-ids",
        "map",
        {},
        "Maps plugins (TYPE/NAME) to their ids on OpenWebUI servers, where these do not follow from the name.",
        "插件（TYPE/NAME）到其在 OpenWebUI 服务器上的 id 的映射；仅在 id 与名称不一致时需要填写。",
    ),
    Setting(
        "section-aliases",
        "aliases",
        {},
        "More headings for the sections of a README, by section and language.",
        "README 各章节可识别的额外标题，按章节和语言填写。",
    ),
    Setting(
        "header-form",
        "str",
        "any",
        "How a README states author, version and project: in one line, in a header table, or either.",
        "README 以何种形式写明作者、版本和项目：一行文字、信息表格，或两者皆可。",
        ("any", "line", "table"),
    ),
    Setting(
        "support-sentence",
        "str",
        None,
        "The sentence of the Support section. If it is not set, READMEs are compared with each other.",
        "英文 README 中“支持”章节的固定语句；不填则在各 README 之间互相比较。",
    ),
    Setting(
        "support-sentence-zh",
        "str",
        None,
        "The sentence of the Support section in Chinese READMEs. If it is not set, they are compared with each other.",
        "中文 README 中“支持”章节的固定语句；不填则在各 README 之间互相比较。",
    ),
    Setting(
        "author",
        "str",
        None,
        "The author of every plugin. If it is not set, values that differ from the most common one are reported as advice.",
        "每个插件应填写的作者；不填则把与多数插件不同的值报告为提示。",
    ),
    Setting(
        "author-url", "str", None, "The author_url of every plugin.", "每个插件应填写的 author_url。", pattern=_URL
    ),
    Setting(
        "funding-url", "str", None, "The funding_url of every plugin.", "每个插件应填写的 funding_url。", pattern=_URL
    ),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}
# They choose among what is found, and say how it is told.
_CHOOSING = frozenset({"profile", "select", "ignore", "fail-on", "lang", "per-path-ignores", "baseline"})


def _quoted(text: str) -> str:
    """A text as TOML has it, and YAML as well."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    """A text in YAML: in quotes where it would be read as something else."""
    return text if re.fullmatch(r"\.?[^\W\d](?:[\w./ -]*[\w./-])?", text) else _quoted(text)


class Config:
    """The settings of one run; ``values`` by name, ``origins`` saying where each came from, ``file`` the path of the file
    that they are in, if any."""

    def __init__(self, file: str | None = None, lines: Mapping[str, int] | None = None) -> None:
        """``lines``: those of the file's keys and items, by the names on the way to them with a dot between them."""
        self.values: dict[str, Any] = {setting.name: setting.default for setting in SETTINGS}
        self.origins: dict[str, str] = {}
        self.file = file
        self._lines = lines or {}

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def override(self, name: str, value: Any, origin: str) -> None:
        """Set a value from the command line (``origin`` says which option)."""
        self.values[name] = value
        self.origins[name] = origin

    @staticmethod
    def usual(name: str) -> Any:
        """Return what a setting is where nobody sets it."""
        return _BY_NAME[name].default

    def is_written(self, name: str) -> bool:
        """Tell whether a setting stands in the configuration file, and no option takes its place."""
        return self.file is not None and self.origins.get(name, "").startswith(os.path.basename(self.file))

    def where(self, name: str, *path: str | int) -> str:
        """Return the place of a written setting, or of what stands in it at ``path`` if its line is known, for people."""
        file = os.path.basename(self.file or "")
        if file == TOML_NAME and not self._lines:
            table, text = _load_toml(self.file or "")
            self._lines = _toml_lines(text, table or {})
        for spelling in (name, name.replace("-", "_")):
            line = _line_of(self._lines, spelling, path)
            if line is not None:
                return f"{file}:{line}: {name}"
        return f"{self.origins[name]}: {name}"

    def line(self, name: str, value: str) -> str:
        """Return how a setting with one value is written, as the configuration's own file has it."""
        if os.path.basename(self.file or "") == TOML_NAME:
            return f"{name} = {_quoted(value)}"
        return f"{name}: {_plain(value)}"

    def entry(self, name: str, key: str, value: str) -> str:
        """Return how a setting with one entry is written, as the configuration's own file has it."""
        if os.path.basename(self.file or "") == TOML_NAME:
            return f"{name} = {{{_quoted(key)} = {_quoted(value)}}}"
        return f"{name}: {{{_plain(key)}: {_plain(value)}}}"

    @property
    def basis(self) -> list[tuple[str, Any]]:
        """The values that what is found may depend on, by name: all but those that choose what is reported, and how."""
        return sorted(((name, value) for name, value in self.values.items() if name not in _CHOOSING), key=str)

    def items(self) -> Iterator[tuple[Setting, Any, str]]:
        """Yield each setting with its value and origin."""
        for setting in SETTINGS:
            yield setting, self.values[setting.name], self.origins.get(setting.name, "default")


def _line_of(lines: Mapping[str, int], key: str, path: Iterable[str | int]) -> int | None:
    """The line of what stands at a path in a setting, else of what is around it; ``None`` where none is known."""
    steps = [key, *map(str, path)]
    return next((lines[way] for end in range(len(steps), 0, -1) if (way := ".".join(steps[:end])) in lines), None)


def load_config(root: str | os.PathLike[str]) -> Config:
    """Return the configuration of the repository at ``root``.

    Raises ``UsageError``, naming file and line where it is known, for text that does not parse, unknown keys
    (with the nearest known one), values of a wrong kind, a file or table that is called by a name which is not read, and
    two configurations that would compete.
    """
    yaml_file, toml_file = os.path.join(root, YAML_NAME), os.path.join(root, TOML_NAME)
    for path in (yaml_file, toml_file):
        # What an error says of a file is seen by whoever wrote the link.
        if os.path.islink(path) and os.path.exists(path) and not is_below(path, root):
            name = os.path.basename(path)
            raise UsageError(f"{name} is a link that leads out of the repository.", f"{name} 是指向仓库之外的链接。")
    for misnamed in _MISNAMED:
        if os.path.exists(os.path.join(root, misnamed)):
            raise UsageError(
                f"{misnamed} is not read: call it {YAML_NAME}.", f"{misnamed} 不会被读取：请改名为 {YAML_NAME}。"
            )
    from_toml, toml_text = _load_toml(toml_file)
    if os.path.isfile(yaml_file):
        if from_toml is not None:
            raise UsageError(
                f"{YAML_NAME} and [{TOML_TABLE}] in {TOML_NAME} both configure owui-lint: keep one of them.",
                f"{YAML_NAME} 与 {TOML_NAME} 中的 [{TOML_TABLE}] 同时配置了 owui-lint：请只保留一处。",
            )
        data, lines = _load_yaml(yaml_file)
        return _checked(data, lines, yaml_file)
    if from_toml is not None:
        try:
            return _checked(from_toml, {}, toml_file)
        except UsageError:
            # tomllib knows no lines. They are looked for where something is wrong: that takes longer than reading.
            return _checked(from_toml, _toml_lines(toml_text, from_toml), toml_file)
    _refuse_slip(toml_text)
    return Config()


def check_target(release: str, where: str) -> None:
    """Raise ``UsageError``, starting with ``where``, if nothing is known of an OpenWebUI release."""
    from owui_lint.openwebui.facts import known_releases, resolve_release

    try:
        resolve_release(release)
    except ValueError:
        known = known_releases()
        raise UsageError(
            f"{where}: nothing is known of OpenWebUI {printable(release)}. Known are {known[0]} to {known[-1]}, or a minor "
            "such as 0.9.",
            f"{where}：没有 OpenWebUI {printable(release)} 的数据。已知版本为 {known[0]} 至 {known[-1]}，也可以只写 0.9 这样的次版本号。",
        ) from None


def _read(path: str) -> str:
    name = os.path.basename(path)
    try:
        if os.path.getsize(path) > _MAX_CONFIG_BYTES:
            raise UsageError(f"{name} is larger than 1 MiB.", f"{name} 超过 1 MiB。")
        with open(path, encoding="utf-8-sig") as stream:
            return stream.read()
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is not UTF-8.", f"{name} 不是 UTF-8 编码。") from error
    except OSError as error:
        raise UsageError(
            f"{name} cannot be read: {reason_of(error).en}.", f"无法读取 {name}：{reason_of(error).zh}。"
        ) from error


def _load_toml(path: str) -> tuple[Mapping[str, Any] | None, str]:
    """Return our table, if there is one, and the text of the file."""
    if not os.path.isfile(path):
        return None, ""
    text = _read(path)
    if "owui-lint" not in text and "owui_lint" not in text:
        return None, text  # somebody else's file: not parsed, so never complained about
    data = _parse_toml(text)
    for name in _misnamed_tables(data):
        if name.rpartition(".")[2] in ("owui-lint", "owui_lint"):
            raise _not_read(text, name)
    tool = data.get("tool")
    table = tool.get("owui-lint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise UsageError(f"{TOML_NAME}: [{TOML_TABLE}] must be a table.", f"{TOML_NAME}：[{TOML_TABLE}] 必须是表。")
    return table, text


def _refuse_slip(text: str) -> None:
    """Raise ``UsageError`` for a table whose name is that of ours but for a slip, in a file that has none of ours.

    Where there is a configuration, such a table is taken for that of another tool.
    """
    # A slip leaves one half of the name as it is, or all but the letters in its middle.
    words = {word for word in _WORD.findall(text) if "owu" in (lower := word.lower()) or "int" in lower}
    if any(map(_is_almost_ours, words)):
        name = next(_misnamed_tables(_parse_toml(text)), None)  # the word could stand in a text
        if name is not None:
            raise _not_read(text, name)


def _misnamed_tables(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of tables that were meant to be ours, in whichever way TOML lets them be written."""
    tool = data.get("tool")
    for name in tool if isinstance(tool, dict) else ():
        if name != "owui-lint" and _is_almost_ours(name):
            yield f"tool.{name}"
    for above, tables in data.items():
        if above != "tool" and above.casefold() in ("tool", "tools") and isinstance(tables, dict):
            yield from (f"{above}.{name}" for name in ("owui-lint", "owui_lint") if name in tables)
    yield from (name for name in ("owui-lint", "owui_lint") if name in data)


def _is_almost_ours(name: str) -> bool:
    letters = name.replace("-", "").replace("_", "").casefold()
    return letters == "owuilint" or is_slip(letters, "owuilint")


def _not_read(text: str, table: str) -> UsageError:
    """The error for a table of a file with this text, and where that is written."""
    at = _start_of(text, table)
    where = TOML_NAME if at is None else f"{TOML_NAME}:{text.count(chr(10), 0, at) + 1}"
    shown = printable(table)
    return UsageError(
        f"{where}: [{shown}] is not read: write [{TOML_TABLE}].",
        f"{where}：[{shown}] 不会被读取：请写成 [{TOML_TABLE}]。",
    )


def _start_of(text: str, table: str) -> int | None:
    """Return the offset of the header of a table, else of its key in the table above it; ``None`` where it is written in
    another way. A key of that name may be another program's anywhere else."""
    names = [rf"""["']?{re.escape(name)}["']?""" for name in table.split(".")]
    whole = r"[ \t]*\.[ \t]*".join(names)
    header = re.search(rf"^[ \t]*\[{{1,2}}[ \t]*{whole}[ \t]*[\].]", text, re.MULTILINE)
    if header is not None:
        return header.start()
    headers = re.compile(r"^[ \t]*\[", re.MULTILINE)
    first = headers.search(text)
    key = re.compile(rf"^[ \t]*{whole}[ \t]*[.=]", re.MULTILINE).search(text, 0, first.start() if first else len(text))
    above = re.search(rf"^[ \t]*\[[ \t]*{names[0]}[ \t]*\]", text, re.MULTILINE) if len(names) > 1 else None
    if key is None and above is not None:
        end = headers.search(text, above.end())
        key = re.compile(rf"^[ \t]*{names[-1]}[ \t]*[.=]", re.MULTILINE).search(
            text, above.end(), end.start() if end else len(text)
        )
    return None if key is None else key.start()


def _parse_toml(text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also for numbers of thousands of digits
        shown = printable(str(error))
        at = re.search(r" \(at line (\d+), column \d+\)$", shown)  # as tomllib ends what it says
        where, shown = (f"{TOML_NAME}:{at[1]}", shown[: at.start()]) if at else (TOML_NAME, shown)
        raise UsageError(f"{where}: not valid TOML: {shown}.", f"{where}：不是合法的 TOML（{shown}）。") from error


def _toml_lines(text: str, table: Mapping[str, Any]) -> dict[str, int]:
    """Return the lines of keys of our table, as far as they are certain: those of ``key = value`` below its own header,
    those of headers of tables in it, and those of keys in these, with the table's name and a dot before them.

    A line begins a statement where the text above it parses by itself, and that statement belongs to the table where
    one in its place would.
    """
    import re
    import tomllib

    probe = "owui-lint-probe"
    lines = text.split("\n")
    found: dict[str, int] = {}
    looked_at = 0
    for number, line in enumerate(lines, 1):
        match = re.match(r"""[ \t]*+(?:([\w-]++)|"([^"\\]*+)"|'([^']*+)')[ \t]*+[.=]""", line, re.ASCII)
        header = re.match(r"[ \t]*+\[tool\.owui-lint\.([\w-]++)[].]", line, re.ASCII)
        key = header[1] if header else (match[1] or match[2] or match[3] or "") if match else None
        inside = [name for name, value in table.items() if isinstance(value, dict) and key in value]
        if key is None or ((key not in table or key in found) and (header or not inside)):
            continue
        looked_at += 1
        if looked_at > _MAX_TOML_LINES:
            break
        try:
            above = tomllib.loads("\n".join([*lines[: number - 1], f"{probe} = 1"]))
        except (ValueError, RecursionError):
            continue
        tool = above.get("tool")
        ours = tool.get("owui-lint") if isinstance(tool, dict) else None
        if header or (isinstance(ours, dict) and probe in ours):
            found.setdefault(key, number)
            continue
        for name in inside:  # in a table of its own: `[tool.owui-lint.pages]`
            within = ours.get(name) if isinstance(ours, dict) else None
            if isinstance(within, dict) and probe in within:
                found.setdefault(f"{name}.{key}", number)
    return found


def _load_yaml(path: str) -> tuple[Mapping[str, Any], dict[str, int]]:
    from owui_lint.yamlfile import YamlError, load_with_lines

    name = os.path.basename(path)
    try:
        data, lines = load_with_lines(_read(path))
    except YamlError as error:
        raise UsageError(f"{name}:{error.line}: {error}.", f"{name}:{error.line}：{error.message.zh}。") from error
    if data is None:
        return {}, {}
    if not isinstance(data, dict):
        raise UsageError(f"{name}:1: expected keys and values.", f"{name}:1：应为键值结构。")
    return data, {".".join(str(part) for part in key): line for key, line in lines.items()}


def _checked(data: Mapping[str, Any], lines: Mapping[str, int], path: str) -> Config:
    config = Config(path, lines)
    file = os.path.basename(path)
    for key, value in data.items():
        where = _at(file, _line_of(lines, str(key), ()))
        name = str(key).replace("_", "-")
        setting = _BY_NAME.get(name)
        if setting is None:
            near = nearest(name, set(_BY_NAME))
            hint, hint_zh = (f" Did you mean {near!r}?", f"是不是 {near!r}？") if near else ("", "")
            shown = printable(str(key))
            raise UsageError(f"{where}: unknown key {shown!r}.{hint}", f"{where}：未知的键 {shown!r}。{hint_zh}")
        problem = _problem(setting, value)
        if problem:
            where = _at(file, _line_of(lines, str(key), problem.path))
            raise UsageError(f"{where}: {name}: {problem.en}.", f"{where}：{name}：{problem.zh}。")
        if name == "target-openwebui":
            check_target(value, f"{where}: {name}")
        if name in config.origins:
            raise UsageError(
                f"{where}: {name} is there twice: keep one of {name} and {name.replace('-', '_')}.",
                f"{where}：{name} 写了两次：{name} 与 {name.replace('-', '_')} 请只保留一个。",
            )
        config.values[name] = _in_full(setting, value)
        config.origins[name] = where
    return config


def _at(file: str, line: int | None) -> str:
    return file if line is None else f"{file}:{line}"


def _in_full(setting: Setting, value: Any) -> Any:
    """Return a value with lists in place of texts that stand for them."""
    if setting.kind == "list" and isinstance(value, str):
        return selectors([value])
    if setting.kind == "map-list":
        return {key: selectors([item]) if isinstance(item, str) else item for key, item in value.items()}
    return value


def selectors(given: Iterable[str]) -> list[str]:
    """Return the words of lists, such as those that select rules: several may stand in one text, with commas between
    them."""
    found: list[str] = []
    for item in given:
        found += [part.strip() for part in item.split(",") if part.strip()] or [item]  # nothing but commas is an error
    return found


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


class _Problem(NamedTuple):
    """What is wrong with a value, and where in it (``path``)."""

    en: str
    zh: str
    path: tuple[str | int, ...] = ()


_NOT_BELOW = _Problem(
    "must name a folder in the repository; plugins that lie elsewhere are found without it",
    "必须是仓库内的目录；放在其他位置的插件无需此设置也能找到",
)
_NO_NAME = _Problem("must be the name of a file, without folders", "必须是文件名，不含目录")
_EMPTY = _Problem("must not be empty", "不能为空")
_EMPTY_INSIDE = _Problem("an entry is empty", "有一项为空")
#: What is said of a text that is none of those that a setting's pattern allows.
_OTHERWISE = {
    _SUFFIX: _Problem(
        "{shown} cannot be a suffix: write it with what stands before it and without .md, such as .zh for name.zh.md",
        "{shown} 不能作为后缀：须包含分隔符且不含 .md，例如 name.zh.md 应写 .zh",
    ),
    _URL: _Problem("{shown} is not an http(s) URL", "{shown} 不是 http(s) 链接"),
}


def _problem(setting: Setting, value: Any) -> _Problem | None:
    """Return what is wrong with a value; ``None`` where nothing is."""
    return _problem_of_kind(setting, value) or _emptiness(setting, value) or _futility(setting, value)


def _futility(setting: Setting, value: Any) -> _Problem | None:
    """Return what is said of a value of the right kind that can have no effect, whatever the repository has."""
    if setting.pattern and not re.search(setting.pattern, value):
        shown, otherwise = repr(printable(value)), _OTHERWISE[setting.pattern]
        return _Problem(otherwise.en.format(shown=shown), otherwise.zh.format(shown=shown))
    if setting.name == "openwebui-ids":
        for plugin, server_id in value.items():
            if not server_id.isidentifier() or server_id != server_id.lower():
                shown = repr(printable(server_id))
                return _Problem(
                    f"{shown} cannot be an id: lower-case letters, digits and underscores, not beginning with a digit",
                    f"{shown} 不能作为 id，只能包含小写字母、数字和下划线，且不以数字开头",
                    (plugin,),
                )
    if setting.name in ("exclude", "per-path-ignores"):
        for key, pattern in enumerate(selectors([value]) if isinstance(value, str) else value):
            if pattern.startswith("/") or ".." in pattern.split("/"):
                shown = repr(printable(pattern))
                return _Problem(
                    f"{shown} matches no file: paths are relative to the root of the repository, and do not leave it",
                    f"{shown} 不匹配任何文件：路径须相对仓库根目录，且不能指向仓库之外",
                    (key if setting.kind == "list" else pattern,),
                )
    return None


def _emptiness(setting: Setting, value: Any) -> _Problem | None:
    """Return what is said of a value of the right kind that is nothing, or holds something that is nothing."""
    if isinstance(value, str):
        return None if value.strip(" ,\t\r\n" if setting.kind == "list" else None) else _EMPTY
    if setting.name == "plugin-types" and not value:
        return _Problem("must name at least one type", "至少须填写一个类型")
    return _EMPTY_INSIDE if any(not text.strip() for text in _texts_in(value)) else None


def _texts_in(value: Any) -> Iterator[str]:
    """Yield all texts in a value, keys among them."""
    if isinstance(value, str):
        yield value
    else:
        for item in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from _texts_in(item)


def _problem_of_kind(setting: Setting, value: Any) -> _Problem | None:
    kind = setting.kind
    if kind == "str":
        if not isinstance(value, str):
            # YAML reads 0.10 as a number and loses its zero: the value must be quoted.
            return _Problem("must be text (in quotes)", "必须是字符串（加引号）")
        if setting.choices and value not in setting.choices:
            choices, shown = listed(setting.choices), printable(value)
            return _Problem(f"{shown!r} is not one of {choices.en}", f"{shown!r} 无效，只能是 {choices.zh} 之一")
        if setting.name in ("plugins-dir", "docs-dir") and f"{posixpath.normpath(value.strip('/') or '.')}/".startswith(
            ("./", "../")
        ):
            return _NOT_BELOW
        if setting.name in ("readme", "readme-zh") and ("/" in value or value in (".", "..")):
            return _NO_NAME
    elif kind == "list" and not (isinstance(value, str) or _is_strings(value)):
        return _Problem("must be a list of texts", "必须是字符串列表")
    elif isinstance(value, dict) and not all(isinstance(key, str) for key in value):
        return _Problem("every key must be text (in quotes)", "每个键都必须是字符串（加引号）")
    elif kind == "map" and not (isinstance(value, dict) and all(isinstance(item, str) for item in value.values())):
        return _Problem("must map texts to texts", "必须是字符串到字符串的映射")
    elif kind == "map-list" and not (
        isinstance(value, dict) and all(isinstance(item, str) or _is_strings(item) for item in value.values())
    ):
        return _Problem("must map texts to lists of texts", "必须是字符串到字符串列表的映射")
    elif kind == "aliases":
        return _problem_of_aliases(value)
    return None


def _problem_of_aliases(value: Any) -> _Problem | None:
    said = _Problem("must map section ids to {en: [..], zh: [..]}", "必须是章节 id 到 {en: [..], zh: [..]} 的映射")
    if not isinstance(value, dict):
        return said
    for section, by_language in value.items():
        if not isinstance(by_language, dict):
            return said._replace(path=(section,))
        for lang, names in by_language.items():
            if lang not in ("en", "zh"):
                shown = repr(printable(str(lang)))
                return _Problem(f"{shown} is not one of en, zh", f"{shown} 无效，只能是 en、zh 之一", (section, lang))
            if not _is_strings(names):
                return said._replace(path=(section, lang))
    return None
