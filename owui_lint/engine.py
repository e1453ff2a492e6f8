"""The engine: which rules run on which subjects, and what of their findings is reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from types import MappingProxyType

from owui_lint import TYPE_CHECKING
from owui_lint.finding import CRASH_CODE, CRASH_FAMILY, CRASH_NAME, LOCAL_FAMILY, Finding, Fix, Message, Place, Severity
from owui_lint.primitives import Context, Options, Primitive, RuleStopped
from owui_lint.repository import Document, Plugin, Repository, matches_any
from owui_lint.rulebook import Rule, RuleBook
from owui_lint.scopes import SUPPRESSIONS
from owui_lint.suppressions import Suppressions
from owui_lint.tuples import NamedTuple
from owui_lint.units import Crash, FailedElsewhere, Units, told_by
from owui_lint.wording import WordedHit, fill_both

if TYPE_CHECKING:
    from typing import Any

    from owui_lint.scopes import Key, RuleScope
    from owui_lint.units import Unit

Line = tuple[str, int]
"""A path and the number of a line."""

Progress = Callable[[int, int, str], None]
"""Told before each plugin or rule: how many are done, how many there are, and the next one's name."""


class Hidden(NamedTuple):
    """How much is not among the findings of a report."""

    #: Files that could not be judged, for a reason that is not reported.
    unjudged: int = 0
    #: Findings that comments hide.
    suppressed: int = 0
    #: Findings in the baseline, and how many of these say that a release is inconsistent.
    baseline: int = 0
    baseline_version_errors: int = 0
    #: Entries of the baseline that no finding matches any more.
    baseline_gone: int = 0
    #: Date badges that were not compared with git's history, which is cut off.
    dates_not_compared: int = 0
    #: Root READMEs, where none of them has a date badge that the release day asked for could be set on.
    date_badges_missing: int = 0
    #: Date badges, where the release day asked for is still to come, or older than the newest change of a version: a run that
    #: asks for no day will report them.
    dates_to_come: int = 0
    dates_too_old: int = 0
    #: Date badges that were not compared with it, for want of a git to read it.
    dates_without_git: int = 0
    #: Date badges that were not compared with it, as git could not read it.
    dates_without_history: int = 0
    #: Files that were looked at although git may ignore them: it could not list the work tree.
    files_not_listed: int = 0
    #: Linked paths of which git could not tell in time whether it ignores them, so that links to them were not judged.
    links_unjudged: int = 0
    #: Rules that had nothing to compare with, where no other one was asked.
    rules_without_since: int = 0
    #: Paths that the run was limited to, where no file that is checked lies at any of them.
    paths_without_files: int = 0
    #: Texts that git has and a sparse checkout left out.
    files_left_out: int = 0

    def to_json(self) -> dict[str, int]:
        """Return what is not 0, by its name in the summary."""
        return {name.replace("_", "-"): count for name, count in zip(self._fields, self, strict=True) if count}


