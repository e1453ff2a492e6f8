"""Where a function uses a name that may be ``None`` at that point.

A function's statements are followed in order, with the set of names that may be ``None`` ("suspects"): tests, early
returns, aliases and short circuits narrow it. What cannot be followed counts as guarded, so that a use that is
reported is one that the text makes certain.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable

from owui_lint.repository.python.code import CodeIndex
from owui_lint.repository.python.flow import exits
from owui_lint.repository.python.syntax import (
    Try,
    ends_any_error,
    ends_errors,
    is_none,
    last_name,
    replaces_errors,
    suppresses,
    with_defaults,
)
from owui_lint.tuples import NamedTuple

Function = ast.FunctionDef | ast.AsyncFunctionDef
Suspects = frozenset[str]

_RAISED = ("TypeError", "AttributeError")  # by uses of ``None``
_CHECKS = frozenset({"callable", "bool", "isinstance", "hasattr", "iscoroutinefunction", "len"})
_DECIDING = frozenset({"bool", "len"})  # what these say of a name is what its truth says
_QUANTIFIERS = frozenset({"all", "any"})
_MAX_TEST_DEPTH = 30
_MAX_TEST_PARTS = 6  # of a test that is remembered when it has failed
_MAX_IMPLIED = 50  # of those that are remembered
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Use(NamedTuple):
    """``node`` (a call of the name, an attribute or an item of it) needs ``name``, which may be ``None`` there."""

    node: ast.Call | ast.Attribute | ast.Subscript
    name: str


class _Test(NamedTuple):
    """Names that are certainly not ``None`` when a test succeeds, and when it fails."""

    true: Suspects
    false: Suspects


_NOTHING = _Test(frozenset(), frozenset())


class _State:
    def __init__(self, suspects: Suspects, ended: bool = False) -> None:
        self.suspects = suspects
        self.ended = ended


def _never(expression: ast.expr) -> bool:
    return False


def _checks_nothing(call: ast.Call, given: ast.Name) -> bool:
    return False


class Guards:
    """The uses of suspects in one function. ``suspects``: names that may be ``None`` at its start.

    ``may_be_none`` tells whether an assigned value may be ``None``, ``checks`` whether a call that is given a suspect may
    end where that is ``None``, ``telling`` are attributes that may say of the suspects whether they are there. Nested
    functions are not looked into: when they are called cannot be told.
    """

    def __init__(
        self,
        index: CodeIndex,
        function: Function,
        suspects: Iterable[str],
        may_be_none: Callable[[ast.expr], bool] = _never,
        checks: Callable[[ast.Call, ast.Name], bool] = _checks_nothing,
        telling: Collection[str] = (),
    ) -> None:
        self._index = index
        self._checks = checks
        self._telling = telling
        self.uses: list[Use] = []
        #: Suspects at each call that is not inside a ``try`` that catches what a ``None`` would raise.
        self.at: dict[ast.Call, Suspects] = {}
        #: Names that held something at some time that may say of a suspect whether it is there.
        self.told: set[str] = set()
        #: Suspects where the function returns, or comes to its end.
        self.at_end: Suspects = frozenset()
        self._flags: dict[str, _Test] = {}
        self._aliases: dict[str, str] = {}
        self._may_be_none = may_be_none
        #: Names that may be ``None`` somewhere.
        self.suspected = set(suspects)
        self._caught = 0
        #: Statements around in which some error ends: perhaps the one that an inner ``try`` makes of what it catches.
        self._ending = 0
        #: Names that are sure once other tests succeed (as texts): of ``x and not emitter``, which failed, ``x`` does.
        self._implied: list[tuple[frozenset[str], Suspects]] = []
        #: What is known at each ``continue`` and each ``break`` of the loops around, the innermost last.
        self._loops: list[tuple[list[Suspects], list[Suspects]]] = []
        try:
            end = self._block(function.body, frozenset(self.suspected))
            if not end.ended:
                self.at_end |= end.suspects
        except RecursionError:  # thousands of nested statements: nothing is certain
            self.uses, self.at, self.at_end = [], {}, frozenset()

    # -- statements --------------------------------------------------------------------------------------------

    def _block(self, body: list[ast.stmt], suspects: Suspects) -> _State:
        state = _State(suspects)
        for statement in body:
            if state.ended:
                break
            state = self._statement(statement, state.suspects)
        return state

    def _statement(self, node: ast.stmt, suspects: Suspects) -> _State:
        if isinstance(node, ast.If):
            return self._if(node, suspects)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            return _State(self._assign(node, suspects) - self._checked(node, suspects))
        if isinstance(node, ast.While):
            self._expression(node.test, suspects)
            test = self._test(node.test)
            suspects -= self._walrus(node.test)
            endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
            return self._loop(node, suspects, test.true, test.false, endless)
        if isinstance(node, ast.For | ast.AsyncFor):
            self._expression(node.iter, suspects)
            return self._loop(node, suspects, self._bound(node.target), frozenset(), endless=False)
        if isinstance(node, ast.With | ast.AsyncWith):
            return self._with(node, suspects)
        if isinstance(node, Try):
            return self._try(node, suspects)
        if isinstance(node, ast.Match):
            return self._match(node, suspects)
        if isinstance(node, ast.Break | ast.Continue):
            if self._loops:
                self._loops[-1][isinstance(node, ast.Break)].append(suspects)
            return _State(suspects, ended=True)
        if isinstance(node, ast.Return | ast.Raise) or exits(node):
            for child in self._index.children(node):
                self._expression(child, suspects)
            if isinstance(node, ast.Return):
                self.at_end |= suspects - self._checked(node, suspects)
            return _State(suspects, ended=True)
        if isinstance(node, ast.Assert):
            self._expression(node.test, suspects)
            return _State(suspects - self._test(node.test).true)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return _State(self._rebound(node.name, suspects))
        for child in self._index.children(node):
            self._expression(child, suspects)
        return _State(suspects - self._walrus(node) - self._checked(node, suspects))

    def _checked(self, node: ast.stmt, suspects: Suspects) -> Suspects:
        """The suspects that a statement hands to what ends, perhaps, where one is ``None``."""
        found = frozenset[str]()
        for name in self._index.within(node, ast.Name) if suspects else ():
            if name.id in suspects:
                above = self._index.parent(name)
                call = self._index.parent(above) if isinstance(above, ast.keyword) else above
                if isinstance(call, ast.Call) and name is not call.func and self._checks(call, name):
                    found |= self._same(name.id)
        return found

    def _rebound(self, name: str, suspects: Suspects) -> Suspects:
        """Return the suspects where a definition has given a name something that is not ``None``."""
        self._flags.pop(name, None)
        self._aliases.pop(name, None)
        return suspects - {name}

    def _if(self, node: ast.If, suspects: Suspects) -> _State:
        self._expression(node.test, suspects)
        test = self._test(node.test)
        suspects -= self._walrus(node.test)
        yes = self._block(node.body, suspects - test.true - self._follows(node.test))
        known = len(self._implied)
        self._implied += self._implications(node.test)
        no = self._block(node.orelse, suspects - test.false)
        self._decide(node, test.true | test.false)
        if yes.ended:
            return no
        del self._implied[known:]
        return yes if no.ended else _State(yes.suspects | no.suspects)

    def _decide(self, choice: ast.If, asked: Suspects) -> None:
        """Note that what a choice puts into names says how the choice went: ``if emitter: ready = True``."""
        asked &= self.suspected
        index = self._index
        for statement in index.within(choice, ast.Assign) if asked else ():
            for target in statement.targets:
                self._note(target, asked)
        others: list[ast.AugAssign | ast.AnnAssign] = (
            index.within(choice, ast.AugAssign, ast.AnnAssign) if asked else []
        )
        for one in others:
            self._note(one.target, asked)

    def _note(self, target: ast.expr, asked: Suspects) -> None:
        while isinstance(target, ast.Subscript | ast.Attribute):
            target = target.value
        if isinstance(target, ast.Name) and target.id not in self.suspected and target.id != "self":
            flag = self._flags.get(target.id, _NOTHING)
            self._flag(target.id, _Test(flag.true | asked, flag.false | asked))

    def _flag(self, name: str, test: _Test) -> None:
        self._flags[name] = test
        if test.true or test.false:
            self.told.add(name)

    def _loop(
        self,
        node: ast.While | ast.For | ast.AsyncFor,
        suspects: Suspects,
        inside: Suspects,
        behind: Suspects,
        endless: bool,
    ) -> _State:
        """Follow a loop. ``inside``: names that are sure in its body, ``behind``: where its condition has failed."""
        self._loops.append(([], []))
        inner = self._block(node.body, suspects - inside)
        again, broken = self._loops.pop()
        if not inner.ended:
            again.append(inner.suspects)
        # A loop that ran or not: what its body proved is not proved behind it, what its condition asked is.
        after = _State(suspects.union(*again) - behind, endless)
        if not endless:
            after = self._block(node.orelse, after.suspects)
        return _merged([after, *map(_State, broken)])

    def _assign(self, node: ast.Assign | ast.AnnAssign, suspects: Suspects) -> Suspects:
        value = node.value
        if value is None:
            return suspects
        self._expression(value, suspects)
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            if not isinstance(target, ast.Name):
                self._expression(target, suspects)
                suspects -= self._bound(target)
                continue
            name = target.id
            self._flags.pop(name, None)
            self._aliases.pop(name, None)
            if isinstance(value, ast.Name):
                self._aliases[name] = value.id
                suspects = suspects | {name} if value.id in suspects else suspects - {name}
            elif self._may_be_none(value):
                suspects |= {name}
            else:
                if any(
                    one.id in self.suspected or one.id in self._flags for one in self._index.within(value, ast.Name)
                ):
                    told = self._test(value)
                    self._flag(name, told if told.true or told.false else self._mentioned(value))
                suspects -= {name}
            if name in suspects:
                self.suspected.add(name)
        return suspects

    def _with(self, node: ast.With | ast.AsyncWith, suspects: Suspects) -> _State:
        is_caught = False
        for item in node.items:
            self._expression(item.context_expr, suspects)
            if item.optional_vars is not None:
                suspects -= self._bound(item.optional_vars)
            is_caught = is_caught or suppresses(item.context_expr, *_RAISED)
        self._caught += is_caught
        state = self._block(node.body, suspects)
        self._caught -= is_caught
        return _State(suspects | state.suspects) if is_caught else state

    def _try(self, node: Try, suspects: Suspects) -> _State:
        ends_any = ends_any_error(node)
        is_caught = ends_errors(node, *_RAISED) or (self._ending > 0 and replaces_errors(node))
        self._caught += is_caught
        self._ending += ends_any
        body = self._block(node.body, suspects)
        self._caught -= is_caught
        self._ending -= ends_any
        ends = [self._block(node.orelse, body.suspects) if not body.ended else body]
        # A handler starts wherever the body stopped: what was a suspect on either side may be one.
        ends += [self._block(handler.body, suspects | body.suspects) for handler in node.handlers]
        reached = [end.suspects for end in ends if not end.ended]
        merged = frozenset().union(*reached) if reached else suspects
        last = self._block(node.finalbody, merged if reached else suspects)
        return _State(last.suspects, last.ended or not reached)

    def _match(self, node: ast.Match, suspects: Suspects) -> _State:
        self._expression(node.subject, suspects)
        matched = self._same(node.subject.id) if isinstance(node.subject, ast.Name) else frozenset()
        # What is matched on as a part of something else cannot be followed.
        suspects -= self._walrus(node.subject) | (self._bound(node.subject) - matched)
        ends: list[_State] = []
        for case in node.cases:
            takes_none, takes_all = _takes_none(case.pattern), _takes_all(case.pattern)
            inside = (suspects if takes_none else suspects - matched) - _captured(case.pattern)
            test = _NOTHING
            if case.guard is not None:
                self._expression(case.guard, inside)
                test = self._test(case.guard)
            ends.append(self._block(case.body, inside - test.true))
            if case.guard is None and takes_none:
                suspects -= matched
            if case.guard is not None and takes_all:
                suspects -= test.false
            if case.guard is None and takes_all:
                return _merged(ends)
        return _merged([*ends, _State(suspects)])

    # -- expressions -------------------------------------------------------------------------------------------

    def _expression(self, root: ast.AST, suspects: Suspects) -> None:
        """Note the uses in an expression; a stack instead of recursion, since sums of texts nest thousands deep."""
        if not any(name.id in suspects for name in self._index.within(root, ast.Name)):
            # Most expressions name no suspect: then there is no use, and no narrowing that matters to a call.
            if not self._caught:
                self.at.update(dict.fromkeys(self._index.within(root, ast.Call), suspects))
            return
        stack: list[tuple[ast.AST, Suspects]] = [(root, suspects)]
        while stack:
            node, known = stack.pop()
            if isinstance(node, _DEFINITIONS):
                continue
            if isinstance(node, ast.BoolOp):
                for value in node.values:
                    stack.append((value, known))
                    test = self._test(value)
                    known -= test.true if isinstance(node.op, ast.And) else test.false
                continue
            if isinstance(node, ast.IfExp):
                test = self._test(node.test)
                stack += [(node.test, known), (node.body, known - test.true), (node.orelse, known - test.false)]
                continue
            if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
                for generator in node.generators:
                    known -= self._bound(generator.target)
                    for condition in generator.ifs:
                        known -= self._test(condition).true
            if isinstance(node, ast.Call):
                if not self._caught:
                    self.at[node] = known
                self._use(node, node.func, known)
            elif isinstance(node, ast.Attribute | ast.Subscript):
                self._use(node, node.value, known)
            stack += [(child, known) for child in self._index.children(node)]

    def _use(self, node: ast.Call | ast.Attribute | ast.Subscript, value: ast.expr, known: Suspects) -> None:
        if isinstance(value, ast.Name) and value.id in known and not self._caught:
            self.uses.append(Use(node, value.id))

    def _bound(self, target: ast.AST) -> Suspects:
        return frozenset(node.id for node in self._index.within(target, ast.Name))

    def _walrus(self, node: ast.AST) -> Suspects:
        return frozenset(part.target.id for part in self._index.within(node, ast.NamedExpr))

    # -- tests -------------------------------------------------------------------------------------------------

    def _test(self, test: ast.expr, depth: int = 0) -> _Test:
        """Return what a test proves."""
        if depth > _MAX_TEST_DEPTH:
            return _NOTHING
        if isinstance(test, ast.Name):
            flag = self._flags.get(test.id, _NOTHING)
            return _Test(self._same(test.id) | flag.true, flag.false)
        if isinstance(test, ast.NamedExpr):
            return _Test(frozenset({test.target.id}) | self._test(test.value, depth + 1).true, frozenset())
        if isinstance(test, ast.Await):
            return self._test(test.value, depth + 1)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self._test(test.operand, depth + 1)
            return _Test(inner.false, inner.true)
        if isinstance(test, ast.BoolOp):
            parts = [self._test(value, depth + 1) for value in test.values]
            all_true = frozenset().union(*(part.true for part in parts))
            all_false = frozenset().union(*(part.false for part in parts))
            some_true = frozenset.intersection(*(part.true for part in parts))
            some_false = frozenset.intersection(*(part.false for part in parts))
            return _Test(all_true, some_false) if isinstance(test.op, ast.And) else _Test(some_true, all_false)
        if isinstance(test, ast.Compare):
            return self._compare(test, depth)
        if isinstance(test, ast.Call) and last_name(test.func) in _QUANTIFIERS and len(test.args) == 1:
            return self._quantified(test, depth)
        if isinstance(test, ast.Call) and last_name(test.func) in _CHECKS and test.args:
            inner = self._test(test.args[0], depth + 1)
            if last_name(test.func) == "isinstance" and any(map(_is_of_none, test.args[1:])):
                return _Test(frozenset(), inner.true)
            return inner if last_name(test.func) in _DECIDING else _Test(inner.true, frozenset())
        return self._asked(test)

    def _implications(self, test: ast.expr) -> list[tuple[frozenset[str], Suspects]]:
        """What ``a and b``, where it fails, says of ``b`` if ``a`` succeeds."""
        if not (isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And)):
            return []
        if len(test.values) > _MAX_TEST_PARTS or len(self._implied) > _MAX_IMPLIED:
            return []
        found = [(part, self._test(part).false) for part in test.values]
        return [
            (frozenset(ast.dump(other) for other in test.values if other is not part), sure)
            for part, sure in found
            if sure
        ]

    def _follows(self, test: ast.expr) -> Suspects:
        """The names that are sure where a test succeeds, by what has failed before."""
        if not self._implied:
            return frozenset()
        parts = test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
        asked = {ast.dump(part) for part in parts}
        return frozenset[str]().union(*(sure for others, sure in self._implied if others <= asked))

    def _asked(self, test: ast.expr) -> _Test:
        """What cannot be followed and is given names counts as a guard of them, however it ends: a function that they are
        handed to, a comprehension that goes through them."""
        given: list[ast.expr] = []
        if isinstance(test, ast.Call):
            given = [*test.args, *(keyword.value for keyword in test.keywords)]
        elif isinstance(test, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            given = [generator.iter for generator in test.generators]
        names = [name for one in given for name in self._index.within(one, ast.Name)]
        # ``emitter`` is asked about; of ``emitter.x`` and ``emitter()``, something else is.
        own = (name.id for name in names if not isinstance(self._index.parent(name), ast.Attribute | ast.Subscript))
        sure = frozenset[str]().union(*map(self._same, own)) | self._told_by(test)
        return _Test(sure, sure)

    def _told_by(self, expression: ast.expr) -> Suspects:
        """What is asked about by asking for something that holds a flag: ``found["ready"]``, ``self.ready``."""
        if self._telling and any(one.attr in self._telling for one in self._index.within(expression, ast.Attribute)):
            return frozenset(self.suspected)
        flags = [self._flags[one.id] for one in self._index.within(expression, ast.Name) if one.id in self._flags]
        return frozenset[str]().union(*(flag.true | flag.false for flag in flags))

    def _mentioned(self, value: ast.expr) -> _Test:
        """What a value may say that is made of suspects, or of what says something of them: ``{"ready": bool(emitter)}``."""
        names = [one for one in self._index.within(value, ast.Name) if one.id in self.suspected]
        own = [one.id for one in names if getattr(self._index.parent(one), "func", None) is not one]
        sure = frozenset[str]().union(*map(self._same, own)) | self._told_by(value)
        return _Test(sure, sure)

    def _quantified(self, test: ast.Call, depth: int) -> _Test:
        """What ``all`` and ``any`` of written items prove: as ``and`` and ``or`` of them, or of what is asked of each."""
        given, is_all = test.args[0], last_name(test.func) == "all"
        if isinstance(given, ast.GeneratorExp | ast.ListComp):
            written = _items(given.generators[0].iter)
            return self._contained(written, none_is_in=not is_all) if written else self._asked(given)
        items = _items(given)
        if not items:
            return _NOTHING
        operator = ast.And() if is_all else ast.Or()
        return self._test(ast.BoolOp(operator, items), depth + 1)

    def _contained(self, items: list[ast.expr], *, none_is_in: bool) -> _Test:
        """What ``None in (...)`` and ``None not in (...)`` prove of the names among the items."""
        names = [self._same(item.id) for item in items if isinstance(item, ast.Name)]
        sure = frozenset[str]().union(*names)
        return _Test(frozenset(), sure) if none_is_in else _Test(sure, frozenset())

    def _compare(self, test: ast.Compare, depth: int) -> _Test:
        left, right = test.left, test.comparators[0]
        if len(test.ops) > 1:
            return _NOTHING
        if isinstance(test.ops[0], ast.In | ast.NotIn) and is_none(left):
            return self._contained(_items(right), none_is_in=isinstance(test.ops[0], ast.In))
        if isinstance(left, ast.Constant) and isinstance(test.ops[0], ast.Is | ast.IsNot | ast.Eq | ast.NotEq):
            left, right = right, left  # ``None is not emitter``
        if isinstance(left, ast.NamedExpr):
            left = left.target
        if not (isinstance(left, ast.Name) and isinstance(right, ast.Constant)):
            inner = self._test(left, depth + 1) if isinstance(left, ast.Call | ast.Await) else _NOTHING
            asked = inner.true | inner.false | self._told_by(test)
            return _Test(asked, asked)
        same, operator = self._same(left.id), test.ops[0]
        flag = self._flags.get(left.id, _NOTHING)
        asked = flag.true | flag.false  # ``ready = ...; if ready is True``: which of the two is not followed
        if isinstance(operator, ast.Is | ast.Eq):
            return _Test(asked, same | asked) if right.value is None else _Test(same | asked, asked)
        if isinstance(operator, ast.IsNot | ast.NotEq) and right.value is None:
            return _Test(same | asked, asked)
        return _Test(asked, asked)

    def _same(self, name: str) -> Suspects:
        """Return a name with those that hold the same object."""
        root = self._aliases.get(name, name)
        return frozenset({name, root, *(alias for alias, origin in self._aliases.items() if origin == root)})


def _is_of_none(types: ast.expr) -> bool:
    """Whether ``isinstance`` with these types says yes to ``None``: ``type(None)``, alone or among others."""
    parts = [types]
    for one in parts:  # grows as it goes
        if isinstance(one, ast.BinOp):
            parts += [one.left, one.right]
        parts += _items(one)
        is_type = isinstance(one, ast.Call) and last_name(one.func) == "type" and any(map(is_none, one.args))
        if is_type or is_none(one) or last_name(one) == "NoneType":
            return True
    return False


def _items(display: ast.expr) -> list[ast.expr]:
    """The items of a written list, tuple or set."""
    return display.elts if isinstance(display, ast.List | ast.Tuple | ast.Set) else []


def _merged(ends: list[_State]) -> _State:
    """Return what is known where several ways meet."""
    reached = [end.suspects for end in ends if not end.ended]
    return _State(frozenset().union(*reached), ended=not reached)


def _takes_none(pattern: ast.pattern) -> bool:
    """Whether a pattern matches ``None``."""
    if isinstance(pattern, ast.MatchOr):
        return any(_takes_none(one) for one in pattern.patterns)
    if isinstance(pattern, ast.MatchAs):
        return pattern.pattern is None or _takes_none(pattern.pattern)
    return isinstance(pattern, ast.MatchSingleton) and pattern.value is None


def _takes_all(pattern: ast.pattern) -> bool:
    """Whether a pattern matches whatever comes: ``_`` and plain names."""
    if isinstance(pattern, ast.MatchOr):
        return any(_takes_all(one) for one in pattern.patterns)
    return isinstance(pattern, ast.MatchAs) and (pattern.pattern is None or _takes_all(pattern.pattern))


def _captured(pattern: ast.pattern) -> Suspects:
    """Return the names that a pattern binds."""
    names = (getattr(one, "name", None) or getattr(one, "rest", None) for one in ast.walk(pattern))
    return frozenset(name for name in names if isinstance(name, str))


def may_be_none_parameters(function: Function, names: Iterable[str]) -> frozenset[str]:
    """Return those parameters of ``names`` that the author declares as possibly ``None``: by default or annotation."""
    wanted = frozenset(names)
    found = set()
    for argument, default in with_defaults(function.args):
        if argument.arg in wanted and (is_none(default) or (default is None and _is_optional(argument.annotation))):
            found.add(argument.arg)
    return frozenset(found)


def _is_optional(annotation: ast.expr | None) -> bool:
    if isinstance(annotation, ast.Subscript):
        return last_name(annotation.value) == "Optional"
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return is_none(annotation.right) or is_none(annotation.left)
    return False
