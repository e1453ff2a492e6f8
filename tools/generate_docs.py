"""Documentation that is made from the rules, the settings, the primitives and the commands, so that it cannot go stale.

The rule tables of the READMEs and the references in ``docs/`` are written into the files:

    python tools/generate_docs.py            write the tables
    python tools/generate_docs.py --check    exit 1 where a table is not as it would be written

A page for each rule is made while the site is built (``tools/mkdocs_hook.py``) and is not committed. Files link to these
pages by their address, as they have to on GitHub; in the site that is built the links are relative.
"""

from __future__ import annotations

import ast
import html
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from owui_lint.cli import app  # noqa: E402
from owui_lint.config import SETTINGS  # noqa: E402
from owui_lint.finding import APPLICABILITY_WORDS, FAMILIES, LANGUAGES, SEVERITY_WORDS, Message  # noqa: E402
from owui_lint.helptexts import translate  # noqa: E402
from owui_lint.language import brackets, colon, listed  # noqa: E402
from owui_lint.links import rule_url  # noqa: E402
from owui_lint.primitives import Primitive, registry  # noqa: E402
from owui_lint.reporting.explain import examples_of, severities  # noqa: E402
from owui_lint.rulebook import Rule, load_rulebook  # noqa: E402
from owui_lint.text import printable  # noqa: E402

START, END = "<!-- RULES_START -->", "<!-- RULES_END -->"
_BLOCK = re.compile(r"<!-- generated: (\w+) -->\n.*?^<!-- /generated -->$", re.DOTALL | re.MULTILINE)
READMES = {"en": "README.md", "zh": "README_CN.md"}

