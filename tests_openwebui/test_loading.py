"""What the rules say about loading, asked of a real OpenWebUI: the examples of the rules are sent to it.

What a rule calls good must load, with the metadata that ``owui-lint plugins`` shows; what a rule calls broken must be
rejected or load wrongly, in the way that ``EXPECTED`` says. A rule is added by its name.
"""

from __future__ import annotations

import posixpath
import re
import textwrap
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from owui_lint.config import load_config
from owui_lint.deploying.local import kind_of
from owui_lint.openwebui.facts import facts
from owui_lint.primitives import Options
from owui_lint.reporting.explain import examples_of
from owui_lint.repository import Plugin
from owui_lint.rulebook import Rule, load_rulebook
from owui_lint.session import Session
from tests.support import TODAY, write_files
from tests_openwebui.conftest import OpenWebUI

BOOK = load_rulebook()


class Expect(Enum):
    """What the server makes of a bad example."""

    #: It does not take it.
    REJECTED = "rejected"
    #: It takes it, and has no metadata.
    NO_METADATA = "no metadata"
    #: It takes it, with the metadata that `plugins` shows, which is not what the author wrote.
    OTHER_METADATA = "other metadata"
    #: It does not take it, or for another type than the folder says, or leaves one of its classes unused.
    OTHER_TYPE = "other type"
    #: It stores another text than it was sent, or does not take it.
    ALTERED = "altered"
    #: It takes it, and cannot build its valves from nothing, or finds none.
    NO_VALVES = "no valves"
    #: It takes it; what is wrong shows only when a hook is called.
    WHEN_CALLED = "when called"


#: Rules about loading, by name. Those that this version does not have are left out of the run.
EXPECTED = {
    "syntax-error": Expect.REJECTED,
    "frontmatter-unreadable": Expect.NO_METADATA,
    "frontmatter-duplicate-key": Expect.OTHER_METADATA,
    "frontmatter-missing-version": Expect.OTHER_METADATA,
    "frontmatter-misspelt-key": Expect.OTHER_METADATA,
    "frontmatter-multiline-value": Expect.OTHER_METADATA,
    "frontmatter-dropped-line": Expect.OTHER_METADATA,
    "frontmatter-prose-key": Expect.OTHER_METADATA,
    "frontmatter-placeholder": Expect.OTHER_METADATA,
    "required-release-form": Expect.OTHER_METADATA,
    "plugin-class": Expect.OTHER_TYPE,
    "import-rewriting": Expect.ALTERED,
    "tool-type-unknown": Expect.REJECTED,
    "valve-required": Expect.NO_VALVES,
    "valves-not-found": Expect.NO_VALVES,
    "valves-replaced": Expect.WHEN_CALLED,
    "valve-undeclared": Expect.WHEN_CALLED,
    "valves-as-dictionary": Expect.WHEN_CALLED,
    "user-valves-unreachable": Expect.WHEN_CALLED,
    "hook-missing": Expect.WHEN_CALLED,
    "hook-arguments": Expect.WHEN_CALLED,
    "filter-returns-none": Expect.WHEN_CALLED,
    "platform-call-not-awaited": Expect.WHEN_CALLED,
    "platform-call-not-awaitable": Expect.WHEN_CALLED,
    "platform-call-in-thread": Expect.WHEN_CALLED,
    "platform-call-blocking": Expect.WHEN_CALLED,
    "platform-missing": Expect.WHEN_CALLED,
    "blocking-call": Expect.WHEN_CALLED,
    "execute-without-try": Expect.WHEN_CALLED,
    "nested-loop": Expect.WHEN_CALLED,
    "user-as-object": Expect.WHEN_CALLED,
    "pipe-models": Expect.WHEN_CALLED,
    "valve-copied": Expect.WHEN_CALLED,
    "pipe-answer": Expect.WHEN_CALLED,
    "result-unusable": Expect.WHEN_CALLED,
}
#: Bad examples of which the server says something else than its rule's line above, and why.
EXCEPTIONS: dict[tuple[str, str], Expect] = {
    # OpenWebUI makes an instance when it takes a plugin, without any argument.
    ("hook-arguments", "what a plugin is made with"): Expect.REJECTED,
    ("nested-loop", "while the plugin is loaded and made"): Expect.REJECTED,
    ("nested-loop", "in the default of a parameter, while the plugin is loaded"): Expect.REJECTED,
    # A name that a module lacks fails when the plugin is loaded, as a module that is not there does.
    ("platform-missing", "names that a module lacks, or has"): Expect.REJECTED,
    # The line of prose starts with `requirements:`, so pip gets it, and fails.
    ("frontmatter-prose-key", "a heading that is a key"): Expect.REJECTED,
    # The import stands at the top of the module: it fails when the text is loaded, not only when a hook is called.
    ("platform-missing", "a module of 0.4, and a method that is gone"): Expect.REJECTED,
    # The class that `self.Valves()` asks for is not there: making the plugin's object fails.
    ("valves-not-found", "under another name"): Expect.REJECTED,
    ("valves-not-found", "a nested class that is called as if it stood beside the plugin's"): Expect.REJECTED,
    # Python knows no signature of a method that takes nothing.
    ("hook-arguments", "a tool without any parameter"): Expect.REJECTED,
}
#: Examples that their own rule has nothing against, and the server does.
OTHERS_FAULTS = {
    # Its requirements stand in brackets: OWL801's fault, not that of a placeholder.
    ("frontmatter-placeholder", "an address and a list in brackets, which other rules speak of"): Expect.REJECTED,
    # It asks the network when it is made, and there is none.
    (
        "blocking-call",
        "below a plain hook, a few functions deep; in a thread of its own, it keeps nobody waiting",
    ): Expect.REJECTED,
    # What stands for the base of its valves is no model of pydantic's.
    ("valves-not-found", "a base from elsewhere that is called as one of Python's"): Expect.NO_VALVES,
    # What stands for the bases and decorators makes classes of which pydantic knows nothing.
    ("tool-type-unknown", "classes that others make, or of which there are several"): Expect.REJECTED,
}

