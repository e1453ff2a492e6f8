"""Valves are renamed where all uses can be followed, else not at all: the code is run before and after, and has to do the same.

It runs with a stand-in for pydantic that takes what pydantic takes and drops what it drops: keywords that are no field's.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from owui_lint.fixing.apply import fix
from owui_lint.session import Selection
from tests.support import open_repo, write_files

CODE = "plugins/filters/echo/echo.py"
HEAD = '"""\ntitle: Echo\nauthor: me\nversion: 1.0.0\ndescription: x\n"""\nfrom pydantic import BaseModel, Field, field_validator\n'


class _Field:
    def __init__(self, default: Any = ..., *, default_factory: Callable[[], Any] | None = None, **about: Any) -> None:
        self.default, self.factory, self.about = default, default_factory, about


class BaseModel:
    """As much of pydantic's as plugins use."""

    def __init__(self, **values: Any) -> None:
        for name, default in self.fields().items():
            if isinstance(default, _Field):
                default = default.factory() if default.factory else default.default
            vars(self)[name] = self.checked(name, values.get(name, default))

    @classmethod
    def fields(cls) -> dict[str, Any]:
        """The fields with their defaults, inherited ones first."""
        classes = [one for one in reversed(cls.__mro__) if "__annotations__" in vars(one)]
        return {name: vars(one).get(name, ...) for one in classes for name in vars(one)["__annotations__"]}

    def checked(self, name: str, value: Any) -> Any:
        """A value after the validators of its field."""
        for one in type(self).__mro__:
            for use in vars(one).values():
                if name in getattr(use, "checks", ()):
                    value = use(type(self), value)
        return value

    def model_dump(self) -> dict[str, Any]:
        """The values by their names."""
        return {name: getattr(self, name) for name in self.fields()}

    @classmethod
    def model_construct(cls, **values: Any) -> BaseModel:
        """Without validation; unknown names are dropped here, too."""
        return cls(**values)


def _field_validator(*names: str, **_: Any) -> Callable[[Any], Any]:
    def mark(use: Any) -> Any:
        use.checks = names
        return use

    return mark


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("pydantic")
    vars(module).update(BaseModel=BaseModel, Field=_Field, field_validator=_field_validator)
    monkeypatch.setitem(sys.modules, "pydantic", module)
    base = types.ModuleType("shown")
    vars(base).update(Shown=type("Shown", (), {"shown": lambda self: self.valves.showIt}))
    monkeypatch.setitem(sys.modules, "shown", base)


def outcome(code: str) -> Any:
    """What the plugin gives for a request."""
    module: dict[str, Any] = {"__name__": "echo"}
    exec(compile(code, "echo.py", "exec"), module)
    plugin = module["Filter"]()
    user = {"valves": plugin.UserValves()} if hasattr(plugin, "UserValves") else {}
    return plugin.inlet({}, __user__=user)


def renamed(root: Path, code: str) -> str:
    """The code after ``--fix --unsafe-fixes`` of ``valve-name``."""
    write_files(root, {CODE: code})
    session = open_repo(root)
    report, _ = fix(session, lambda: session.check(Selection(select=("valve-name",), profile="strict")), unsafe=True)
    assert not report.crashed
    return (root / CODE).read_text(encoding="utf-8")


def plugin(
    inlet: str, valves: str = "showIt: int = 1", init: str = "self.valves = self.Valves()", above: str = ""
) -> str:
    """A filter of which ``inlet`` is the body of the method, ``valves`` that of the class."""

    def indented(lines: str, by: int) -> str:
        return "".join(" " * by + line + "\n" for line in lines.splitlines())

    return (
        HEAD
        + above
        + "\nclass Filter:\n    class Valves(BaseModel):\n"
        + indented(valves, 8)
        + "    def __init__(self):\n"
        + indented(init, 8)
        + "    def inlet(self, body, __user__=None):\n"
        + indented(inlet, 8)
    )


