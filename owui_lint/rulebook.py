"""The rule book: rules and data files read from YAML, kept in a compiled form that cannot go stale.

A rule file holds all there is to know of a rule. What a run needs of it is kept as plain data in the user's cache
folder under a key made of the interpreter and of name, size and time of change of every file of the tool: change one and
the key changes. What only a reader needs (examples) stays in the YAML.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property, partial

from owui_lint import TYPE_CHECKING
from owui_lint.cache import of_tool, rules_folder
from owui_lint.errors import UsageError
from owui_lint.finding import FAMILIES, LOCAL_FAMILY, Message, Severity
from owui_lint.text import nearest, printable
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from owui_lint.primitives import Primitive
    from owui_lint.schemacheck import Problem
    from owui_lint.yamlfile import Lines

#: The folder of a repository's own rules.
LOCAL_RULES = ".owui-lint/rules"
PROFILES = ("openwebui", "standard", "strict")
#: What a rule may be to the tool, besides one that reports: who needs such rules asks the book for them, and knows none by
#: its name.
ROLES = {
    "release-day": "Compares date badges with a day: --fix-versions --release-date asks it in every profile.",
    "git-history": "Compares with git's history, and has nothing to compare where that is cut off, or git is missing.",
    "revision": "Compares with a revision, and has nothing to say without --since.",
    "circumstances": "Finds other things with an option, a base, the day or more of git's history: no run alone tells that "
    "a comment hides nothing of it.",
    "branch": "Looks up what addresses of the repository's own files lead to, on the branch that is checked out: nobody tells "
    "elsewhere that what a baseline has of them is gone, or that a comment hides nothing of it.",
    "release": "Asked of a release, besides the families versions and release.",
    "release-notes": "Finds that readers are not told of a release.",
    "one-release": "Has What's New tell of one release only: where it is asked, a new one takes the place of the last.",
    "story-due": "Asks that READMEs tell of the latest release: where it is asked, bump begins a What's New in one without.",
    "versions-agree": "Finds that places of a plugin do not agree on its version.",
    "versions-due": "Asks that every place which belongs to a plugin states the version: where it is not asked, places that "
    "state none are neither counted nor shown.",
    "version-repeats": "Finds where the code states its version again: bump leaves that to a person, and says where.",
    "message-limit": "Limits what a commit message may hold: a release draft keeps to the lowest limits of these.",
    "idle-text": "Finds text that does nothing: editors show it faded.",
}


class RuleError(ValueError):
    """A rule file that cannot be used; ``str()`` names file, line and what is wrong."""


class Case(NamedTuple):
    """One way in which a rule finds something: its text, its severity (``None``: the rule's in the run's profile), the
    profiles in which it speaks (``None``: all of the rule's), and clauses that it checks besides the rule's.

    What a finding is known by again holds nothing that a change elsewhere in the repository may alter: ``incidental`` are
    slots that tell of examples, counts or suggestions from there, and ``known_as`` is the case that says the same without."""

    message: Message
    severity: Severity | None = None
    profiles: tuple[str, ...] | None = None
    standard: tuple[str, ...] = ()
    incidental: tuple[str, ...] = ()
    known_as: str | None = None


class Texts:
    """What a rule says. Put into words when it is asked for: of a hundred rules that a run reads, few have found anything."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        """``entry``: a rule file's data; its texts may be packed as ``_pack_texts`` returns them."""
        self._given = entry

    @cached_property
    def _entry(self) -> Mapping[str, Any]:
        packed = self._given.get(_PACKED)
        return {**self._given, **marshal.loads(packed)} if packed else self._given  # noqa: S302 - sealed with the book

    @cached_property
    def summary(self) -> Message:
        """What the rule reports, in a line."""
        return _message(self._entry["summary"])

    @cached_property
    def why(self) -> Message:
        """What comes of what it reports."""
        return _message(self._entry["why"])

    @cached_property
    def cases(self) -> Mapping[str, Case]:
        """The ways in which the rule finds something, by name."""
        return {
            name: Case(
                _message(case),
                Severity.parse(case["severity"]) if "severity" in case else None,
                tuple(case["profiles"]) if "profiles" in case else None,
                tuple(case.get("standard", ())),
                tuple(case.get("incidental", ())),
                case.get("known-as"),
            )
            for name, case in self._entry["cases"].items()
        }

    @cached_property
    def fix(self) -> Message | None:
        """What its fix does; ``None`` where it has none."""
        fix = self._entry.get("fix")
        return _message(fix) if fix else None


_PACKED = "texts"


def _pack_texts(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule file's data with what it says packed, most of which no run asks for."""
    said = {key: entry[key] for key in ("summary", "why", "cases")}
    return {key: value for key, value in entry.items() if key not in said} | {_PACKED: marshal.dumps(said)}


class Rule(NamedTuple):
    """A rule as data: which primitive with which parameters, and what to say."""

    code: str
    name: str
    family: str
    severity: Severity
    profiles: Mapping[str, Severity | None]
    standard: tuple[str, ...]
    primitive: str
    params: Mapping[str, Any]
    requires: tuple[str, ...]
    yields_to: tuple[str, ...]
    yields_at: tuple[str, ...]
    texts: Texts
    applicability: str | None
    origin: str
    roles: tuple[str, ...] = ()

    @property
    def summary(self) -> Message:
        """What the rule reports, in a line."""
        return self.texts.summary

    @property
    def why(self) -> Message:
        """What comes of what it reports."""
        return self.texts.why

    @property
    def cases(self) -> Mapping[str, Case]:
        """The ways in which the rule finds something, by name."""
        return self.texts.cases

    @property
    def fix(self) -> Message | None:
        """What its fix does; ``None`` where it has none."""
        return self.texts.fix

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that the rule checks, be it by one of its cases."""
        return tuple(dict.fromkeys((*self.standard, *(one for case in self.cases.values() for one in case.standard))))

    def severity_of(self, case: Case, profile: str | None = None) -> Severity:
        """Return the severity of a case: its own, else the one that a profile gives the rule, else the rule's."""
        return case.severity if case.severity is not None else self.severity_in(profile)

    def severity_in(self, profile: str | None) -> Severity:
        """Return the severity that a profile gives the rule, else the rule's own."""
        return self.profiles.get(profile or "") or self.severity

    def differing(self, case: Case | None) -> dict[str, Severity]:
        """Return the profiles in which the rule (one of its cases) has another severity than its own, with that one."""
        speaks_in = case.profiles if case is not None and case.profiles is not None else tuple(self.profiles)
        own = self.severity if case is None else self.severity_of(case)
        found = {name: self.severity_in(name) if case is None else self.severity_of(case, name) for name in speaks_in}
        return {name: severity for name, severity in found.items() if severity is not own}

    def in_family(self, selector: str) -> bool:
        """Tell whether a family's name, number or code prefix means this rule's family."""
        if self.family == LOCAL_FAMILY:
            return selector in (LOCAL_FAMILY, "LOC")
        number = str(FAMILIES.index(self.family))
        return selector in (self.family, number, f"OWL{number}")

    def is_selected_by(self, selector: str) -> bool:
        """Tell whether ``CODE``, a name or a family means this rule."""
        return selector in (self.name, self.code, "all") or self.in_family(selector)


class Clause(NamedTuple):
    """A clause of the standard. ``decidable``: files alone tell, so a rule is needed. ``heuristic``: a guess at most."""

    id: str
    decidable: bool
    heuristic: bool
    text: Message


class Profile(NamedTuple):
    """A choice of rules: its name, what it holds, what it is for, and whether it asks for everything in both languages."""

    id: str
    name: Message
    summary: Message
    purpose: Message
    is_bilingual: bool = False


class RuleBook:
    """All rules by name, and the data files that rules and locations are driven by."""

    def __init__(
        self,
        rules: Mapping[str, Rule],
        data: Mapping[str, Any],
        primitives: Mapping[str, Sequence[str]],
    ) -> None:
        """``primitives`` describes what rules ask for (``primitives.described``)."""
        self.rules = rules
        self.data = data
        self.primitives = primitives

    def primitive(self, rule: Rule) -> Primitive:
        """Return what a rule asks for."""
        from owui_lint.primitives import look_up

        return look_up(rule.primitive, self.primitives)

    @cached_property
    def by_code(self) -> dict[str, Rule]:
        """Rules by code."""
        return {rule.code: rule for rule in self.rules.values()}

    def find(self, selector: str) -> list[Rule]:
        """Return the rules that a selector means. Raises ``UsageError`` with the nearest name where it means none."""
        found = [rule for rule in self.rules.values() if rule.is_selected_by(selector)]
        if not found:
            from owui_lint.language import did_you_mean

            hint = did_you_mean(nearest(selector, self.selectors) or nearest(selector.upper(), self.selectors))
            shown = printable(selector)
            raise UsageError(
                f"No rule, code or family is called {shown!r}.{hint.en} See `owui-lint rules`.",
                f"没有名为 {shown!r} 的规则、编号或规则族。{hint.zh}请查看 `owui-lint rules`。",
            )
        return found

    @cached_property
    def selectors(self) -> frozenset[str]:
        """Every word that means rules: names, codes and families."""
        return frozenset({*self.rules, *self.by_code, *(rule.family for rule in self.rules.values())})

    def names_of(self, selector: str) -> frozenset[str]:
        """Return the names of the rules that a name, a code or a family means; none for any other word."""
        return frozenset(rule.name for rule in self.rules.values() if rule.is_selected_by(selector))

    def in_role(self, role: str) -> frozenset[str]:
        """Return the names of the rules that are ``role`` (one of ``ROLES``) to the tool."""
        return frozenset(rule.name for rule in self.rules.values() if role in rule.roles)

    def tells(self, role: str, case: str, profile: str) -> bool:
        """Tell whether a rule in a role (one of ``ROLES``) has a case that a profile reports."""
        for name in self.in_role(role):
            rule = self.rules[name]
            found = rule.cases.get(case)
            if found is not None and profile in rule.profiles and profile in (found.profiles or (profile,)):
                return True
        return False

    def speaking_at(self, rule: Rule) -> list[str]:
        """Return the names of the rules for which a rule speaks in single lines, with the higher severity of the two."""
        return sorted(other.name for other in self.rules.values() if rule.name in other.yields_at)

    def lowest(self, role: str, parameter: str) -> int:
        """Return the lowest value that the rules in a role give a parameter which some of them have."""
        rules = (rule for rule in self.rules.values() if role in rule.roles)
        values: list[int] = [rule.params[parameter] for rule in rules if parameter in rule.params]
        return min(values)

    def choose(self, profile: str, select: Iterable[str], ignore: Iterable[str]) -> list[Rule]:
        """Return the rules of a run, by code: the profile's, or exactly those selected, less those ignored."""
        wanted = {rule.name for selector in select for rule in self.find(selector)}
        unwanted = {rule.name for selector in ignore for rule in self.find(selector)}
        chosen = [
            rule
            for rule in self.rules.values()
            if (rule.name in wanted if wanted else profile in rule.profiles) and rule.name not in unwanted
        ]
        return sorted(chosen, key=lambda rule: rule.code)

    def matching(
        self,
        *,
        profile: str | None,
        family: str | None,
        severity: Severity | None,
        clause: str | None,
        fixable: bool,
    ) -> list[Rule]:
        """Return the rules that are all that is asked for, by code: of a profile, of a family, of a severity, checking a
        clause of the standard, able to fix. Raises ``UsageError`` for a family or clause that there is not."""
        if family is not None and not any(rule.in_family(family) for rule in self.rules.values()):
            from owui_lint.language import listed

            families = listed(sorted({rule.family for rule in self.rules.values()}))
            raise UsageError(
                f"No family is called {family!r}. There are {families.en}.",
                f"没有名为 {family!r} 的规则族。可选：{families.zh}。",
            )
        if clause is not None and clause not in self.clauses:
            from owui_lint.language import did_you_mean

            hint = did_you_mean(clause.upper() if clause.upper() in self.clauses else None)
            raise UsageError(
                f"The standard has no clause {clause!r}.{hint.en} `owui-lint rules --coverage` lists them.",
                f"规范中没有条款 {clause!r}。{hint.zh}用 `owui-lint rules --coverage` 可列出全部条款。",
            )
        return [
            rule
            for rule in sorted(self.rules.values(), key=lambda rule: rule.code)
            if (profile is None or profile in rule.profiles)
            and (family is None or rule.in_family(family))
            and (severity is None or rule.severity_in(profile) is severity)
            and (clause is None or clause in rule.clauses)
            and (not fixable or rule.fix is not None)
        ]

    @cached_property
    def clauses(self) -> dict[str, Clause]:
        """The clauses of the standard by id, in its order."""
        return {
            entry["id"]: Clause(entry["id"], entry["decidable"], entry["heuristic"], _message(entry))
            for entry in self.data["standard"]["clauses"]
        }

    def citing(self, clause: str) -> list[Rule]:
        """Return the rules that check a clause, by code."""
        return sorted((rule for rule in self.rules.values() if clause in rule.clauses), key=lambda rule: rule.code)

    @cached_property
    def profiles(self) -> dict[str, Profile]:
        """The profiles by id."""
        return {
            entry["id"]: Profile(
                entry["id"],
                _message(entry["name"]),
                _message(entry["summary"]),
                _message(entry["for"]),
                entry["bilingual"],
            )
            for entry in self.data["profiles"]["profiles"]
        }

    def closure(self, rules: Iterable[Rule], weighing: Iterable[Rule] = ()) -> list[Rule]:
        """Return rules together with those that they depend on, in the order in which they have to run.

        A rule depends on those that it requires. A rule of ``rules`` also depends on those that it yields to, as a whole
        (``yields-to``) or for single lines (``yields-at``). A rule that is only required is not reported, so what it would
        yield to is not added.

        Args:
            rules: The rules that are reported.
            weighing: Rules that only raise the severity of what ``rules`` report. They come last, after those that they
                yield to as a whole; for single lines, they add no rules.

        Returns:
            The rules, each once and after those that it depends on.

        Raises:
            RuleError: If rules require each other.
        """
        rules = list(rules)
        asked = {rule.name for rule in rules}
        weighing = list(weighing)
        last = {rule.name for rule in weighing} - asked
        ordered: dict[str, Rule] = {}

        def visit(rule: Rule, trail: tuple[str, ...]) -> None:
            if rule.name in trail:
                raise RuleError(f"rules require each other: {' -> '.join([*trail, rule.name])}")
            better = (*rule.yields_to, *rule.yields_at) if rule.name in asked else ()
            better = rule.yields_to if rule.name in last else better
            for name in (*rule.requires, *better):
                if name in self.rules:
                    visit(self.rules[name], (*trail, rule.name))
            ordered.setdefault(rule.name, rule)

        for rule in (*rules, *weighing):
            visit(rule, ())
        return list(ordered.values())


def local_rule_files(root: str | os.PathLike[str]) -> list[str]:
    """Return the path of the folder of a repository's own rules, there or not, and of the files in it."""
    folder = os.path.join(root, LOCAL_RULES)
    try:
        return [folder, *(os.path.join(folder, name) for name in local_rule_names(folder))]
    except OSError:
        return [folder]


def local_rule_names(folder: str) -> list[str]:
    """Return the names of the rule files in a folder of them, sorted. Raises ``OSError``."""
    return sorted(name for name in os.listdir(folder) if os.path.splitext(name)[1] in (".yaml", ".yml"))


def load_rulebook() -> RuleBook:
    """Return the built-in rule book, from its compiled form where there is one for these very files."""

    def compile_all() -> dict[str, Any]:
        from pathlib import Path  # which a run with compiled rules does without

        return compile_folder(Path(rules_folder()))

    return _from_raw(of_tool("rules", compile_all))  # the files, and the primitives they ask for, are the tool's


def compile_folder(folder: Path) -> dict[str, Any]:
    """Read all YAML files below ``folder``. Raises ``RuleError`` for a file that is not a rule or a data file."""
    from owui_lint.primitives import described

    raw: dict[str, Any] = {"rules": [], "data": {}, "primitives": described()}
    for path in sorted(folder.rglob("*.yaml")):
        relative = path.relative_to(folder)
        if len(relative.parts) == 1:
            raw["data"][path.stem] = read_data(path)
        else:
            entry = {key: value for key, value in read_rule(path).items() if key != "examples"}
            family = relative.parts[0]
            if FAMILIES[int(entry["code"][3])] != family:  # readers take it from the code, the tool from the folder
                raise RuleError(f"{path.name}: {entry['code']} is no code of the family {family}")
            raw["rules"].append(_pack_texts({**entry, "family": family, "origin": relative.as_posix()}))
    for key in ("name", "code"):
        seen: dict[str, str] = {}
        for rule in raw["rules"]:
            other = seen.setdefault(rule[key], rule["origin"])
            if other != rule["origin"]:  # the later one would silently take the place of the other
                raise RuleError(f"{rule['origin']}: the {key} {rule[key]} is that of {other}")
    return raw


def read_yaml(path: Path) -> Any:
    """Return the data of one YAML file. Raises ``RuleError`` naming file and line."""
    return _read_with_lines(path)[0]


def read_rule(path: Path) -> dict[str, Any]:
    """Return the data of one built-in rule file. Raises ``RuleError`` naming file and line for what its schema forbids."""
    return _read_by(builtin_rule_schema(), path)


def read_data(path: Path) -> dict[str, Any]:
    """Return the data of one of the tool's data files, by its name. Raises ``RuleError`` naming file and line for what its
    schema forbids, and for a file that nothing reads."""
    from owui_lint.dataschemas import data_schema, undefined_names

    schema = data_schema(path.stem)
    if schema is None:
        raise RuleError(f"{path.name}:1: no data file is called so")
    return _read_by(schema, path, partial(undefined_names, path.stem))


def _read_by(
    schema: Mapping[str, Any], path: Path, more: Callable[[dict[str, Any]], Iterable[Problem]] = lambda data: ()
) -> dict[str, Any]:
    """Return a file's data. Raises ``RuleError`` for what the schema forbids, and for what ``more`` finds beyond it."""
    from owui_lint.schemacheck import problems

    data, lines = _read_with_lines(path)
    problem = next(problems(data, schema), None) or next(iter(more(data)), None)
    if problem is not None:
        at = problem.path
        while at and at not in lines:
            at = at[:-1]
        where = ".".join(str(part) for part in problem.path)
        raise RuleError(f"{path.name}:{lines.get(at, 1)}: {f'{where}: ' if where else ''}{problem.message.en}")
    found: dict[str, Any] = data
    return found


@cache
def builtin_rule_schema() -> Mapping[str, Any]:
    """Return the JSON Schema of built-in rule files, as the primitives of this version take their parameters."""
    from owui_lint.schemas import rule_schema

    return rule_schema(builtin=True)


def _read_with_lines(path: Path) -> tuple[Any, Lines]:
    from owui_lint.yamlfile import YamlError, load_with_lines

    try:
        return load_with_lines(path.read_text(encoding="utf-8"))
    except YamlError as error:
        raise RuleError(f"{path.name}:{error.line}: {error}") from error


def _from_raw(raw: Mapping[str, Any]) -> RuleBook:
    rules = {entry["name"]: rule_from(entry) for entry in raw["rules"]}
    return RuleBook(rules, raw["data"], raw["primitives"])


def rule_from(entry: Mapping[str, Any]) -> Rule:
    """Return the rule that a rule file's data describes (with ``family`` and ``origin`` added)."""
    severity = Severity.parse(entry["severity"])
    profiles = entry["profiles"]
    if isinstance(profiles, list):
        profiles = dict.fromkeys(profiles)
    fix = entry.get("fix")
    return Rule(
        code=entry["code"],
        name=entry["name"],
        family=entry["family"],
        severity=severity,
        profiles={name: Severity.parse(level) if level else None for name, level in profiles.items()},
        standard=tuple(entry.get("standard", ())),
        primitive=entry["primitive"],
        params=entry.get("params", {}),
        requires=tuple(entry.get("requires", ())),
        yields_to=tuple(entry.get("yields-to", ())),
        yields_at=tuple(entry.get("yields-at", ())),
        texts=Texts(entry),
        applicability=fix["applicability"] if fix else None,
        origin=entry["origin"],
        roles=tuple(entry.get("roles", ())),
    )


def _message(data: Mapping[str, str]) -> Message:
    return Message(data["en"].strip(), data["zh"].strip())