_CLASSES = {"actions": "Action", "filters": "Filter", "pipes": "Pipe", "tools": "Tools", "events": "Event"}
_CLASS = re.compile(r"^class (Pipe|Filter|Action|Event|Tools)\b", re.MULTILINE)
# Examples import from modules that stand for any that is there.
_STOOD_FOR = re.compile(r"^( *)from (?:somewhere|elsewhere|helpers|models) import (.+)$", re.MULTILINE)
# What the server gets for a name of theirs: it can be a base, be called, decorate and describe a type.
_STAND_IN = """class StandIn:
    def __new__(cls, *given, **named):
        if not given or not callable(given[0]):
            return object.__new__(cls)
        return given[0] if isinstance(given[0], type) else lambda *values, **more: None
    def __class_getitem__(cls, item):
        return str
    @classmethod
    def __get_pydantic_json_schema__(cls, core, handler):
        return {"type": "string"}
"""


def _examples() -> Iterator[Any]:
    for name in EXPECTED:
        if name in BOOK.rules:
            rule = BOOK.rules[name]
            for example in examples_of(rule):
                yield pytest.param(rule, example, id=f"{name}: {example['name']}")


def test_the_rules_of_old_are_still_called_so() -> None:
    assert {"syntax-error", "frontmatter-unreadable"} <= set(BOOK.rules)


@pytest.mark.parametrize(("rule", "example"), list(_examples()))
def test_example(openwebui: OpenWebUI, rule: Rule, example: dict[str, Any], tmp_path: Path) -> None:
    write_files(tmp_path, example["files"])
    session = Session(tmp_path, load_config(tmp_path), BOOK, (), Options(today=TODAY))
    release = session.config["target-openwebui"]
    if release and facts(release).release.rpartition(".")[0] != facts().release.rpartition(".")[0]:
        pytest.skip(f"an example for OpenWebUI {release}")
    accused = {place.split(":")[0] for place in example["findings"]}
    plugins = [plugin for plugin in session.repository.plugins if kind_of(plugin) and not plugin.code.file.problem]
    if not plugins:
        pytest.skip("no code of a plugin in it")
    for plugin in plugins:
        expected = OTHERS_FAULTS.get((rule.name, example["name"]))
        if plugin.path in accused:
            expected = EXCEPTIONS.get((rule.name, example["name"]), EXPECTED[rule.name])
        _judge(openwebui, plugin, _text(plugin, rule), expected)


def _judge(openwebui: OpenWebUI, plugin: Plugin, sent: str, expected: Expect | None) -> None:
    """Send a plugin and compare what becomes of it with what is expected (``None``: all is well)."""
    kind = kind_of(plugin)
    assert kind is not None
    answer = openwebui.create(kind, "example", sent)
    try:
        item = openwebui.get(kind, "example")
        valves = openwebui.call("POST", f"/api/v1/{kind}s/id/example/valves/update", {}).status_code == 200
    finally:
        openwebui.delete(kind, "example")
    said = f"{plugin.path}: {answer.status_code} {answer.text[:300]}"
    assert (answer.status_code == 200) is (item is not None), said
    if expected is Expect.REJECTED:
        assert item is None, said
    if item is None:
        assert expected in (Expect.REJECTED, Expect.OTHER_TYPE, Expect.ALTERED), said
        return
    # What `plugins` shows, after the rewriting of imports, which OpenWebUI applies to the front matter as well.
    shown = {name: facts().rewrite_imports(value) for name, value in plugin.code.values.items()}
    assert item["meta"]["manifest"] == shown, said
    if expected is Expect.NO_METADATA:
        assert shown == {}, said
    elif expected is Expect.OTHER_TYPE:
        assert item.get("type", "tool") != _meant(plugin) or len(set(_CLASS.findall(sent))) > 1, said
    elif expected is Expect.ALTERED:
        assert item["content"] != sent, said
    elif expected is Expect.NO_VALVES:
        assert not valves, said
    elif expected is None:
        assert valves or not any(valve.owner == "Valves" for valve in plugin.valves), said
        assert shown, said
        assert item["content"] == facts().rewrite_imports(sent), said
        assert item.get("type", "tool") == (_meant(plugin) or item.get("type", "tool")), said


def _text(plugin: Plugin, rule: Rule) -> str:
    """The text of an example as a server can load it; one that is only about front matter gets a class."""
    file = plugin.code.file
    text = "\ufeff" + file.text if file.has_bom else file.text
    text = _STOOD_FOR.sub(_with_stand_ins, text)
    if rule.family not in ("frontmatter", "tool") or _CLASS.search(text):
        return text
    return f"{text.rstrip()}\n\n\nclass {_CLASSES.get(plugin.type, 'Filter')}:\n    pass\n"


def _with_stand_ins(found: re.Match[str]) -> str:
    """What stands for the names of an import from a module that nobody has; nothing for all names of one."""
    lines = [_STAND_IN]
    for item in found[2].split(","):
        name, _, called = (word.strip() for word in item.partition(" as "))
        if name != "*":
            lines.append(f"class {called or name}(StandIn): pass")
    return textwrap.indent("\n".join(lines), found[1])


def _meant(plugin: Plugin) -> str | None:
    """The type that the folder says."""
    name = _CLASSES.get(posixpath.basename(plugin.type))
    return {"Tools": "tool"}.get(name, name.lower()) if name else None