FOLLOWED = {
    "an attribute": plugin("return self.valves.showIt"),
    "a name for the valves": plugin("v = self.valves\nreturn v.showIt + 1"),
    "a keyword of the class": plugin("return self.valves.showIt", init="self.valves = self.Valves(showIt=3)"),
    "by its name": plugin("return getattr(self.valves, 'showIt', None), hasattr(self.valves, 'showIt')"),
    "in an f-string": plugin("return f'{self.valves.showIt} showIt'"),
    "in a method of the class": plugin(
        "return self.valves.twice()", "showIt: int = 2\ndef twice(self):\n    return self.showIt * 2"
    ),
    "a validator": plugin(
        "return self.valves.showIt",
        "showIt: int = 2\n@field_validator('showIt')\ndef check(cls, value):\n    return value + 1",
    ),
    "written": plugin("self.valves.showIt = 5\nself.valves.showIt += 1\nreturn self.valves.showIt"),
    "a description and a text that names it": plugin(
        "print('showIt is on')\nreturn self.valves.showIt", "showIt: int = Field(default=1, description='showIt, or not')"
    ),
    "handed to a function of the file": plugin(
        "def use(valves):\n    return valves.showIt\nreturn use(self.valves)",
    ),
    "another's keyword": plugin("def log(**about):\n    return about\nreturn log(showIt=self.valves.showIt)"),
    "of the plugin itself": plugin("self.showIt = 7\nreturn self.showIt, self.valves.showIt"),
    "of a base": plugin("return self.valves.showIt", "pass").replace(
        "class Filter", "class Base(BaseModel):\n    showIt: int = 4\nclass Filter"
    ).replace("Valves(BaseModel)", "Valves(Base)"),
    "printed": plugin("print(self.valves)\nreturn isinstance(self.valves, self.Valves) and self.valves.showIt"),
    "given to a logger": plugin(
        "log.debug('valves: %s', self.valves)\nreturn self.valves.showIt", above="import logging\nlog = logging.getLogger(__name__)\n"
    ),
}  # fmt: skip