class Report(NamedTuple):
    """What came of a run."""

    findings: list[Finding]
    files: int
    profile: str
    profile_reason: Message
    plugins: int = 0
    locations: int = 0
    #: A rule failed, so the findings are not complete (exit code 3).
    crashed: bool = False
    #: The commit since which changes are answerable for the findings, where not all are reported.
    since: str | None = None
    #: What is not among the findings.
    hidden: Hidden = Hidden()
    #: Whether the repository has a baseline, so that a run may not show what another one finds.
    has_baseline: bool = False
    #: The paths and the plugins that findings are reported of, where not of all; with both, of what lies there and is theirs.
    limits: Sequence[str] = ()
    only: Sequence[str] = ()
    #: The files that could not be judged, for a reason that is not reported.
    unjudged: Sequence[str] = ()
    #: Why git could not tell what it was asked, and the paths that it could not judge (see ``Tree``).
    untold: Mapping[str, Message] = MappingProxyType({})
    unjudged_links: Sequence[str] = ()

    def count_of(self, severity: Severity) -> int:
        """Return the number of findings of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def is_limited(self) -> bool:
        """Whether not all findings are reported, by where they are or whose."""
        return bool(self.limits or self.only)

    @property
    def fixable(self) -> int:
        """The number of findings that a fix is known for."""
        return sum(finding.fix is not None for finding in self.findings)

    def worst(self) -> Severity | None:
        """Return the highest severity among the findings."""
        return max((finding.severity for finding in self.findings), default=None)

    def to_json(self, lang: str) -> dict[str, Any]:
        """Return the report as the JSON contract has it."""
        return {
            "schema": 1,
            "findings": [finding.to_json(lang) for finding in self.findings],
            "summary": {
                "files": self.files,
                "plugins": self.plugins,
                "locations": self.locations,
                "errors": self.count_of(Severity.ERROR),
                "warnings": self.count_of(Severity.WARNING),
                "infos": self.count_of(Severity.INFO),
                "fixable": self.fixable,
                **({"hidden": self.hidden.to_json()} if any(self.hidden) else {}),
            },
        }


def decide_profile(repository: Repository, asked: str | None) -> tuple[str, Message]:
    """Return the profile of a run, and why it was taken; with the option for the other one where the tool chose."""
    if asked:
        origin = repository.config.origins.get("profile", "--profile")
        return asked, Message(f"chosen by {origin}", f"由 {origin} 指定")
    reason = repository.looks_bilingual
    if reason:
        return "standard", Message(
            f"{reason[0]} (for the general rules only: --profile openwebui)",
            f"{reason[1]}；如只需通用规则，请加 --profile openwebui",
        )
    if repository.is_standard_layout:
        readme, docs = repository.config["readme-zh"], repository.docs_dir
        if docs in repository.folders:
            docs += "/{type}"
        missing = Message(f"no {readme} and no {docs}/", f"没有 {readme}，也没有 {docs}/")
    else:
        folder = f"{repository.plugins_dir}/{{type}}/"
        missing = Message(f"no plugins in {folder}", f"{folder} 中没有插件")
    return "openwebui", Message(
        f"{missing.en} (for the bilingual standard: --profile standard)",
        f"{missing.zh}；如需检查双语规范，请加 --profile standard",
    )


class _Heard:
    """What a rule has found in a line, and how severe the worst of it is."""

    __slots__ = ("findings", "weight")

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.weight = min(Severity)


class Engine:
    """Runs rules over a repository."""

    def __init__(
        self,
        repository: Repository,
        rulebook: RuleBook,
        rules: Sequence[Rule],
        profile: str,
        options: Options,
        *,
        keep: bool = False,
        jobs: int = 1,
        weighing: Iterable[Rule] = (),
        progress: Progress | None = None,
    ) -> None:
        """``keep``: use and keep outcomes between runs (``units``); ``jobs``: processes to spread work over; ``weighing``:
        the rules of a run that nobody limited, which say how severe a fault is also where others are reported only."""
        self.repository: Repository = repository
        self.rulebook = rulebook
        self.reported = {rule.name for rule in rules}
        yielding = [
            rule for rule in weighing if rule.name not in self.reported and not self.reported.isdisjoint(rule.yields_at)
        ]
        self._weighing = {rule.name for rule in yielding}
        self._unlimited = {rule.name for rule in weighing} if yielding else set()
        self.rules = rulebook.closure(rules, yielding)
        self.suppressed: list[Finding] = []
        self.unreported: list[Finding] = []
        self.unjudged: set[tuple[str, str | None]] = set()
        self.progress = progress
        self.profile = profile
        self.context = Context(repository, options)
        self.units = Units(repository, self.context, keep=keep, jobs=jobs)
        self.crashed = False
        self._judges_comments = False
        self._out_of_sight: dict[str, bool] = {}
        # What each rule has found so far, so that a rule is not asked where one that it requires already spoke; and where
        # one could not be asked, which silences rules that require it, but has said nothing in place of any other.
        self._spoken: dict[str, set[Key]] = defaultdict(set)
        self._unasked: dict[str, set[Key]] = defaultdict(set)
        # What rules that others yield to at single lines have found in a line of a file, and which of these findings are
        # to be more severe, for one that yielded and would have been.
        self._yielded_at = {name for rule in self.rules for name in rule.yields_at}
        self._lines: dict[str, dict[Line, _Heard]] = defaultdict(dict)
        self._raised: dict[Finding, Severity] = {}
        self._subjects_by_scope: dict[str, list[tuple[Any, list[Key]]]] = {}

    @cached_property
    def count_of_locations(self) -> tuple[int, int]:
        """How many version locations the repository has: statements, and places that lack one."""
        counts = [
            self.units.kept_for(plugin, "locations", partial(self._count, plugin)) for plugin in self.repository.plugins
        ]
        return sum(stated for stated, _ in counts), sum(lacking for _, lacking in counts)

    def _count(self, plugin: Plugin) -> tuple[int, int]:
        locations = self.repository.locations_in_sight(plugin)
        lacking = sum(location.is_lacking for location in locations)
        return sum(max(len(location.statements), 1) for location in locations) - lacking, lacking

    @cached_property
    def suppressions(self) -> Suppressions:
        """The comments of the repository that suppress findings."""
        repository = self.repository
        means = lru_cache(maxsize=None)(self.rulebook.names_of)
        files = (repository.file(path) for path in repository.relevant_paths)
        return Suppressions(files, means, self.rulebook.selectors)

    def run(self) -> list[Finding]:
        """Return the findings of the chosen rules, sorted. A rule that fails gives a finding of its own.

        Findings that a comment hides are in ``suppressed`` afterwards, those of rules that ran for others in
        ``unreported``. In ``unjudged`` are paths and plugins that a rule
        could not be asked about, for a reason that this run does not report. Whether a comment hides anything must not depend
        on what else a run selects: rules that only a comment names run too, unreported, when such comments are judged.
        """
        primitive = self.rulebook.primitive
        late = [rule for rule in self.rules if primitive(rule).scope is SUPPRESSIONS]
        rules = [rule for rule in self.rules if rule not in late]
        self._prefetch(rules)
        self._judges_comments = bool(late)
        if late:
            for name in self.rulebook.in_role("circumstances"):
                self.suppressions.unjudged[name].add(None)
            for name in self.rulebook.in_role("branch") & self.suppressions.rules:
                self.suppressions.unjudged[name].update(
                    path for path in self.suppressions.by_path if self._has_unknown(path)
                )
            named = [self.rulebook.rules[name] for name in self.suppressions.rules]
            chosen = {rule.name for rule in rules}
            rules += [
                rule
                for rule in self.rulebook.closure(named)
                if rule.name not in chosen and primitive(rule).scope is not SUPPRESSIONS
            ]
        findings: list[Finding] = []
        for number, rule in enumerate(rules):
            if self.progress is not None:
                self.progress(number, len(rules), rule.name)
            findings += self._run_rule(rule, primitive(rule))
        if self._raised:
            findings = [
                finding.at(self._raised.get(finding, finding.severity)) if finding.name in self._yielded_at else finding
                for finding in findings
            ]
        findings, hidden = self.suppressions.apply(in_order(findings))
        self.suppressed = [finding for finding in hidden if finding.name in self.reported]
        found_late = [finding for rule in late for finding in self._run_rule(rule, primitive(rule))]
        if found_late:
            findings = in_order([*findings, *found_late])
        if self.units.keep:
            _ = self.count_of_locations  # what a report will ask for, so that it is kept as well
        self.units.save()
        self.unreported = [finding for finding in findings if finding.name not in self.reported]
        ignores: Mapping[str, list[str]] = self.repository.config["per-path-ignores"]
        return [
            finding
            for finding in findings
            if (finding.name in self.reported or finding.name == CRASH_NAME)
            and not (ignores and self._is_ignored(finding, ignores))
        ]

    def _has_unknown(self, path: str) -> bool:
        """Whether a file has addresses that only a checkout of another branch could look up."""
        from owui_lint.repository.hosted import has_unknown

        return has_unknown(self.repository, path)

    def _prefetch(self, rules: Sequence[Rule]) -> None:
        asked = [(rule, self.rulebook.primitive(rule)) for rule in rules]

        def meanwhile() -> Iterator[Unit]:
            _ = self.suppressions  # read at the end, made while others are at work
            for rule, primitive in asked:
                if primitive.reads_of_all:
                    for subject, _keys in self._subjects(primitive.scope):
                        if not self.units.is_known(rule, primitive, subject):
                            yield rule, primitive, subject

        # A rule of the repository's own may have to be stopped: that is told once, by this process.
        apart = [
            (rule, primitive) for rule, primitive in asked if not primitive.reads_of_all and rule.family != LOCAL_FAMILY
        ]
        self.units.prefetch(apart, meanwhile, self.progress)

    def _is_ignored(self, finding: Finding, ignores: Mapping[str, list[str]]) -> bool:
        rule = self.rulebook.rules.get(finding.name)
        return rule is not None and any(
            matches_any(finding.path, [pattern]) and any(rule.is_selected_by(selector) for selector in selectors)
            for pattern, selectors in ignores.items()
        )

    def _run_rule(self, rule: Rule, primitive: Primitive) -> list[Finding]:
        findings: list[Finding] = []
        # Two reasons to be silent. What a rule requires makes it impossible to judge (nothing can be said of the valves of
        # a file that is no Python), so it always silences; where it is not reported either, the run says at least that
        # something was not judged. What a rule yields to is the same fault seen better: somebody has to name it, so it
        # silences only where it is reported.
        before = [(name, self._spoken[name] | self._unasked[name]) for name in rule.requires]
        audible = self._unlimited if rule.name in self._weighing else self.reported
        before += [(name, self._spoken[name]) for name in rule.yields_to if name in audible]
        spoken = [(name, places) for name, places in before if places]
        # Whether a comment is needed nobody can tell of a plugin whose code could not be read, whoever reports that.
        is_late = primitive.scope is SUPPRESSIONS
        named = [places for name, places in spoken if is_late or name in self.reported]
        ask = self.units.asking(rule, primitive)
        for subject, keys in self._subjects(primitive.scope):
            if spoken and primitive.reads == "code":  # whatever is wrong with a page
                keys = [key for key in keys if key[0] != "within"]
            silencing = [name for name, places in spoken if not places.isdisjoint(keys)] if spoken else ()
            if silencing:
                self.units.pass_over(rule, primitive, subject)
                self._pass_on(rule, keys)
                self._leave_comments(rule, subject)
                if rule.name in self.reported and not any(name in self.reported for name in silencing):
                    self.unjudged.add((subject.path, _plugin_of(subject)))
                continue
            outcome = ask(subject)
            if isinstance(outcome, Crash):
                self.crashed = True
                self._leave_comments(rule, subject)
                findings.append(_crash(rule, subject, outcome.error))
                continue
            for told in outcome:
                if self._is_out_of_sight(told.place.path):
                    continue
                # A subject of several files is not skipped as a whole, only where a rule that is reported has named the
                # file already; one that only ran for others has not.
                speaks_in = rule.cases[told.case].profiles
                is_named = any(
                    ("path", told.place.path) in places or (is_late and ("plugin", told.plugin) in places)
                    for places in named
                )
                if is_named or (speaks_in is not None and self.profile not in speaks_in):
                    if self._judges_comments:  # a comment is needed where another run would speak
                        self.suppressions.hides(self._finding(rule, subject, told))
                    continue
                finding = self._finding(rule, subject, told)
                self._remember(rule, finding)
                if rule.yields_at and self._is_told_better(rule, finding):
                    continue
                if rule.name in self._yielded_at:
                    self._note_line(rule, finding)
                findings.append(finding)
        return findings

    def _is_out_of_sight(self, path: str) -> bool:
        """Whether what is said of a path is that nothing is there, although that is not known."""
        found = self._out_of_sight.get(path)
        if found is None:
            is_path = path != "." and self.repository.message is None
            found = self._out_of_sight[path] = is_path and self.repository.is_out_of_sight(path)
        return found

    def _leave_comments(self, rule: Rule, subject: Any) -> None:
        """Have nobody say of a rule that could not be asked about a subject that comments hide nothing of it there."""
        if not self._judges_comments:
            return
        unjudged = self.suppressions.unjudged[rule.name]
        if isinstance(subject, Document):
            unjudged.add(subject.path)
        elif isinstance(subject, Plugin):
            owner_id = self.repository.owner_id
            unjudged.update(path for path in self.suppressions.by_path if owner_id(path) == subject.id)
        else:
            unjudged.add(None)

    def _subjects(self, scope: RuleScope) -> list[tuple[Any, list[Key]]]:
        """The subjects of a scope, each with its keys."""
        found = self._subjects_by_scope.get(scope.name)
        if found is None:
            subjects = [self.suppressions] if scope is SUPPRESSIONS else scope.subjects(self.repository)
            found = [(subject, scope.keys(subject)) for subject in subjects]
            self._subjects_by_scope[scope.name] = found
        return found

    def _is_hidden(self, finding: Finding) -> bool:
        """Whether nobody will see a finding: a comment or the configuration hides it."""
        ignores: Mapping[str, list[str]] = self.repository.config["per-path-ignores"]
        return bool(ignores and self._is_ignored(finding, ignores)) or self.suppressions.hides(finding)

    def _is_told_better(self, rule: Rule, finding: Finding) -> bool:
        """Whether a rule that this one yields to at single lines has spoken of the finding's. It is one fault, which weighs
        what it weighs to the stricter of them. What nobody would see says nothing of that, and leaves its fault to nobody."""
        line = (finding.path, finding.place.span.line)
        better = [self._lines[name][line] for name in rule.yields_at if line in self._lines[name]]
        if not better or self._is_hidden(finding):
            return False
        is_weighed = rule.name in self.reported or rule.name in self._weighing
        if is_weighed and all(heard.weight < finding.severity for heard in better):
            for heard in better:
                heard.weight = finding.severity
                self._raised.update(dict.fromkeys(heard.findings, finding.severity))
        return True

    def _note_line(self, rule: Rule, finding: Finding) -> None:
        """Note of a rule that others yield to where it was heard."""
        if rule.name in self.reported and not self._is_hidden(finding):
            span, lines = finding.place.span, self._lines[rule.name]
            for number in range(span.line, span.end_line + 1):
                heard = lines.setdefault((finding.path, number), _Heard())
                heard.findings.append(finding)
                heard.weight = max(heard.weight, finding.severity)

    def _remember(self, rule: Rule, finding: Finding) -> None:
        path = finding.path
        spoken = self._spoken[rule.name]
        spoken.add(("path", path))
        plugin = self.repository.plugin_by_id.get(finding.plugin) if finding.plugin else None
        if plugin is not None:
            # What is wrong with the code concerns all of the plugin, with a copy of it what is asked of code, and with a
            # page only that page and what is asked of all that belongs to the plugin.
            is_copy = any(path == copy.path for copy in plugin.copies)
            spoken.add(("plugin" if path == plugin.path else "code" if is_copy else "within", plugin.id))

    def _pass_on(self, rule: Rule, keys: Iterable[Key]) -> None:
        """Record that a rule was skipped, so that the rules that require it are skipped too.

        A rule is skipped on a subject if a rule that it requires found something there, or was itself skipped there. What
        was found only within a plugin (on one of its pages) does not count.

        Args:
            rule: The rule that was skipped.
            keys: The subject's keys, by which rules silence each other there (``scopes.py``).
        """
        for name in rule.requires:
            reasons = self._spoken[name] | self._unasked[name]
            self._unasked[rule.name].update(key for key in keys if key[0] != "within" and key in reasons)

    def _finding(self, rule: Rule, subject: Any, told: WordedHit) -> Finding:
        case = rule.cases.get(told.case) or rule.cases["default"]
        fix = Fix(rule.applicability or "unsafe", told.fix, told.edits) if told.fix is not None else None
        return Finding(
            code=rule.code,
            name=rule.name,
            severity=rule.severity_of(case, self.profile),
            place=told.place,
            message=told.message,
            plugin=told.plugin or _plugin_of(subject),
            standard=(*rule.standard, *case.standard),
            related=told.related,
            fix=fix,
            identity=told.identity,
            family=rule.family,
        )


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings sorted, each once; two that differ in anything, be it only in what is related, are two."""
    return sorted(dict.fromkeys(findings), key=lambda finding: finding.sort_key)


