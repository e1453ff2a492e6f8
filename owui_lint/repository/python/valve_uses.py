"""Every place in code that names a valve, for renaming it.

A name is renamed where it certainly is the valve's. Where the same name occurs as something that cannot be told from
it (``x.show_status`` of an unknown ``x``, ``getattr`` with a computed name, ``Valves(**values)``), there is no rename
(``valve_doubts`` knows more of these). Nor is there one where other classes have the field as well: under its name they
may be sent, stored or read elsewhere.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from owui_lint.lazypattern import lazy_pattern
from owui_lint.openwebui.names import VALVE_CLASSES
from owui_lint.repository.python.models import class_named
from owui_lint.repository.python.module import Module, Valve, fields_of
from owui_lint.repository.python.syntax import last_name
from owui_lint.repository.python.valve_doubts import Doubts
from owui_lint.repository.python.valve_texts import ValveTexts

_VALVES_NAME = lazy_pattern(r"(?:\w*_)?valves", re.IGNORECASE)
_ATTRIBUTE_CALLS = frozenset({"getattr", "hasattr", "setattr", "delattr"})
_SUSPECT_CALLS = tuple(sorted(_ATTRIBUTE_CALLS))
_ACCESS = ("__getattribute__", "__getattr__", "__setattr__", "__delattr__", "__getitem__")
_DOT_BEFORE = lazy_pattern(r"\.\s*\\?\s*$")
_MAX_DEPTH = 8  # names that stand for names


class Uncertain(Exception):
    """A name that cannot be followed; ``str()`` says which. ``kind`` is one of the reasons that ``renaming`` has words for."""

    def __init__(self, text: str, kind: str = "unclear") -> None:
        super().__init__(text)
        self.kind = kind


class ValveUses:
    """The names in one module that may be valves."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.index = module.index
        self._keywords: dict[str, list[ast.keyword]] = defaultdict(list)
        for keyword in self.index.of(ast.keyword):
            if keyword.arg is not None:
                self._keywords[keyword.arg].append(keyword)
        owners = [owner for name in VALVE_CLASSES if (owner := module.valve_class(name)) is not None]
        above = dict.fromkeys(one for owner in owners for one in module.lineage(owner).classes)
        self._bases = self._find_bases() if above else {}
        models = self._with_heirs(above)
        self._classes = frozenset({*VALVE_CLASSES, *(model.name for model in models)})
        self._valves: dict[str, list[Valve]] = defaultdict(list)
        for valve in (valve for model in models for valve in fields_of(module, model, model.name)):
            self._valves[valve.name].append(valve)
        found = (self._description(valve) for valves in self._valves.values() for valve in valves)
        self._descriptions = {id(text): text for text in found if text is not None}
        self._shared = self._shared_fields(models, above, owners)
        plugin_class = module.plugin_class
        own = module.lineage(plugin_class).classes if plugin_class is not None else ()
        self._doubts = Doubts(
            self.index, models, self._classes, own, self._is_valves, frozenset(self._descriptions.values())
        )
        self.is_dynamic = (
            self._inherit_out_of_sight(owners, plugin_class) or self._find_dynamic() or self._doubts.all_may_be_named
        )

    def _find_bases(self) -> dict[ast.ClassDef, list[ast.ClassDef]]:
        """The classes of the file by those that inherit from them directly, each looked up once."""
        found: dict[ast.ClassDef, list[ast.ClassDef]] = {}
        for model in self.index.of(ast.ClassDef):
            named = (class_named(self.index, base) for base in model.bases)
            found[model] = [base for base in named if base is not None]
        return found

    def _with_heirs(self, above: Iterable[ast.ClassDef]) -> list[ast.ClassDef]:
        """Return what the classes of valves inherit from and what inherits from any of these: they have fields in common."""
        heirs: dict[ast.ClassDef, list[ast.ClassDef]] = defaultdict(list)
        for model, bases in self._bases.items():
            for base in bases:
                heirs[base].append(model)
        return _reached(above, heirs)

    def _inherit_out_of_sight(self, owners: Iterable[ast.ClassDef], plugin: ast.ClassDef | None) -> bool:
        """Whether valves, or the plugin's class, have a base in another file, which may know the names of fields."""
        if plugin is not None and self.module.lineage(plugin).others:
            return True
        return not all(
            self.module.is_base_model(base) for owner in owners for base in self.module.lineage(owner).others
        )

    def _shared_fields(
        self, models: list[ast.ClassDef], above: Collection[ast.ClassDef], owners: list[ast.ClassDef]
    ) -> frozenset[str]:
        """The fields of ``models`` that do not only valves have: what another heir inherits or declares, what the field of
        another class holds, and what a base has that is used for itself."""
        held = self._held(models)
        used = self._used(model for model in above if model not in owners)
        shared = [
            model
            for model in models
            if model in held or model in used or (model not in above and model.name not in VALVE_CLASSES)
        ]
        return frozenset(
            field.name for one in _reached(shared, self._bases) for field in fields_of(self.module, one, one.name)
        )

    def _held(self, models: list[ast.ClassDef]) -> set[ast.ClassDef]:
        """The models that annotations of fields name, in classes that something else makes models or data of."""
        found: set[ast.ClassDef] = set()
        names = {model.name: model for model in models}
        for owner in self.index.of(ast.ClassDef) if models else ():
            if owner is self.module.plugin_class or not (owner.bases or owner.decorator_list):
                continue  # ``valves: Valves`` there is what OpenWebUI fills
            for field in owner.body:
                for node in ast.walk(field.annotation) if isinstance(field, ast.AnnAssign) else ():
                    if isinstance(node, ast.Name | ast.Attribute):
                        named = class_named(self.index, node)
                        found |= {named} if named is not None else set()
                    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                        found |= {names[word] for word in re.findall(r"\w+", node.value) if word in names}
        return found

    def _used(self, models: Iterable[ast.ClassDef]) -> set[ast.ClassDef]:
        """Those of ``models`` that are called or handed on, and not only inherited from. Many may bear one name: each
        mention is looked at once."""
        by_name: dict[str, list[ast.ClassDef]] = defaultdict(list)
        for model in models:
            by_name[model.name].append(model)
        found: set[ast.ClassDef] = set()
        for name, bearers in by_name.items():
            for use in self.index.mentions.get(name, ()):
                above = self.index.parent(use)
                base, above = (above, self.index.parent(above)) if isinstance(above, ast.Subscript) else (use, above)
                if isinstance(above, ast.ClassDef) and base in above.bases:
                    continue
                if isinstance(use, ast.Name):
                    found.update(bearers)  # whichever it is
                else:
                    named = class_named(self.index, use)  # else another's attribute of that name
                    found |= {named} & {*bearers} if named is not None else set()
        return found

    @staticmethod
    def _description(valve: Valve) -> ast.Constant | None:
        """The text that says to users what a valve is for, where it is one as it stands."""
        given = (valve.said or {}).get("description")
        return given if isinstance(given, ast.Constant) and isinstance(given.value, str) else None

    def _in_descriptions(self, name: str) -> list[int]:
        """Where what users read of valves names one: by a word that can be nothing else, or one in quotes. Of what a valve
        itself is for, the word may be a term of others ("sampling top_p")."""
        texts = [text for text in self._descriptions.values() if name in str(text.value)]
        if not texts:
            return []
        own = {id(self._description(valve)) for valve in self._valves.get(name, ())}
        is_plain = name.isalpha() and name[1:].islower()
        quoted = re.compile(rf"(?<=['`]){name}(?=['`])")
        word = quoted if is_plain else re.compile(rf"(?<![A-Za-z0-9_.\\]){name}(?![A-Za-z0-9_])")
        starts: list[int] = []
        for text in texts:
            start = self.module.offset(text.lineno, text.col_offset)
            end = self.module.offset(text.end_lineno or 0, text.end_col_offset or 0)
            asked = quoted if id(text) in own else word
            starts += [match.start() for match in asked.finditer(self.module.file.text, start + 1, end - 1)]
        return starts

    def _attributes(self, name: str) -> list[ast.Attribute]:
        return [node for node in self.index.mentions.get(name, ()) if isinstance(node, ast.Attribute)]

    def places(self, old: str, new: str) -> list[int]:
        """Return the offsets of a valve's name, which is to become ``new``.

        Raises ``Uncertain`` where one of its uses cannot be followed.
        """
        if self.is_dynamic:
            raise Uncertain("names of valves are computed", "computed")
        if old in self._shared:
            raise Uncertain(f"{old} is a field of other classes, too", "shared")
        if self._attributes(new) or new in self.index.texts or new in self._valves:
            raise Uncertain(f"{new} is taken", "taken")
        declared = [valve.target for valve in self._valves.get(old, ())]
        doubt = self._doubts.about(old, new, declared)
        if doubt is not None:
            raise Uncertain(doubt)
        spans = [self._name_span(target, old) for target in declared]
        for node in self._attributes(old):
            if self._is_valves(node.value) or self._is_own_field(node):
                spans.append(self._attribute_span(node, old))
            elif not self._is_of_plugin(node):
                raise Uncertain(f"an attribute {old} of something else")
        spans += [
            self._text_span(text, old)
            for text in self.index.texts.get(old, ())
            if id(text) not in self._descriptions and self._is_field_name(text, old)
        ]
        for keyword in self._keywords.get(old, []):
            call = self.index.parent(keyword)
            if isinstance(call, ast.Call) and last_name(call.func) in self._classes:
                spans.append(self._checked(self.module.offset(keyword.lineno, keyword.col_offset), old))
            elif not self._doubts.is_anothers(keyword):
                raise Uncertain(f"a keyword {old} of what may be the valves")
        spans += self._in_descriptions(old)
        # Two uses at one place: a position inside an f-string that does not hold (Python before 3.12).
        if len(set(spans)) != len(spans):
            raise Uncertain("two uses at one place")
        return spans

    def is_alone(self, old: str, places: Collection[int]) -> bool:
        """Tell whether nothing else in the file bears a valve's name, of which ``places`` are all."""
        count = (
            len(self.index.mentions.get(old, ()))
            + len(self._keywords.get(old, ()))
            + len(self.index.texts.get(old, ()))
            + len(self._in_descriptions(old))
        )
        is_parameter = any(node.arg == old for node in self.index.of(ast.arg))
        return count == len(places) and not is_parameter and old not in self._functions

    def in_texts(self, old: str, new: str, places: Collection[int]) -> list[int]:
        """Return where documentation and messages certainly name a valve, of whose name ``places`` are all uses."""
        if self.module.file.text.count(old) == len(places):
            return []  # most valves are named in code alone
        texts = ValveTexts(self.module, self._descriptions.values(), self._valves)
        return texts.places(old, new, self.is_alone(old, places))

    def written(self, name: str) -> list[int]:
        """Return where texts and comments have a word, and not the code itself."""
        ends = {self.module.offset(node.end_lineno or 0, node.end_col_offset or 0) for node in self._bearers(name)}
        starts = {self.module.offset(one.lineno, one.col_offset) for one in self._keywords.get(name, ())}
        starts |= {self.module.offset(one.lineno, one.col_offset) for one in self.index.of(ast.arg) if one.arg == name}
        found = re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", self.module.file.text)
        return [match.start() for match in found if match.end() not in ends and match.start() not in starts]

    def _bearers(self, name: str) -> list[ast.Name | ast.Attribute]:
        return self.index.mentions.get(name, [])

    @cached_property
    def _functions(self) -> frozenset[str]:
        """The names of functions and of what is imported."""
        named = {node.name for node in self.index.of(ast.FunctionDef)}
        named |= {node.name for node in self.index.of(ast.AsyncFunctionDef)}
        return frozenset(named | {node.asname or node.name for node in self.index.of(ast.alias)})

    # -- what is a valve -----------------------------------------------------------------------------------------

    def _is_valves(self, node: ast.expr, depth: int = 0) -> bool:
        """Whether an expression is an instance of ``Valves`` or ``UserValves``, or the dictionary that fills one."""
        if depth > _MAX_DEPTH:
            return False
        if isinstance(node, ast.Attribute):
            return _VALVES_NAME.fullmatch(node.attr) is not None and node.attr not in VALVE_CLASSES
        if isinstance(node, ast.Name):
            if _VALVES_NAME.fullmatch(node.id) and node.id not in VALVE_CLASSES:
                return True
            value = self.index.sole_value(node)
            return value is not None and self._is_valves(value, depth + 1)
        if isinstance(node, ast.BoolOp):
            return any(self._is_valves(value, depth + 1) for value in node.values)
        if isinstance(node, ast.IfExp):
            return self._is_valves(node.body, depth + 1) or self._is_valves(node.orelse, depth + 1)
        if isinstance(node, ast.Subscript):
            return isinstance(node.slice, ast.Constant) and node.slice.value == "valves"
        if isinstance(node, ast.Call):
            if last_name(node.func) == "get" and node.args:
                return isinstance(node.args[0], ast.Constant) and node.args[0].value == "valves"
            return last_name(node.func) in self._classes
        return False

    def _is_own_field(self, node: ast.Attribute) -> bool:
        """Whether an attribute is ``self.x`` in a method of a class of valves."""
        method = self.index.scope(node).method
        owner = method.owner if method is not None else None
        return (
            isinstance(node.value, ast.Name) and node.value.id == "self" and getattr(owner, "name", "") in self._classes
        )

    def _is_of_plugin(self, node: ast.Attribute) -> bool:
        """Whether an attribute is ``self.x`` in a method of any other class."""
        in_method = self.index.scope(node).method is not None
        return in_method and isinstance(node.value, ast.Name) and node.value.id == "self"

    def _is_field_name(self, text: ast.Constant, old: str) -> bool:
        """Whether a text is the name of a field. Raises ``Uncertain`` where it may be something else's."""
        above = self.index.parent(text)
        if isinstance(above, ast.Call):
            name = last_name(above.func)
            if name in _ATTRIBUTE_CALLS and len(above.args) > 1 and above.args[1] is text:
                if self._is_valves(above.args[0]):
                    return True
            elif name == "get" and isinstance(above.func, ast.Attribute) and self._is_valves(above.func.value):
                return above.args[0] is text
            elif name in ("field_validator", "validator", "field_serializer"):
                return True
        if isinstance(above, ast.Subscript) and self._is_valves(above.value):
            return True
        if isinstance(above, ast.Expr):
            return False  # a docstring of one word
        raise Uncertain(f"the text {old}")

    def _find_dynamic(self) -> bool:
        """Whether names of valves are computed somewhere."""
        for call in (
            call for name in (*self._classes, *_SUSPECT_CALLS) for call in self.index.calls_by_name.get(name, ())
        ):
            name = last_name(call.func)
            if name in self._classes and any(keyword.arg is None for keyword in call.keywords):
                return True
            if name in _ATTRIBUTE_CALLS and len(call.args) > 1 and not isinstance(call.args[1], ast.Constant):
                target = call.args[0]
                if self._may_hold(target):
                    return True
        if any(self._is_computed_access(node) for name in _ACCESS for node in self._attributes(name)):
            return True
        if any(
            not isinstance(one.slice, ast.Constant) and self._is_valves(one.value)
            for one in self.index.of(ast.Subscript)
        ):
            return True  # a class of valves may have ``__getitem__``
        for call in (call for name in ("eval", "exec") for call in self.index.calls_by_name.get(name, ())):
            if isinstance(call.func, ast.Name) and not all(isinstance(one, ast.Constant) for one in call.args):
                return True
        for call in (call for name in ("format", "format_map") for call in self.index.calls_by_name.get(name, ())):
            if any(self._is_valves(value) for value in (*call.args, *(keyword.value for keyword in call.keywords))):
                return True  # "{v.limit}".format(v=self.valves)
        return False

    def _may_hold(self, target: ast.expr) -> bool:
        """Whether an expression holds valves, or may: as a parameter, or as ``self`` of a class of valves."""
        if self._is_valves(target):
            return True
        if not isinstance(target, ast.Name):
            return False
        method = self.index.scope(target).method if target.id == "self" else None
        owner = method.owner.name if method is not None and method.owner is not None else ""
        return owner in self._classes or self._doubts.is_parameter(target)

    def _is_computed_access(self, node: ast.Attribute) -> bool:
        """Whether an access method of what may be valves is given a name that is computed: ``v.__getattribute__(x)``."""
        call = self.index.parent(node)
        is_literal = isinstance(call, ast.Call) and bool(call.args) and isinstance(call.args[0], ast.Constant)
        return not is_literal and self._may_hold(node.value)

    # -- where it stands -----------------------------------------------------------------------------------------

    def _checked(self, start: int, name: str) -> int:
        if self.module.file.text[start : start + len(name)] != name:
            raise Uncertain("a position that does not hold")
        return start

    def _name_span(self, node: ast.Name, name: str) -> int:
        return self._checked(self.module.offset(node.lineno, node.col_offset), name)

    def _attribute_span(self, node: ast.Attribute, name: str) -> int:
        end = self.module.offset(node.end_lineno or 0, node.end_col_offset or 0)
        start = self._checked(end - len(name), name)
        if not _DOT_BEFORE.search(self.module.file.text[max(0, start - 80) : start]):
            raise Uncertain("a position that does not hold")
        return start

    def _text_span(self, node: ast.Constant, name: str) -> int:
        start = self.module.offset(node.lineno, node.col_offset)
        end = self.module.offset(node.end_lineno or 0, node.end_col_offset or 0)
        if not re.fullmatch(rf"(['\"]){re.escape(name)}\1", self.module.file.text[start:end]):
            raise Uncertain("a text in an unusual form")
        return start + 1


def _reached(start: Iterable[ast.ClassDef], steps: Mapping[ast.ClassDef, Iterable[ast.ClassDef]]) -> list[ast.ClassDef]:
    """Return ``start`` and the classes that ``steps`` lead to from there, each once."""
    found = dict.fromkeys(start)
    waiting = list(found)
    while waiting:
        new = [step for step in steps.get(waiting.pop(), ()) if step not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return list(found)