FAMILY_TEXTS = {
    "tool": Message("files that cannot be read or parsed", "无法读取或解析的文件"),
    "frontmatter": Message("the docstring as OpenWebUI reads it", "OpenWebUI 实际读到的元数据"),
    "icons": Message("data URIs, SVG, Lucide drawings", "data URI、SVG、Lucide 图标"),
    "valves": Message("names, defaults, how OpenWebUI uses them", "命名、默认值，以及 OpenWebUI 如何使用"),
    "layout": Message("folders, languages, translations", "目录、语言与翻译"),
    "readme": Message("sections, their order, parity of the languages", "章节、顺序与两种语言的对应"),
    "versions": Message("the seven locations, date badges, orphans", "七处版本、日期徽章、孤立页面"),
    "code": Message("hooks, asynchronous code, events, logging", "钩子、异步代码、事件与日志"),
    "dependencies": Message("requirements as pip gets them, conflicts", "pip 实际收到的依赖与冲突"),
    "release": Message("what a change has to bring along", "改动时需要一并更新的内容"),
}
PLACES = {
    "code": Message("the plugin's code", "插件代码"),
    "copies": Message("copies of the code in another language", "代码的其他语言副本"),
    "readme": Message("the README beside the code", "代码旁的 README"),
    "pages": Message("its pages below the documentation folder", "文档目录下的对应页面"),
    "folders": Message(
        "READMEs of folders with several plugins, in other layouts", "其他目录结构中，含多个插件的目录的 README"
    ),
    "lists": Message(
        "indexes of the documentation folder and of those that it lies in, in other layouts",
        "其他目录结构中，文档目录及其上级目录的索引",
    ),
}
ZONES = {
    "docstring": Message("In the docstring at the start of the code.", "代码开头的文档字符串中。"),
    "front-matter": Message(
        "In the page's front matter (YAML between `---`).", "页面的 front matter 中（`---` 之间的 YAML）。"
    ),
    "page": Message(
        "Anywhere on the page, but not in What's New and Changelog, in code or in generated blocks.",
        "页面任意位置；“最新更新”、“更新日志”、代码和自动生成的内容除外。",
    ),
    "header": Message(
        "Above the first heading behind the title.",
        "标题之后的第一个小标题之前。",
    ),
    "title": Message("In the first heading.", "第一个标题中。"),
}
PATTERN_SETTINGS = ("per-path-ignores", "exclude")
KINDS = {
    "str": Message("text", "字符串"),
    "list": Message("list of texts", "字符串列表"),
    "map": Message("text to text", "字符串到字符串的映射"),
    "map-list": Message("text to list of texts", "字符串到字符串列表的映射"),
    "aliases": Message("section id to language to list of headings", "章节 id → 语言 → 标题列表"),
}
_FENCE_LANGUAGES = {".py": "python", ".md": "markdown", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml", ".svg": "xml"}
_CODE_SPAN = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_SLOT = re.compile(r"\{(\w+)\}")


def all_rules() -> list[Rule]:
    """Return the rules by code."""
    return sorted(load_rulebook().rules.values(), key=lambda rule: rule.code)


def escape(text: str, *, slots: bool = False) -> str:
    """Return text as Markdown that shows it: code spans stay, all else is taken literally.

    ``slots``: the text is a template; its ``{names}`` are shown as variables.
    """
    parts: list[str] = []
    last = 0
    for match in _CODE_SPAN.finditer(text):
        parts += [_literal(text[last : match.start()], slots), match[0].replace("|", "\\|")]
        last = match.end()
    return "".join([*parts, _literal(text[last:], slots)])


def _literal(text: str, slots: bool) -> str:
    text = re.sub(
        r"([\\*_\[\]|#~^=+`])" if slots else r"([\\*_\[\]|#~^=+`{}])", r"\\\1", html.escape(text, quote=False)
    )
    return _SLOT.sub(lambda match: f"<var>{match[1]}</var>", text.replace("\\_", "_")) if slots else text


def fence(path: str, content: str | bytes, lines: list[int]) -> list[str]:
    """Return a file as a fenced block with its path as title and lines marked."""
    text = printable(content if isinstance(content, str) else repr(content), keep_newlines=True)
    text = "\n".join(line if len(line) <= 400 else f"{line[:400]}…" for line in text.split("\n"))
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    language = _FENCE_LANGUAGES.get(Path(path).suffix, "text") if isinstance(content, str) else "text"
    marked = f' hl_lines="{" ".join(str(line) for line in sorted(set(lines)))}"' if lines else ""
    title = printable(path).replace('"', "'")
    return [f'{ticks}{language} title="{title}"{marked}', *text.rstrip("\n").split("\n"), ticks, ""]


def _example(example: dict[str, Any], lang: str) -> Iterator[str]:
    zh = lang == "zh"
    places: list[str] = example["findings"]
    mark = ("反例" if zh else "Found") if places else ("正例" if zh else "Fine")
    # What an example shows is told in English only: in Chinese its code and the findings in it speak.
    yield f"### {mark}" if zh else f"### {mark}{colon(lang)}{escape(example['name'])}"
    yield ""
    if example.get("base"):
        yield "改动之前：" if zh else "Before the change:"
        yield ""
        for path, content in example["base"].items():
            yield from fence(path, content, [])
        yield "改动之后：" if zh else "After the change:"
        yield ""
    for path, content in example.get("files", {}).items():
        lines = [int(place.split(":")[1]) for place in places if place.split(":")[0] == path and ":" in place]
        yield from fence(path, content, lines)
    if isinstance(example.get("message"), str):
        lines = [int(parts[1]) for place in places if len(parts := place.split(":")) > 1]
        yield from fence("COMMIT_EDITMSG", example["message"], lines)
    if places:
        shown = listed(f"`{printable(place)}`" for place in places)
        yield f"{'发现问题的位置：' if zh else 'Findings at '}{shown.to(lang)}"
        yield ""
    if "fixed" in example:
        yield "修复后：" if zh else "After the fix:"
        yield ""
        for path, content in example["fixed"].items():
            yield from fence(path, content, [])


def rule_page(rule: Rule, lang: str) -> str:
    """Return the page of a rule."""
    zh = lang == "zh"
    lines = [
        "---",
        f"title: {rule.name}",
        "---",
        "",
        f"# {rule.code} {rule.name}",
        "",
        escape(rule.summary.to(lang)),
        "",
        escape(rule.why.to(lang)),
        "",
        f"## {'概要' if zh else 'At a glance'}",
        "",
        *_facts(rule, lang),
        "",
    ]
    lines += ["", f"## {'消息内容' if zh else 'Messages'}", ""]
    for case in rule.cases.values():
        lines.append(f"- **{severities(rule, lang, case)}**{colon(lang)}{escape(case.message.to(lang), slots=True)}")
    lines += [
        "",
        f"## {'忽略' if zh else 'Ignoring it'}",
        "",
        f"`# owui-lint: ignore[{rule.name}] {'原因' if zh else 'reason'}`"
        f"{'，或在配置中写 ' if zh else ' in the file, or in the configuration '}`ignore: [{rule.name}]`"
        f"{'。参见' if zh else '. See '}[{'接入已有仓库' if zh else 'Adopting'}](../adopting.md#suppressions){'。' if zh else '.'}",
        "",
        f"## {'示例' if zh else 'Examples'}",
        "",
    ]
    for example in examples_of(rule):
        lines += _example(example, lang)
    return "\n".join(lines) + "\n"


def _facts(rule: Rule, lang: str) -> Iterator[str]:
    facts = {
        Message("Family", "规则族"): f"[{rule.family}](index.md#{rule.family})"
        + brackets(FAMILY_TEXTS[rule.family].to(lang), lang),
        Message("Severity", "级别"): severities(rule, lang),
        Message("Profiles", "规则集"): _profiles(rule, lang),
        Message("Clauses", "规范条款"): listed(rule.standard).to(lang) or "–",
        Message("Fix", "修复"): _fix(rule, lang),
        Message("Primitive", "检查原语"): f"[`{rule.primitive}`](../primitives.md#{rule.primitive})",
    }
    if rule.requires:
        label = Message("Not asked where these have found something", "下列规则已报告问题时不再检查")
        facts[label] = listed(f"[{name}]({name}.md)" for name in rule.requires).to(lang)
    others = load_rulebook().speaking_at(rule)
    if others:
        label = Message(
            "Stands for, in a line that both would report (with the higher severity)",
            "在同一行同时出现时由本规则代为报告（级别取较高者）",
        )
        facts[label] = listed(f"[{name}]({name}.md)" for name in others).to(lang)
    for name, value in facts.items():
        yield f"- {name.to(lang)}{colon(lang)}{value}"


def _profiles(rule: Rule, lang: str) -> str:
    return listed(
        name if level is None else name + brackets(SEVERITY_WORDS[level].to(lang), lang)
        for name, level in rule.profiles.items()
    ).to(lang)


def _fix(rule: Rule, lang: str) -> str:
    if rule.fix is None or rule.applicability is None:
        return "–"
    return f"{APPLICABILITY_WORDS[rule.applicability].to(lang)}{colon(lang)}{escape(rule.fix.to(lang), slots=True)}"


def rule_index(lang: str) -> str:
    """Return all rules by family, with their clauses."""
    zh = lang == "zh"
    head = (
        "| 编号 | 规则 | 级别 | 规则集 | 修复 | 条款 |"
        if zh
        else "| Code | Rule | Severity | Profiles | Fix | Clauses |"
    )
    lines: list[str] = []
    for number, family in enumerate(FAMILIES):
        rules = [rule for rule in all_rules() if rule.family == family]
        if not rules:
            continue
        lines += [
            f"## {family}",
            "",
            f"OWL{number}xx{colon(lang)}{FAMILY_TEXTS[family].to(lang)}",
            "",
            head,
            "|---" * 6 + "|",
        ]
        for rule in rules:
            fix = APPLICABILITY_WORDS[rule.applicability].to(lang) if rule.applicability is not None else "–"
            lines.append(
                f"| {rule.code} | [{rule.name}]({rule_url(rule.name, lang)})<br>{escape(rule.summary.to(lang))} "
                f"| {SEVERITY_WORDS[rule.severity].to(lang)} | {listed(rule.profiles).to(lang)} "
                f"| {fix} | {listed(rule.standard).to(lang)} |"
            )
        lines.append("")
    return "\n".join(lines)


def clause_index(lang: str) -> str:
    """Return the clauses of the standard: what each says, and the rules that check it."""
    book = load_rulebook()
    lines = ["| 条款 | 内容 | 规则 |" if lang == "zh" else "| Clause | Text | Rules |", "|---|---|---|"]
    for clause in book.clauses.values():
        rules = listed(f"[{rule.name}]({rule_url(rule.name, lang)})" for rule in book.citing(clause.id))
        lines.append(f"| {clause.id} | {escape(clause.text.to(lang))} | {rules.to(lang) or '–'} |")
    return "\n".join(lines)


def settings_reference(lang: str) -> str:
    """Return every setting with its kind, default and choices."""
    zh = lang == "zh"
    lines: list[str] = []
    for setting in SETTINGS:
        default = "–" if setting.default in (None, [], {}) else f"`{_plain(setting.default)}`"
        kind = KINDS[setting.kind].to(lang) if setting.kind in KINDS else setting.kind
        if setting.choices:
            kind = (" / " if zh else ", ").join(f"`{choice}`" for choice in setting.choices)
        lines += [
            f"### {setting.name}",
            "",
            escape(setting.zh if zh else setting.en),
            "",
            f"{'取值' if zh else 'Value'}{colon(lang)}{kind} · {'默认' if zh else 'default'}{colon(lang)}{default}",
            "",
        ]
        if setting.kind == "aliases":
            lines += [*_sections(lang), ""]
        elif setting.name in PATTERN_SETTINGS:
            link = "[路径模式](#path-patterns)" if zh else "[Path patterns](#path-patterns)"
            lines += [f"写法见{link}。" if zh else f"How they are written: {link}.", ""]
    return "\n".join(lines)


def _sections(lang: str) -> Iterator[str]:
    """The ids of the sections of a README, in the order of the standard."""
    yield "| 章节 id | 英文 | 中文 |" if lang == "zh" else "| Section id | English | Chinese |"
    yield "|---|---|---|"
    for section in load_rulebook().data["sections"]["sections"]:
        name = section["name"]
        yield f"| `{section['id']}` | {escape(name['en'])} | {escape(name['zh'])} |"


def _plain(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def primitives_reference(lang: str) -> str:
    """Return every primitive with its subject, parameters, description and the rules that use it."""
    zh = lang == "zh"
    users: dict[str, list[str]] = {}
    for rule in all_rules():
        users.setdefault(rule.primitive, []).append(rule.name)
    lines: list[str] = []
    for name, primitive in sorted(registry().items()):
        scope = primitive.scope.what.to(lang)
        lines += [f"### {name}", "", f"{'对象' if zh else 'Called for'}{'：' if zh else ' '}{scope}", ""]
        lines += [docstring_markdown(inspect.getdoc(primitive.check) or ""), ""]
        if primitive.parameters:
            lines += ["| 参数 | 类型 | 默认 |" if zh else "| Parameter | Type | Default |", "|---|---|---|"]
            lines += [_parameter(primitive, parameter, zh=zh) for parameter in primitive.parameters]
            lines.append("")
        if name in users:
            links = listed(f"[{rule}]({rule_url(rule, lang)})" for rule in users[name])
            lines += [f"{'使用它的规则：' if zh else 'Used by '}{links.to(lang)}", ""]
    return "\n".join(lines)


def _parameter(primitive: Primitive, name: str, *, zh: bool) -> str:
    parameter = primitive.parameters[name]
    kind = str(parameter.annotation).replace("|", "\\|")
    required = parameter.default is inspect.Parameter.empty
    default = ("必填" if zh else "required") if required else f"`{str(parameter.default)!s}`"
    return f"| `{name}` | `{kind}` | {default} |"


def docstring_markdown(text: str) -> str:
    """Return a docstring as Markdown: double backticks are code."""
    text = re.sub(r"``(.+?)``", lambda match: f"`{match[1]}`", text, flags=re.DOTALL)
    return escape(text)


def locations_reference(lang: str) -> str:
    """Return the inventory of version locations: where they are and which forms they take, and what the forms look like."""
    zh = lang == "zh"
    data = load_rulebook().data["locations"]
    lines = [
        "| 位置 | 文件 | 每处应有 | 写法 |" if zh else "| Location | File | Statements | Forms |",
        "|---|---|---|---|",
    ]
    counts = (
        {"one": "恰好一处", "any": "可有可无，有则须一致"} if zh else {"one": "exactly one", "any": "any; all agree"}
    )
    for location in data["locations"]:
        path = f"`{location['path']}`" if "path" in location else PLACES[location["in"]].to(lang)
        forms = listed(f"[{form}](#{form})" for form in data["form-sets"][location["forms"]]).to(lang)
        lines.append(f"| {location['name'][lang]} | {path} | {counts[location['expected']]} | {forms} |")
    zones = {zone: text.to(lang) for zone, text in ZONES.items()}
    for name, form in data["forms"].items():
        zone = "docstring" if form["reader"] == "front-matter" else form.get("zone", "page")
        lines += ["", f"### {name}", "", zones[zone], "", "```text", *form["shown"], "```"]
    return "\n".join(lines)


def command_reference(lang: str) -> str:
    """Return every command with its arguments and options, as ``--help`` explains them in that language."""
    import typer

    zh = lang == "zh"
    command = typer.main.get_command(app)
    if zh:
        translate(command)
    general = [option for option in command.params if getattr(option, "help", None)]
    lines = [
        f"## {'不带命令的选项' if zh else 'Options without a command'}",
        "",
        *_parameters(general, zh=zh),
        "",
        f"## {'命令' if zh else 'Commands'}",
        "",
    ]
    for name, one in getattr(command, "commands", {}).items():
        arguments = [_metavar(item) for item in one.params if item.param_type_name == "argument"]
        options = ["[OPTIONS]"] if any(item.param_type_name == "option" for item in one.params) else []
        usage = " ".join(["owui-lint", name, *options, *arguments])
        lines += [f"### {name}", "", escape(" ".join((one.help or "").split())), ""]
        lines += ["```text", usage, "```", ""]
        if one.params:
            lines += [*_parameters(one.params, zh=zh), ""]
    return "\n".join(lines)


def _parameters(parameters: Iterable[Any], *, zh: bool) -> Iterator[str]:
    yield "| 参数或选项 | 作用 |" if zh else "| Argument or option | What |"
    yield "|---|---|"
    for item in parameters:
        if item.param_type_name == "argument":
            yield f"| {_code(_metavar(item))} | {escape(item.help or '')} |"
            continue
        value = "" if item.is_flag else f" {_metavar(item)}"
        names = ", ".join(_code(name + value) for name in item.opts)
        text = escape(item.help or "")
        if item.multiple and not hasattr(item.type, "choices"):
            text += "可重复使用。" if zh else " Can be repeated."
        if item.default is not None and not item.is_flag:
            default = getattr(item.default, "value", item.default)
            text += f"默认：`{default}`。" if zh else f" Default: `{default}`."
        yield f"| {names} | {text} |"


def _metavar(parameter: Any) -> str:
    """What stands for a value: as the command names it, else the choices, else the kind."""
    choices = getattr(parameter.type, "choices", None)
    if parameter.metavar or not choices:
        return str(parameter.metavar or ("N" if hasattr(parameter.type, "min") else "NAME"))
    return "|".join(str(getattr(choice, "value", choice)) for choice in choices)


def _code(text: str) -> str:
    # An escaped bar in a code span of a table is shown with its backslash.
    return f"<code>{html.escape(text, quote=False).replace('|', '&#124;')}</code>"


PLACEHOLDERS = {
    "commands": command_reference,
    "locations": locations_reference,
    "rules": rule_index,
    "clauses": clause_index,
    "settings": settings_reference,
    "primitives": primitives_reference,
}


def rule_pages() -> dict[str, str]:
    """Return the pages of all rules in both languages, by their path below the documentation's folder."""
    return {
        f"rules/{rule.name}{'.zh' if lang == 'zh' else ''}.md": rule_page(rule, lang)
        for rule in all_rules()
        for lang in LANGUAGES
    }


def write_site(source: Path, target: Path) -> None:
    """Write the whole documentation to ``target``: the files of ``source`` with their tables filled, and the rule pages.

    Files that are as they should be are not touched, others in ``target`` are deleted.
    """
    wanted: dict[str, bytes] = {path: text.encode() for path, text in rule_pages().items()}
    for path in sorted(item for item in source.rglob("*") if item.is_file()):
        name = path.relative_to(source).as_posix()
        data = path.read_bytes()
        if name.endswith(".md"):
            data = within_site(name, fill_page(data.decode(), language_of(name))).encode()
        wanted[name] = data
    for path in [item for item in target.rglob("*") if item.is_file()]:
        if path.relative_to(target).as_posix() not in wanted:
            path.unlink()
    for name, data in wanted.items():
        path = target / name
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def language_of(name: str) -> str:
    """Return the language of a page by its path."""
    return "zh" if name.endswith(".zh.md") else "en"


def fill_page(markdown: str, lang: str) -> str:
    """Return a page with what stands between its ``<!-- generated: name -->`` and ``<!-- /generated -->`` made anew.

    Raises ``ValueError`` where a mark has no end, and ``KeyError`` where nothing is generated by that name.
    """
    filled, blocks = _BLOCK.subn(
        lambda match: (
            f"<!-- generated: {match[1]} -->\n\n{PLACEHOLDERS[match[1]](lang).strip()}\n\n<!-- /generated -->"
        ),
        markdown,
    )
    if blocks != markdown.count("<!-- generated:") or blocks != markdown.count("<!-- /generated -->"):
        raise ValueError("a generated block has no start or no end")
    return filled


def within_site(name: str, markdown: str) -> str:
    """Return a page whose links to rules are relative, so that building the site finds those that lead nowhere."""
    below = "" if name.startswith("rules/") else "rules/"
    for rule in all_rules():
        markdown = markdown.replace(f"]({rule_url(rule.name, language_of(name))})", f"]({below}{rule.name}.md)")
    return markdown


def readme_table(lang: str) -> str:
    """Return the rule table of a README."""
    zh = lang == "zh"
    rules = all_rules()
    lines = ["| 规则族 | 编号 | 内容 | 规则数 |" if zh else "| family | codes | about | rules |", "|---|---|---|---|"]
    for number, family in enumerate(FAMILIES):
        count = sum(rule.family == family for rule in rules)
        lines.append(f"| {family} | OWL{number}xx | {FAMILY_TEXTS[family].to(lang)} | {count} |")
    lines += [
        "",
        "<details>",
        f"<summary>{f'全部 {len(rules)} 条规则' if zh else f'All {len(rules)} rules'}</summary>",
        "",
    ]
    lines += ["| 编号 | 规则 | 级别 | 内容 |" if zh else "| code | rule | severity | what |", "|---|---|---|---|"]
    lines += [
        f"| {rule.code} | [{rule.name}]({rule_url(rule.name, lang)}) | {severities(rule, lang)} "
        f"| {escape(rule.summary.to(lang))} |"
        for rule in rules
    ]
    return "\n".join([*lines, "", "</details>"])


def module_table() -> str:
    """Return the tables of the model's modules, one per package: the first sentence of each one's docstring."""
    top = ROOT / "owui_lint/repository"
    lines: list[str] = []
    for folder in (top, *sorted(path.parent for path in top.glob("*/__init__.py"))):
        lines += [
            f"### `{folder.relative_to(ROOT / 'owui_lint').as_posix()}/`",
            "",
            first_sentence(folder / "__init__.py"),
            "",
        ]
        lines += ["| module | what it tells |", "|---|---|"]
        lines += [
            f"| `{path.name}` | {first_sentence(path).replace('|', '&#124;')} |"
            for path in sorted(folder.glob("*.py"))
            if path.name != "__init__.py"
        ]
        lines.append("")
    return "\n".join(lines[:-1])


def first_sentence(module: Path) -> str:
    """Return the first sentence of a module's docstring, as Markdown."""
    said = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return re.split(r"(?<=\.)(?:\s|$)", said, maxsplit=1)[0].replace("\n", " ").replace("``", "`")


def filled(name: str, text: str, start: str, end: str, table: str) -> str:
    """Return a page with a table between its marks. Raises ``ValueError`` where these are not there, once each and in order."""
    if text.count(start) != 1 or text.count(end) != 1 or text.index(end) < text.index(start):
        raise ValueError(f"{name}: expected {start} and {end}, once each")
    before, _, rest = text.partition(start)
    return f"{before}{start}\n{table}\n{end}{rest.partition(end)[2]}"


def tables() -> Iterator[tuple[Path, str, str]]:
    """Yield each file that holds something generated: its path, its text, and the text that it should have."""
    marked = [(name, START, END, readme_table(lang)) for lang, name in READMES.items()]
    marked.append(("docs/architecture.md", "<!-- modules -->", "<!-- /modules -->", module_table()))
    for name, start, end, table in marked:
        text = (ROOT / name).read_text(encoding="utf-8")
        yield ROOT / name, text, filled(name, text, start, end, table)
    for path in sorted((ROOT / "docs").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if "<!-- generated:" in text:
            yield path, text, fill_page(text, language_of(path.name))


def main(arguments: list[str]) -> int:
    """Write or check what is generated in READMEs and documents; return the exit code."""
    stale = [(path, new) for path, text, new in tables() if new != text]
    for path, new in stale:
        name = path.relative_to(ROOT).as_posix()
        if "--check" in arguments:
            print(f"{name}: stale, run `make docs-tables`")
        else:
            path.write_text(new, encoding="utf-8")
            print(f"{name}: written")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