def _plugin_of(subject: Any) -> str | None:
    if isinstance(subject, Plugin):
        return subject.id
    if isinstance(subject, Document) and subject.plugin is not None:
        return subject.plugin.id
    return None


def _crash(rule: Rule, subject: Any, error: Exception) -> Finding:
    path = subject.path if isinstance(subject, Plugin | Document) else "."
    message = Message(
        f"The rule {rule.name} failed here ({{what}}). The other rules ran. Please report this.",
        f"规则 {rule.name} 在此处执行失败（{{what}}）。其他规则已正常执行，请反馈此问题。",
    )
    what: object = str(error) if isinstance(error, FailedElsewhere) else told_by(error)
    if isinstance(error, RuleStopped):
        message = Message(
            f"The rule {rule.name} was stopped: {{what}}. The other rules ran.",
            f"规则 {rule.name} 被中止：{{what}}。其他规则已正常执行。",
        )
        what = error.message
    return Finding(
        code=CRASH_CODE,
        name=CRASH_NAME,
        severity=Severity.ERROR,
        place=Place(path),
        message=fill_both(message, {"what": what}),
        plugin=_plugin_of(subject),
        family=CRASH_FAMILY,
    )


def limit(findings: Iterable[Finding], paths: Sequence[str], plugins: Sequence[Plugin] | None) -> list[Finding]:
    """Return the findings to report: those in ``paths`` (all where empty), of ``plugins`` (all for ``None``)."""
    return [finding for finding in findings if is_asked_for(finding.path, finding.plugin, paths, plugins)]


def is_asked_for(path: str, plugin: str | None, paths: Sequence[str], plugins: Sequence[Plugin] | None) -> bool:
    """Tell whether a run that is limited to ``paths`` and ``plugins`` speaks of a path that belongs to ``plugin``."""
    return (not paths or path == "." or any(path == limit or path.startswith(limit + "/") for limit in paths)) and (
        plugins is None or any(plugin == chosen.id for chosen in plugins)
    )