LOST = {
    "a keyword in a pattern": plugin("match self.valves:\n    case Filter.Valves(showIt=1):\n        return 1\nreturn 2"),
    "a key in a pattern": plugin("match vars(self.valves):\n    case {'showIt': 1}:\n        return 1\nreturn 2"),
    "a path in a text": plugin("return attrgetter('valves.showIt')(self)", above="from operator import attrgetter\n"),
    "a path in a template": plugin("v = self.valves\nreturn '{0.showIt}'.format(v)"),
    "a key in a text": plugin(
        "return self.Valves(**json.loads(TEXT)).showIt", above="import json\nTEXT = '{\"showIt\": 3}'\n"
    ),
    "names in a text": plugin("return [getattr(self.valves, n) for n in 'showIt'.split()]"),
    "several names in a text": plugin(
        "return [getattr(self.valves, n) for n in NAMES]", "showIt: int = 1\nother: int = 2", above="NAMES = 'showIt, other'.split(', ')\n"
    ),
    "code in a text": plugin("return eval('self.valves.showIt')"),
    "its expression in an f-string": plugin("return f'{self.valves.showIt=}'"),
    "another name for the class": plugin("return self.valves.showIt", init="mk = self.Valves\nself.valves = mk(showIt=3)"),
    "part of a call": plugin(
        "return self.valves.showIt", init="self.valves = partial(self.Valves, showIt=3)()", above="from functools import partial\n"
    ),
    "the class by its name": plugin("return self.valves.showIt", init="self.valves = getattr(self, 'Valves')(showIt=3)"),
    "the class of the valves": plugin("return type(self.valves)(showIt=3).showIt"),
    "the class, asked of the valves": plugin("return self.valves.__class__(showIt=3).showIt"),
    "a class in a table": plugin("return KINDS['a'](showIt=3).showIt").replace(
        "    def __init__", "    KINDS = {'a': Valves}\n    def __init__"
    ).replace("return KINDS", "return self.KINDS"),
    "a class method": plugin(
        "return self.Valves.small().showIt",
        "showIt: int = 1\n@classmethod\ndef small(cls):\n    return cls(showIt=0)",
    ),
    "what is above": plugin(
        "return self.valves.showIt",
        "showIt: int = 1\ndef __init__(self, **values):\n    super().__init__(showIt=9)",
    ),
    "a copy by keyword": plugin(
        "def replace(one, **values):\n    return one.__class__(**values)\nreturn replace(self.valves, showIt=3).showIt"
    ),
    "constructed": plugin("return self.Valves.model_construct(showIt=3).showIt"),
    "either of two classes": plugin("return self.valves.showIt", "showIt: int = 1").replace(
        "    class Valves(BaseModel):\n        showIt: int = 1\n",
        "    if LATE:\n        class Valves(BaseModel):\n            showIt: int = 1\n"
        "    else:\n        class Valves(BaseModel):\n            showIt: int = 2\n",
    ).replace("\nclass Filter", "LATE = False\nclass Filter"),
    "a name in the class's body": plugin("return self.valves.twice", "showIt: int = 2\ntwice: int = showIt * 2"),
    "a default in the class's body": plugin(
        "return self.valves.twice()", "showIt: int = 2\ndef twice(self, by=showIt):\n    return by * 2"
    ),
    "a constant of the new name": plugin(
        "return self.valves.showIt, self.valves.other",
        "showIt: int = 5\nother: list = [SHOW_IT]",
        above="SHOW_IT = 1\n",
    ),
    "another class of the name": plugin(
        "return Stored.Valves(showIt=2).values(), self.valves.showIt", above="class Stored:\n    class Valves(dict):\n        pass\n"
    ).replace(".values()", ".copy()"),
    "a class of the name from elsewhere": plugin(
        "return lib.Valves(showIt=2).showIt, self.valves.showIt",
        above="import types as lib\nlib.Valves = lib.SimpleNamespace\n",
    ),
    "another class's field": plugin(
        "valves = Other()\nreturn valves.showIt, self.valves.showIt", above="class Other:\n    showIt: int = 9\n"
    ),
    "gone through": plugin("return [name for name in vars(self.valves)]"),
    "as a dictionary": plugin("return dict(vars(self.valves))"),
    "dumped": plugin("return self.valves.model_dump()"),
    "handed to what a table holds": plugin("return {'a': TABLE[0](self.valves)}", above="TABLE = [lambda it: vars(it)]\n"),
    "handed on, then dumped": plugin(
        "return first(1, self.valves)", above="def first(a, it):\n    return last(it=it)\ndef last(*, it):\n    return it.model_dump()\n"
    ),
    "kept by a class, then dumped": plugin(
        "return Box(self.valves).it", above="class Box:\n    def __init__(self, it):\n        self.it = it.model_dump()\n"
    ),
    "given by a function, then dumped": plugin("return self.get().model_dump()").replace(
        "    def inlet", "    def get(self):\n        return self.valves\n    def inlet"
    ),
    "given by a function to a name, then dumped": plugin("it = self.get()\nreturn it.model_dump()").replace(
        "    def inlet", "    def get(self):\n        return self.valves\n    def inlet"
    ),
    "of an heir in another class": plugin("return self.Heir(showIt=3).showIt").replace(
        "    def __init__", "    class Heir(Valves):\n        pass\n    def __init__"
    ),
    "by a property, then dumped": plugin("return self.own.model_dump()").replace(
        "    def inlet", "    @property\n    def own(self):\n        return self.valves\n    def inlet"
    ),
    "under another name, then dumped": plugin("self.own = self.valves\nreturn self.own.model_dump()"),
    "under another name that has a type, then dumped": plugin("self.own: object = self.valves\nreturn self.own.model_dump()"),
    "in a list, then dumped": plugin("return [one.model_dump() for one in [self.valves]]"),
    "in a table, then dumped": plugin("return {'a': self.valves}['a'].model_dump()"),
    "asked for by name, then dumped": plugin("return getattr(self, 'valves').model_dump()"),
    "used by a base out of sight": plugin("return self.shown()", above="from shown import Shown\n").replace(
        "class Filter:", "class Filter(Shown):"
    ),
    "dumped elsewhere": plugin("return dump(self.valves)", above="def dump(it):\n    return it.model_dump()\n"),
    "handed to what is out of sight": plugin(
        "return attrs(self.valves)['showIt']", above="from builtins import vars as attrs\n"
    ),
    "handed to what is out of sight, whose result is read elsewhere": plugin(
        "return json.loads(json.dumps(self.valves, default=vars))", above="import json\n"
    ),
    "any of them": plugin("return [getattr(self.valves, name) for name in ('showIt',)]"),
    "set by a computed name": plugin("for name in ['showIt']:\n    setattr(self.valves, name, 3)\nreturn self.valves.showIt"),
    "of an unknown thing": plugin("def use(it):\n    return it.showIt\nreturn use(self.valves)"),
    "of self, outside of classes": plugin(
        "return self.valves.show()",
        "showIt: int = 2\ndef show(self):\n    return shown(self)",
        above="def shown(self):\n    return self.showIt\n",
    ),
    "sent": plugin("return self.f(showIt=1)", above="").replace(
        "    def inlet", "    def f(self, **values):\n        return self.Valves(**values).showIt\n    def inlet"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FOLLOWED)
def test_a_valve_whose_uses_can_be_followed_is_renamed(case: str, tmp_path: Path) -> None:
    after = renamed(tmp_path, FOLLOWED[case])
    assert "SHOW_IT" in after
    assert outcome(after) == outcome(FOLLOWED[case])


@pytest.mark.parametrize("case", LOST)
def test_a_valve_with_a_use_that_cannot_be_followed_is_left_alone(case: str, tmp_path: Path) -> None:
    after = renamed(tmp_path, LOST[case])
    assert outcome(after) == outcome(LOST[case])
    assert after.count("SHOW_IT") == LOST[case].count("SHOW_IT")


LISTED = (
    '"""\ntitle: Echo\nversion: 1.0.0\n\n{text}\n"""\nimport logging\nfrom pydantic import BaseModel, Field\n'
    "class Filter:\n    class Valves(BaseModel):\n        keep_first: int = Field(default=1, description='x')\n"
    "        mode: str = Field(default='a', description='x')\n    def __init__(self):\n        self.valves = self.Valves()\n"
    "    def inlet(self, body):\n        {line}\n        return body, self.valves.keep_first, self.valves.mode\n"
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("What's New in 1.3.0:\n- keep_first is new", "pass"),
        ("## Migration\n\nkeep_first was a number.", "pass"),
        ("- keep_first: now KEEP_FIRST", "pass"),
        ("description: keep_first and more", "pass"),
        ("x", '"""Keep.\n\n        mode (default: a): of the answer\n        """'),
        ("In which mode it works.\n- mode: one word\n- other: another", "pass"),
        ("mode\n  of answering", "pass"),
        ("See tools/keep_first.md, x.keep_first and keep_first(1).", "pass"),
        ("x", 'body["prompt"] = "Never say keep_first"'),
        ("x", 'body["messages"].append({"role": "system", "content": "The keep_first of all"})'),
        ("x", 'body["json"] = \'{"keep_first": 1}\''),
        ("x", "logging.info('{\"keep_first\": 1}')"),
        ("x", "logging.info('%(keep_first)s', body)"),
        ("x", "logging.info('keep_first.md, /keep_first, --keep_first')"),
        ("x", "logging.info('The mode is fast')"),
        ("x", "text = 'keep_first'.upper() + 'no keep_first'; logging.info(text); body['x'] = text"),
    ],
)
def test_texts_that_may_be_about_something_else_keep_their_words(tmp_path: Path, text: str, line: str) -> None:
    code = LISTED.format(text=text, line=line)
    write_files(tmp_path, {CODE: code})
    session = open_repo(tmp_path)
    fix(session, lambda: session.check(Selection(select=("valve-name",), profile="standard")), unsafe=True)
    written = (tmp_path / CODE).read_text()
    assert text in written and line in written


def test_what_is_left_is_told_with_its_lines(tmp_path: Path) -> None:
    code = LISTED.format(text="x", line='body["prompt"] = "Never say keep_first"  # keep_first')
    write_files(tmp_path, {CODE: code})
    fixes = [
        one.fix for one in open_repo(tmp_path).check(Selection(select=("valve-name",), profile="standard")).findings
    ]
    assert len(fixes) == 2 and all(fixes)
    keep, mode = (one.description for one in fixes if one is not None)
    assert keep.en.endswith("Look at what still says `keep_first` in the code: line 16")
    assert keep.zh.endswith("代码第 16 行的文字仍写着 `keep_first`，请自行确认")
    assert "Look at" not in mode.en and "仍写着" not in mode.zh
