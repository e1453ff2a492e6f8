"""Configuration: what each setting takes, what is said of a wrong one, and its schema."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from owui_lint.cache import rules_folder
from owui_lint.config import SETTINGS, load_config
from owui_lint.confignames import check_names
from owui_lint.errors import UsageError
from owui_lint.finding import Message
from owui_lint.primitives import registry
from owui_lint.rulebook import load_rulebook, read_yaml
from owui_lint.schemacheck import problems
from owui_lint.schemas import config_schema, rule_schema
from tests.support import open_repo, run, run_json, write_files

PLUGIN: dict[str, str | bytes] = {"plugins/filters/echo/echo.py": '"""\ntitle: Echo\nversion: 1.1.0\n"""\n'}
VALUES: dict[str, Any] = {
    "str": "x",
    "bool": True,
    "list": ["x"],
    "map": {"a": "b"},
    "map-list": {"a": ["b"]},
    "aliases": {"usage": {"en": ["Use"], "zh": ["用法"]}},
}


@pytest.mark.parametrize("schema", [config_schema("en"), config_schema("zh"), rule_schema()])
def test_schemas_are_schemas(schema: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(schema)


def test_schema_commands(capsys: Any) -> None:
    code, out, _ = run(capsys, "schema")
    assert code == 0 and json.loads(out) == config_schema("en")
    code, out, _ = run(capsys, "schema", "--rules")
    assert code == 0 and json.loads(out) == rule_schema()


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
@pytest.mark.parametrize("kind", [*VALUES, "number"])
def test_reader_and_schema_agree(setting: Any, kind: str, tmp_path: Path) -> None:
    value = setting.choices[0] if kind == "str" and setting.choices else VALUES.get(kind, 1)
    if (setting.name, kind) == ("target-openwebui", "str"):
        value = "0.12"  # a release; the schema knows no list of them
    (tmp_path / ".owui-lint.yaml").write_text(json.dumps({setting.name: value}))
    valid = jsonschema.Draft202012Validator(config_schema()).is_valid({setting.name: value})
    if valid:
        load_config(tmp_path)
    else:
        with pytest.raises(UsageError):
            load_config(tmp_path)


def refusal(folder: Path, name: str, text: str) -> Message:
    """What is said of a configuration that is not taken."""
    (folder / name).write_text(text)
    with pytest.raises(UsageError) as caught:
        load_config(folder)
    return caught.value.message


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (".owui-lint.yaml", "profil: strict\n", ".owui-lint.yaml:1: unknown key 'profil'. Did you mean 'profile'?"),
        (".owui-lint.yaml", "lang: en\nprofile: loose\n", ".owui-lint.yaml:2: profile: 'loose' is not one of"),
        (".owui-lint.yaml", "lang: en\nlang: zh\n", ".owui-lint.yaml:2: the key 'lang' is there twice"),
        (
            ".owui-lint.yaml",
            "fail-on: error\nfail_on: info\n",
            ".owui-lint.yaml:2: fail-on is there twice: keep one of",
        ),
        ("pyproject.toml", "[tool.owui-lint]\nfail_on = 'error'\nfail-on = 'error'\n", "fail-on is there twice"),
        (
            ".owui-lint.yaml",
            "target-openwebui: 0.10\n",
            ".owui-lint.yaml:1: target-openwebui: must be text (in quotes)",
        ),
        (
            "pyproject.toml",
            "[tool.owui-lint]\nignored = []\n",
            "pyproject.toml:2: unknown key 'ignored'. Did you mean 'ignore'?",
        ),
    ],
)
def test_errors_say_where(tmp_path: Path, name: str, text: str, message: str) -> None:
    said = refusal(tmp_path, name, text)
    assert message in said.en and said.zh != said.en


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lang: zh\nlang: en\n", ".owui-lint.yaml:2：键 'lang' 重复（首次出现在第 1 行）。"),
        ("ignore: &a [readme]\n", ".owui-lint.yaml:1：不支持锚点和别名。"),
        ("a: " + "[" * 5000, ".owui-lint.yaml:1：文档过大或嵌套过深。"),
        ("[a]: b\n", ".owui-lint.yaml:1：键必须是纯文本。"),
        ("lang: [\n", ".owui-lint.yaml:2：不是合法的 YAML（"),
        ("fail-on: never\n", "'never' 无效，只能是 error、warning、info 之一。"),
    ],
)
def test_errors_in_chinese(tmp_path: Path, text: str, message: str) -> None:
    assert message in refusal(tmp_path, ".owui-lint.yaml", text).zh


NO_SUFFIX = "cannot be a suffix: write it with what stands before it and without .md, such as .zh for name.zh.md."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("docs-zh-suffix: zh", f"1: docs-zh-suffix: 'zh' {NO_SUFFIX}"),
        ("docs-zh-suffix: .zh.md", f"1: docs-zh-suffix: '.zh.md' {NO_SUFFIX}"),
        ("docs-zh-suffix: ./zh", f"1: docs-zh-suffix: './zh' {NO_SUFFIX}"),
        ("exclude:\n- a\n- ../x", "3: exclude: '../x' matches no file: paths are relative to the root"),
        ("exclude: a, /abs/path", "1: exclude: '/abs/path' matches no file: paths are relative to the root"),
        ("exclude: [a/../b]", "1: exclude: 'a/../b' matches no file"),
        ("per-path-ignores:\n  a: [x]\n  ../b/**: [x]", "3: per-path-ignores: '../b/**' matches no file"),
        ("openwebui-ids:\n  filters/a: ok\n  filters/b: Bad Id!", "3: openwebui-ids: 'Bad Id!' cannot be an id: "),
        ("openwebui-ids: {filters/b: 1st}", "1: openwebui-ids: '1st' cannot be an id: "),
        ("lang: en\nauthor-url: notaurl", "2: author-url: 'notaurl' is not an http(s) URL."),
        ("funding-url: github.com/ada", "1: funding-url: 'github.com/ada' is not an http(s) URL."),
        ("section-aliases:\n  features: {fr: [A]}", "2: section-aliases: 'fr' is not one of en, zh."),
        ("section-aliases:\n  usage:\n    en: [A]\n    zh: 1", "4: section-aliases: must map section ids to"),
        ("section_aliases:\n  usage: [A]", "2: section-aliases: must map section ids to"),
    ],
)
def test_values_that_can_have_no_effect(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, ".owui-lint.yaml", text).en.startswith(f".owui-lint.yaml:{message}")


@pytest.mark.parametrize(
    "text",
    [
        "docs-zh-suffix: _CN",
        "docs-zh-suffix: -zh-Hans",
        "docs-zh-suffix: 中文",
        "exclude: [./docs, '*/..x', 'a..b']",
        "author-url: HTTPS://example.org",
        "openwebui-ids: {filters/a: _a1}",
    ],
)
def test_values_that_may_be_meant(tmp_path: Path, text: str) -> None:
    (tmp_path / ".owui-lint.yaml").write_text(text)
    load_config(tmp_path)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[tool.other]\nprofle = 1\n\n[tool.owui-lint]  # ours\nlang = 'en'\n  'profle' = 'x'\n", "pyproject.toml:6"),
        ('[tool.owui-lint]\r\nignore = [\r\n  "a",\r\n]\r\n"profle" = 1\r\n', "pyproject.toml:5"),
        ('[tool.owui-lint]\nauthor = """\nprofle = 1\n"""\nprofle = 2\n', "pyproject.toml:5"),
        ("[tool.owui-lint]\nprofle.x = 1\nprofle.y = 2\n", "pyproject.toml:2"),
        ("[tool.owui-lint.pages]\nprofle = 'x'\n[tool.owui-lint]\nprofle = 1\n", "pyproject.toml:4"),
        ("[tool.owui-lint.profle]\nprofle = 1\n", "pyproject.toml:1"),
        (
            "[tool.owui-lint]\nauthor = '''\n[tool.owui-lint.profle]\n'''\n[tool.owui-lint.profle.x]\n",
            "pyproject.toml:5",
        ),
        # Not below the table's own header: no line is better than a wrong one.
        ("[tool]\nowui-lint = {profle = 1}\n", "pyproject.toml"),
        ("[[tool.owui-lint.profle]]\nprofle = 1\n", "pyproject.toml"),
        ("tool.owui-lint.profle = 1\n", "pyproject.toml"),
        ('[tool.owui-lint]\n"prof\\u006ce" = 1\n', "pyproject.toml"),
        (
            "".join(f"[tool.x{number}]\nprofle = 1\n" for number in range(60)) + "[tool.owui-lint]\nprofle = 1\n",
            "pyproject.toml",
        ),
    ],
)
def test_lines_of_toml_are_right_or_not_named(tmp_path: Path, text: str, where: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes(text.encode())
    with pytest.raises(UsageError) as caught:
        load_config(tmp_path)
    assert caught.value.message.en.startswith(f"{where}: unknown key 'profle'.")


def test_show_config_says_where_values_come_from(tmp_path: Path, capsys: Any) -> None:
    write_files(tmp_path, {**PLUGIN, ".owui-lint.yaml": "lang: en\nignore: [readme]\nfail-on: info\n"})
    arguments = ["check", str(tmp_path), "--show-config", "--fail-on", "warning", "--ignore", "valves"]
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in out.splitlines()}
    assert rows["lang"] == "en .owui-lint.yaml:1"
    assert rows["ignore"] == '["readme", "valves"] --ignore'
    assert rows["fail-on"] == "warning --fail-on"
    assert rows["exclude"] == "[] default"
    assert rows["profile"].startswith("openwebui found: ")
    assert len(rows) == len(SETTINGS) + 1
    assert "默认" in run(capsys, *arguments, "--lang", "zh")[1]
    _, data = run_json(capsys, *arguments)
    settings = {one["name"]: (one["value"], one["from"]) for one in data["settings"]}
    assert settings["ignore"] == (["readme", "valves"], "--ignore") and len(settings) == len(SETTINGS)


def test_our_rules_fit_the_schema() -> None:
    schema = rule_schema(builtin=True)
    validator = jsonschema.Draft202012Validator(schema)
    for path in sorted(Path(rules_folder()).glob("*/*.yaml")):
        data = read_yaml(path)
        assert list(problems(data, schema)) == [], path
        assert list(validator.iter_errors(data)) == [], path


def test_every_primitive_is_in_the_schema() -> None:
    assert rule_schema()["properties"]["primitive"]["enum"] == sorted(registry())


BASE = {
    "code": "LOC001",
    "name": "a-b",
    "severity": "info",
    "primitive": "pattern",
    "params": {"where": "code", "pattern": "x"},
    "summary": "x",
    "cases": {"default": "x"},
}
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "x", "en", "info", "pattern", "strict", "LOC1"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["en", "zh", "x", "default"]), inner),
)


RULE_SCHEMA = rule_schema()
VALIDATOR = jsonschema.Draft202012Validator(RULE_SCHEMA)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*BASE, "profiles", "standard", "fix", "examples", "why", "other"]), JSON, max_size=4
    )
)
def test_own_checker_agrees_with_jsonschema(changes: dict[str, Any]) -> None:
    data = {**BASE, **changes}
    assert (next(problems(data, RULE_SCHEMA), None) is None) == VALIDATOR.is_valid(data)


def test_unknown_keywords_are_an_error() -> None:
    with pytest.raises(ValueError, match="oneOf"):
        list(problems({}, {"oneOf": []}))


ECHO = {"plugins/filters/echo/echo.py": '"""\ntitle: Echo\nversion: 1.0.0\n"""\n\n\nclass Filter:\n    pass\n'}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "pages: {filters/echo.md: filters/ecko}",
            ".owui-lint.yaml:1: pages: there is no plugin (TYPE/NAME, see `owui-lint plugins`) 'filters/ecko'. Did you",
        ),
        ("lang: en\nopenwebui-ids: {filters/ecko: x}", ".owui-lint.yaml:2: openwebui-ids: there is no plugin"),
        (
            "per-path-ignores: {'plugins/**': [versionz]}",
            "per-path-ignores: there is no rule, code or family 'versionz'. Did you mean versions",
        ),
        (
            "section-aliases: {featurs: {en: [X]}}",
            "section-aliases: there is no section 'featurs'. Did you mean features",
        ),
        (
            "select: valve-name, version-mismach",
            "select: there is no rule, code or family 'version-mismach'. Did you mean version-mismatch",
        ),
        ("plugins-dir: .", "yaml:1: plugins-dir: must name a folder in the repository"),
        ("docs-dir: ../docs", "yaml:1: docs-dir: must name a folder in the repository"),
        ("plugins-dir: plugin", "plugins-dir: the repository has no folder 'plugin'"),
        ("plugin-types: [filter, tool]", "yaml:1: plugin-types: the repository has no folder 'plugins/filter'"),
        (
            "pages:\n  filters/ecko: filters/echo",
            "yaml:2: pages: there is no page below docs-dir or README 'filters/ecko'. Did you mean filters/echo?",
        ),
        (
            "per-path-ignores:\n  a: [versions]\n  b.c/**: [tool,\n    versionz]",
            "yaml:4: per-path-ignores: there is no rule",
        ),
        ("ignore:\n- versions\n- versionz", "yaml:3: ignore: there is no rule, code or family 'versionz'"),
        ("section_aliases:\n  featurs: {en: [X]}", "yaml:2: section-aliases: there is no section 'featurs'"),
        ("per-path-ignores: {1: [versions]}", "every key must be text"),
        ("lang: en\nplugin-types: []", "yaml:2: plugin-types: must name at least one type."),
        ("exclude: plugins/filtrs", "yaml:1: exclude: 'plugins/filtrs' matches no file. Did you mean plugins/filters?"),
        ("exclude:\n- x\n- plugins/filters/ecoh/", "yaml:3: exclude: 'plugins/filters/ecoh/' matches no file."),
        (
            "exclude: x, ./Plugins/**/a.py",
            "yaml:1: exclude: './Plugins/**/a.py' matches no file. Did you mean plugins?",
        ),
        (
            "per-path-ignores:\n  x: [versions]\n  plugins/filtrs/**: [versions]",
            "yaml:3: per-path-ignores: 'plugins/filtrs/**' matches no file. Did you mean plugins/filters?",
        ),
        ("lang: en\nper-path-ignores:\n  a: versions, versionz", "yaml:3: per-path-ignores: there is no rule"),
        ("exclude:\n- docs\n- plugins/[", "yaml:3: exclude: 'plugins/[' has a [ without its ], and matches no file."),
        ("per-path-ignores:\n  a[!]b: [versions]", "yaml:2: per-path-ignores: 'a[!]b' has a [ without its ]"),
        (
            "plugin-types:\n- actions\n- filtrs",
            "yaml:3: plugin-types: the repository has no folder 'plugins/filtrs'. Did you mean filters?",
        ),
        ("plugin-types: [actions, Filters]", "yaml:1: plugin-types: the repository has no folder 'plugins/Filters'."),
        ("select: OWL6\nignore: versions", "(.owui-lint.yaml:1: select, .owui-lint.yaml:2: ignore), and no rule"),
    ],
)
def test_names_that_mean_nothing(tmp_path: Path, capsys: Any, text: str, message: str) -> None:
    root = write_files(tmp_path, {**ECHO, "docs/plugins/filters/echo.md": "# Echo\n", ".owui-lint.yaml": text})
    code, _, err = run(capsys, "check", str(root), "--lang", "en")
    assert code == 2 and message in err


@pytest.mark.parametrize(
    "text",
    [
        "exclude: [build, plugins/pipes, '*.py.orig', docs/**]",
        "exclude: [plugins/filters, plugins/filter]",
        "exclude: docs/v1",
        "exclude: ['a[!x]/*', 'b[]]/*', 'build [', 'c[[]x']",
        "plugin-types: [filters, filter, actions, mine]",
        "per-path-ignores: {plugins/later/**: versions, node_modules: [tool]}",
    ],
)
def test_a_pattern_may_match_what_is_to_come(tmp_path: Path, text: str) -> None:
    write_files(tmp_path, {**ECHO, "docs/v2/a.md": "# A\n", "build [": "", ".owui-lint.yaml": text})
    check_names(load_config(tmp_path), load_rulebook(), open_repo(tmp_path).repository)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("ignore: versions, OWL101", "ignore", ["versions", "OWL101"]),
        ("exclude: a, b/**", "exclude", ["a", "b/**"]),
        ("exclude: ['a, b']", "exclude", ["a, b"]),
        ("plugin-types: pipes,tools", "plugin-types", ["pipes", "tools"]),
        (
            "per-path-ignores: {a: 'versions, tool', b: [icons]}",
            "per-path-ignores",
            {"a": ["versions", "tool"], "b": ["icons"]},
        ),
    ],
)
def test_a_text_stands_for_a_list(tmp_path: Path, text: str, name: str, expected: object) -> None:
    assert load_config(write_files(tmp_path, {".owui-lint.yaml": text}))[name] == expected


@pytest.mark.parametrize("setting", list(SETTINGS), ids=lambda setting: setting.name)
def test_nothing_is_no_value(tmp_path: Path, setting: Any) -> None:
    empty: dict[str, list[Any]] = {
        "str": ["", "  "],
        "list": ["", " , ", [""], ["x", " "]],
        "map": [{"x": ""}, {"": "x"}],
        "map-list": [{"": ["x"]}, {"x": ""}, {"x": [""]}],
        "aliases": [{"usage": {"en": [""]}}, {"": {"en": ["x"]}}],
    }
    for value in empty[setting.kind]:
        write_files(tmp_path, {".owui-lint.yaml": f"# one\n{setting.name}: {json.dumps(value)}\n"})
        assert not jsonschema.Draft202012Validator(config_schema()).is_valid({setting.name: value})
        with pytest.raises(UsageError, match=rf"^\.owui-lint\.yaml:2: {setting.name}: "):
            load_config(tmp_path)


@pytest.mark.parametrize("text", ["readme: docs/README.md", "readme-zh: .", "readme: ../README.md"])
def test_a_readme_is_called_by_its_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="must be the name of a file, without folders"):
        load_config(write_files(tmp_path, {".owui-lint.yaml": text}))


_NO_EFFECT = "so the entry has no effect"
_HEADED = "# Echo\n"


@pytest.mark.parametrize(
    ("key", "files", "message"),
    [
        ("plugins/filters/echo/README.md: none", {"plugins/filters/echo/README.md": _HEADED}, _NO_EFFECT),
        ("plugins/filters/echo/README.md: echo", {"plugins/filters/echo/README.md": _HEADED}, _NO_EFFECT),
        ("README.md: filters/echo", {"README.md": _HEADED}, _NO_EFFECT),
        ("README.md: filters/echo", {"README.md": _HEADED, "x/loud.py": "{loud}"}, _NO_EFFECT),
        ("README.md: loud", {"README.md": _HEADED, "x/loud.py": "{loud}"}, ""),
        ("README.rst: echo", {"README.rst": "Echo\n"}, _NO_EFFECT),
        ("guide.md: echo", {"docs/plugins/guide.md": _HEADED, "docs/plugins/filters/index.md": ""}, _NO_EFFECT),
        ("guide: echo", {"docs/plugins/guide.md": _HEADED, "docs/plugins/filters/index.md": ""}, _NO_EFFECT),
        ("guide: echo", {"docs/plugins/guide.md": _HEADED}, ""),
        ("en/guide: echo", {"docs/en/guide.md": _HEADED}, ""),
        ("en/guide: echo", {"docs/en/guide.md": _HEADED, "app/main.py": ""}, _NO_EFFECT),
        ("README.md: echo", {}, ""),
        ("filters/README.rst: echo", {}, ""),
    ],
)
def test_an_entry_of_pages_without_effect(
    tmp_path: Path, capsys: Any, key: str, files: dict[str, str], message: str
) -> None:
    loud = ECHO["plugins/filters/echo/echo.py"].replace("Echo", "Loud")
    besides = {path: text.format(loud=loud) for path, text in files.items()}
    root = write_files(tmp_path, {**ECHO, **besides, ".owui-lint.yaml": f"pages:\n  {key}\n"})
    code, _, err = run(capsys, "check", str(root), "--lang", "en", "--exit-zero")
    assert (code, message in err) == (2 if message else 0, True)


@pytest.mark.parametrize(
    ("selector", "files", "told"),
    [
        ("filters/echo", ["a/echo.py", "b/echo.py"], "filters/a/echo, filters/b/echo"),
        ("echo", ["a/echo.py", "b/echo.py"], "filters/a/echo, filters/b/echo"),
        ("filters/a/echo", ["a/echo.py", "b/echo.py"], ""),
        ("echo", ["a/echo.py", "old/echo.py"], ""),
    ],
)
@pytest.mark.parametrize("page", ["README.md", "echo.md", "docs/plugins/echo.md"])
def test_an_entry_of_pages_means_one_plugin(
    tmp_path: Path, capsys: Any, selector: str, files: list[str], told: str, page: str
) -> None:
    code = ECHO["plugins/filters/echo/echo.py"]
    pages = {
        "README.md": "# Repo\n",
        "docs/plugins/echo.md": _HEADED,
        ".owui-lint.yaml": f"pages: {{{page}: {selector}}}\n",
    }
    status, _, err = run(
        capsys,
        "check",
        str(write_files(tmp_path, {**dict.fromkeys(files, code), **pages})),
        "--exit-zero",
        "--lang",
        "en",
    )
    assert (status, "could be one of several plugins" in err, told in err) == (2 if told else 0, bool(told), True)


@pytest.mark.parametrize(
    "text",
    [
        "plugin-types: [filters, workflows]",
        "pages: {filters/echo.md: echo, filters/guide.md: none}",
        "per-path-ignores: {'plugins/**': [versions, OWL601]}",
        "select: versions, icons",
        "plugins-dir: ./plugins/",
        "section-aliases: {features: {en: [X]}}",
    ],
)
def test_names_that_are_known(tmp_path: Path, capsys: Any, text: str) -> None:
    root = write_files(tmp_path, {**ECHO, ".owui-lint.yaml": text})
    assert run(capsys, "check", str(root))[0] in (0, 1)


def test_names_in_tables_of_toml_have_their_own_line(tmp_path: Path, capsys: Any) -> None:
    text = '[tool.owui-lint.per-path-ignores]\n"plugins/filtrs/**" = ["versions"]\n[tool.owui-lint.pages]\nx = "filters/ecko"\n'
    write_files(tmp_path, {**ECHO, "pyproject.toml": text})
    assert "pyproject.toml:2: per-path-ignores: 'plugins/filtrs/**' matches" in run(capsys, "check", str(tmp_path))[2]
    write_files(tmp_path, {"pyproject.toml": text.replace("filtrs", "filters")})
    assert "pyproject.toml:4: pages: there is no plugin" in run(capsys, "check", str(tmp_path))[2]


def test_names_in_toml_have_the_line_of_their_setting(tmp_path: Path, capsys: Any) -> None:
    text = '[project]\nname = "x"\n\n[tool.owui-lint]\nignore = [\n  "nope",\n]\n'
    _, _, err = run(capsys, "check", str(write_files(tmp_path, {**ECHO, "pyproject.toml": text})), "--lang", "en")
    assert "pyproject.toml:5: ignore: there is no rule, code or family 'nope'" in err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".owui-lint.yml", "lang: en\n"),
        ("owui-lint.yaml", "lang: en\n"),
        ("pyproject.toml", "[tool.owui_lint]\n"),
        ("pyproject.toml", '[ tool.owui_lint.per-path-ignores ]\n"a.md" = ["readme"]\n'),
        ("pyproject.toml", '[project]\nname = "x"\n\n[owui-lint]\nlang = "en"\n'),
        ("pyproject.toml", '[tool]\nowui_lint = {lang = "zh"}\n'),
        ("pyproject.toml", 'tool.owui_lint.lang = "zh"\n'),
        ("pyproject.toml", '[tool]\n"owui_lint".lang = "zh"\n'),
        ("pyproject.toml", 'tool = {owui-lnt = {lang = "zh"}}\n'),
        ("pyproject.toml", '[tool]\nowui-lnt.lang = "zh"\n'),
    ],
)
def test_files_that_are_not_read(tmp_path: Path, capsys: Any, name: str, text: str) -> None:
    code, _, err = run(capsys, "check", str(write_files(tmp_path, {**ECHO, name: text})), "--lang", "en")
    assert code == 2 and "is not read" in err


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (".owui-lint.yaml", "lang: en\n", ["pages: {read me.md: pipes/echo}", "pages: {read me.md: none}"]),
        (
            "pyproject.toml",
            "[tool.owui-lint]\n",
            ['pages = {"read me.md" = "pipes/echo"}', 'pages = {"read me.md" = "none"}'],
        ),
        ("other.md", "", ["pages: {read me.md: pipes/echo}", "pages: {read me.md: none}"]),
    ],
)
def test_a_setting_is_advised_as_the_configuration_has_it(
    tmp_path: Path, name: str, text: str, said: list[str]
) -> None:
    config = load_config(write_files(tmp_path, {name: text}))
    assert [config.entry("pages", "read me.md", value) for value in ("pipes/echo", "none")] == said


@pytest.mark.parametrize("key", ["a.md", "说明 [1].md", 'a"b\\c: {d}.md', "- a.md", "1.md", "#a", "null: x"])
def test_an_advised_setting_is_read_back(tmp_path: Path, key: str) -> None:
    for name, head in ((".owui-lint.yaml", ""), ("pyproject.toml", "[tool.owui-lint]\n")):
        root = write_files(tmp_path / name, {name: head})
        (root / name).write_text(head + load_config(root).entry("pages", key, "none") + "\n", encoding="utf-8")
        assert load_config(root)["pages"] == {key: "none"}


def test_a_misspelt_key_has_its_line(tmp_path: Path, capsys: Any) -> None:
    text = '[project]\nname = "x"\n\n[tool]\nowui_lint = {lang = "zh"}\n'
    code, _, err = run(capsys, "check", str(write_files(tmp_path, {**ECHO, "pyproject.toml": text})), "--lang", "en")
    assert (code, err) == (2, "owui-lint: pyproject.toml:5: [tool.owui_lint] is not read: write [tool.owui-lint].\n")


@pytest.mark.parametrize(
    "name",
    ["owui-lnt", "owui_lnt", "owuilint", "OWUI-Lint", "owiu-lint", "owui-lints", "owu-lint", "owuliint", '"owui-limt"'],
)
def test_a_misspelt_table(tmp_path: Path, capsys: Any, name: str) -> None:
    """Settings that nobody reads would pass for ones that were kept."""
    text = f'[project]\nname = "x"\n\n[tool.{name}.per-path-ignores]\n"a.md" = ["readme"]\n'
    root = str(write_files(tmp_path, {**ECHO, "pyproject.toml": text}))
    shown = f"[tool.{name.strip(chr(34))}]"
    code, _, err = run(capsys, "check", root, "--lang", "en")
    assert (code, err) == (2, f"owui-lint: pyproject.toml:4: {shown} is not read: write [tool.owui-lint].\n")
    code, _, err = run(capsys, "check", root, "--lang", "zh")
    assert (code, err) == (2, f"owui-lint: pyproject.toml:4：{shown} 不会被读取：请写成 [tool.owui-lint]。\n")


@pytest.mark.parametrize(
    "name",
    ["owui", "owui-sync", "owui.lint", "pylint", "ruff.lint", "gui-lint", "openwebui", "open-webui-lint", "lint"],
)
def test_a_table_of_another_tool(tmp_path: Path, capsys: Any, name: str) -> None:
    root = write_files(tmp_path, {**ECHO, "pyproject.toml": f"[tool.{name}]\nx = 1\n"})
    assert run(capsys, "check", str(root), "--exit-zero")[0] == 0


@pytest.mark.parametrize("name", ["pyproject.toml", ".owui-lint.yaml"])
def test_a_similar_table_beside_a_configuration_is_another_tools(tmp_path: Path, capsys: Any, name: str) -> None:
    own = {"pyproject.toml": '[tool.owui-lint]\nlang = "zh"\n', ".owui-lint.yaml": "lang: zh\n"}
    files = {**ECHO, "pyproject.toml": "", name: own[name]}
    files["pyproject.toml"] += "[tool.owui-link]\nx = 1\n"
    root = write_files(tmp_path, files)
    assert run(capsys, "check", str(root), "--exit-zero")[0] == 0


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[tool.poe.tasks]\nowui_lint = "owui-lint check"\n[tool.owui_lint]\n', ":3"),
        ('[project.scripts]\nowui_lint = "x:y"\n[tool]\nowui_lint.profile = "strict"\n', ":4"),
        ('tool.owui_lint.profile = "strict"\n[project]\nname = "x"\n', ":1"),
        ('[project]\nname = "x"\n[tools.owui-lint]\nprofile = "strict"\n', ":3"),
        ('[Tool.owui-lint]\nprofile = "strict"\n', ":1"),
        ('[project.scripts]\nowui_lint = "x:y"\n[tool.other]\n[owui_lint]\n', ":4"),
        ('tool = {owui_lint = {profile = "strict"}}\n[project]\nowui_lint = 1\n', ""),
    ],
)
def test_a_misspelt_table_is_not_sought_where_another_programs_key_has_its_name(
    tmp_path: Path, capsys: Any, text: str, where: str
) -> None:
    write_files(tmp_path, {**ECHO, "pyproject.toml": text})
    code, _, err = run(capsys, "check", str(tmp_path))
    assert code == 2 and err.startswith(f"owui-lint: pyproject.toml{where}: [")


def test_a_misspelt_header_in_a_text_is_no_table(tmp_path: Path, capsys: Any) -> None:
    text = '[tool.black]\nexclude = """\n[tool.owui-lnt]\n"""\n'
    assert run(capsys, "check", str(write_files(tmp_path, {**ECHO, "pyproject.toml": text})), "--exit-zero")[0] == 0


def test_a_header_in_a_text_is_no_table(tmp_path: Path, capsys: Any) -> None:
    text = '[tool.black]\nexclude = """\n[owui-lint]\n"""\n'
    assert run(capsys, "check", str(write_files(tmp_path, {**ECHO, "pyproject.toml": text})))[0] == 0


def test_a_table_that_is_only_spoken_of(tmp_path: Path, capsys: Any) -> None:
    text = (
        '# settings of [owui-lint] are elsewhere\n[project]\nname = "x"\ndescription = "[owui-lint] for [owui_lint]"\n'
    )
    assert run(capsys, "check", str(write_files(tmp_path, {**ECHO, "pyproject.toml": text})), "--exit-zero")[0] == 0


@pytest.mark.parametrize(
    ("text", "said", "chinese"),
    [
        ("ignore: [x]\n", "1: ignore: there is no rule, code or family 'x'", "1：ignore：没有名为 'x' 的规则"),
        ("openwebui-ids: {filters/x: y}\n", "there is no plugin (TYPE/NAME, see `owui-lint plugins`)", "的插件"),
        ("section-aliases: {nosuch: {en: [A]}}\n", "there is no section 'nosuch'", "的章节"),
        ("docs-dir: nodocs\n", "docs-dir: the repository has no folder 'nodocs'", "docs-dir：仓库中没有目录"),
        ("baseline: no.json\n", "1: baseline: no.json does not exist", "1：baseline：no.json 不存在"),
    ],
)
def test_a_name_that_means_nothing_is_called_what_it_should_be(
    tmp_path: Path, capsys: Any, text: str, said: str, chinese: str
) -> None:
    code = '"""\ntitle: Echo\nversion: 1.0.0\n"""\n\n\nclass Filter:\n    pass\n'
    files = {"plugins/filters/echo/echo.py": code, "docs/plugins/index.md": "# P\n", ".owui-lint.yaml": text}
    write_files(tmp_path, files)
    status, _, err = run(capsys, str(tmp_path))
    assert status == 2 and said in err
    assert chinese in run(capsys, str(tmp_path), "--lang", "zh")[2]


def test_documentation_may_be_yet_to_come(tmp_path: Path, capsys: Any) -> None:
    code = '"""\ntitle: Echo\nversion: 1.0.0\n"""\n\n\nclass Filter:\n    pass\n'
    write_files(tmp_path, {"plugins/filters/echo/echo.py": code, ".owui-lint.yaml": "docs-dir: pages\n"})
    assert run(capsys, "--select", "icons", str(tmp_path))[0] == 0


def test_what_the_system_says_is_told_in_chinese(tmp_path: Path, capsys: Any) -> None:
    assert "No such file" in run(capsys, "commit-msg", str(tmp_path / "no"))[2]
    assert "：文件或目录不存在。" in run(capsys, "commit-msg", str(tmp_path / "no"), "--lang", "zh")[2]
    write_files(tmp_path, {"pyproject.toml": "[tool.owui-lint]\nlang = \n"})
    assert "pyproject.toml:2: not valid TOML: Invalid value." in run(capsys, str(tmp_path))[2]
    assert "pyproject.toml:2：不是合法的 TOML（" in run(capsys, str(tmp_path), "--lang", "zh")[2]


def test_a_selector_in_other_case_is_suggested(capsys: Any) -> None:
    assert "Did you mean OWL601?" in run(capsys, "rule", "owl601")[2]
    assert "Did you mean B1?" in run(capsys, "rules", "--clause", "b1")[2]
    assert "Switch off: `ignore: [commit-subject]`" in run(capsys, "rule", "commit-subject")[1]


@pytest.mark.parametrize("form", ["junit", "json", "text"])
def test_what_programs_read_is_utf_8(tmp_path: Path, form: str) -> None:
    code = '"""\ntitle: Echo\n"""\n\n\nclass Filter:\n    pass\n'
    write_files(tmp_path, {"plugins/filters/echo/echo.py": code})
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONIOENCODING": "gbk"}
    command = [sys.executable, "-m", "owui_lint", "--lang", "zh", "--output-format", form]
    for _ in range(2):  # the second time from the cache
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert "`inlet`、" in done.stdout.decode("gbk" if form == "text" else "utf-8")
