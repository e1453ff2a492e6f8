"""A run from start to report: what the commands of the command line share, without any printing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property

from owui_lint import EXIT_CLEAN, EXIT_FINDINGS, EXIT_INTERNAL, TYPE_CHECKING
from owui_lint.config import Config, load_config
from owui_lint.engine import Engine, Hidden, Progress, Report, decide_profile, in_order, is_asked_for, limit
from owui_lint.errors import UsageError
from owui_lint.finding import Finding, Message, Severity
from owui_lint.language import choose_language, did_you_mean, listed, note_language, noted_language
from owui_lint.primitives import Options
from owui_lint.repository import Plugin, Repository, find_root
from owui_lint.repository.tree import FILES
from owui_lint.rulebook import LOCAL_RULES, Rule, RuleBook, load_rulebook, local_rule_files
from owui_lint.scopes import MESSAGE
from owui_lint.states import is_below, upwards
from owui_lint.text import printable
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    from owui_lint.baseline import AcceptedFinding, BaselineSplit
    from owui_lint.repository.message import MessageFile


class Selection(NamedTuple):
    """What a run is limited to; empty means no limit. ``families``: of the profile's rules, only those of these families,
    and besides them what ``select`` names."""

    families: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    profile: str | None = None


class Session:
    """One repository, opened: configuration, rule book and model. ``limits`` are the paths that are reported;
    ``since`` is the revision that the work tree is compared with.

    ``keep`` lets outcomes be kept between runs, ``jobs`` is the number of processes.
    ``overlays`` stand for files on disk; ``paths``, where given, are all files that the repository is made of.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        config: Config,
        rulebook: RuleBook,
        limits: tuple[str, ...] = (),
        options: Options | None = None,
        baseline: list[AcceptedFinding] | None = None,
        progress: Progress | None = None,
        since: str | None = None,
        keep: bool = False,
        jobs: int = 1,
        overlays: Mapping[str, bytes] | None = None,
        paths: Sequence[str] | None = None,
    ) -> None:
        self._root = os.fspath(root)
        self.config = config
        self.rulebook = rulebook
        self.limits = limits
        self.options: Options = options if options is not None else Options()
        self.baseline = baseline
        self.progress = progress
        self.since = since
        self.keep = keep
        self.jobs = jobs
        self.overlays: Mapping[str, bytes] = overlays if overlays is not None else {}
        self.paths = paths

    @cached_property
    def root(self) -> Path:
        """The root of the repository."""
        from pathlib import Path  # which a check does without: it takes longer to import than the rules to read

        return Path(self._root)

    @cached_property
    def repository(self) -> Repository:
        """The model of the files as they are now. Raises ``UsageError`` where ``since`` cannot be compared with."""
        repository = Repository(
            self._root,
            self.config,
            dict(self.rulebook.data),
            self.paths,
            self.overlays,
            self.keep and not self.overlays,
            self.since,
        )
        _ = repository.comparison  # what it cannot be compared with is told before anything else is done
        return repository

    def reread(self) -> None:
        """Forget the model, after files have been written."""
        self.__dict__.pop("repository", None)

    def imagine(self, files: Mapping[str, bytes]) -> None:
        """Have files, and the links that lead to them, hold other bytes than on disk, besides what was imagined before; the
        model is made anew."""
        if files:
            root = os.path.realpath(self._root)
            real = {os.path.join(root, path): data for path, data in files.items()}
            leads = {path: os.path.realpath(os.path.join(root, path)) for path in self.repository.relevant_paths}
            links = {path: real[target] for path, target in leads.items() if target in real}
            self.overlays = {**self.overlays, **links, **files}
            self.reread()

    @contextmanager
    def imagining(self) -> Iterator[None]:
        """Forget afterwards what was imagined: the model is again the one of before."""
        before, repository = self.overlays, self.repository
        try:
            yield
        finally:
            self.overlays = before
            self.__dict__["repository"] = repository

    def against(self, revision: str) -> Session:
        """Return a session of the same files, compared with a revision; nothing of it is kept between runs."""
        given = self.config, self.rulebook, self.limits, self.options, self.baseline
        return Session(self._root, *given, since=revision, overlays=self.overlays, paths=self.paths)

    @property
    def nothing_here(self) -> Message:
        """What is said where there is no plugin."""
        from owui_lint.repository.absence import why_none

        why = why_none(self.repository)
        return Message(
            f"No OpenWebUI plugin found in {printable(self._root)}: nothing to check. A plugin is a .py file whose "
            'first line is """ and whose docstring has a title.' + (f" {why.en}" if why is not None else ""),
            f'在 {printable(self._root)} 中没有找到 OpenWebUI 插件，没有可检查的内容。插件是第一行为 """、'
            "文档字符串中写有 title 的 .py 文件。" + (why.zh if why is not None else ""),
        )

    def language(self, asked: str | None) -> str:
        """Return the language of the run: the one that was ``asked`` for, the configuration's, else the locale's."""
        return choose_language(asked, self.config["lang"])

    def fails(self, finding: Finding) -> bool:
        """Whether a finding weighs enough to fail a run (``fail-on``)."""
        return finding.severity >= Severity.parse(self.config["fail-on"])

    def exit_code(self, report: Report) -> int:
        """Return the exit code of a run with this report."""
        if report.crashed:
            return EXIT_INTERNAL  # what was not checked is not clean
        return EXIT_FINDINGS if any(map(self.fails, report.findings)) else EXIT_CLEAN

    def profile(self, asked: str | None = None) -> tuple[str, Message]:
        """Return the profile and why it was taken."""
        return decide_profile(self.repository, asked or self.config["profile"])

    def asks(self, role: str) -> bool:
        """Tell whether a check without options asks a rule in this role (one of ``ROLES``)."""
        names = self.rulebook.in_role(role)
        return any(rule.name in names for rule in self._choose(Selection(), self.profile()[0]))

    def wants_all_places(self, profile: str | None = None) -> bool:
        """Tell whether locations that state no version count.

        They do if the profile has a rule that requires every location of a plugin to state its version (``version-missing``,
        in the role ``versions-due``). If it has none, such locations are neither listed nor reported.

        Args:
            profile: The profile to look at; by default, that of the run.

        Returns:
            Whether the profile, without the rules that the configuration ignores, has such a rule.
        """
        names = self.rulebook.in_role("versions-due")
        chosen = self.rulebook.choose(profile or self.profile()[0], (), self.config["ignore"])
        return any(rule.name in names for rule in chosen)

    @property
    def spells_dates(self) -> bool:
        """Whether a check reports how date badges are spelled, too."""
        return self.rulebook.tells("release-day", "spelling", self.profile()[0])

    def source(self, path: str, line: int) -> str:
        """Return a line of a file of the repository; empty where there is none."""
        return self.repository.file(path).shown_line(line)

    @property
    def read_besides(self) -> list[str]:
        """Files that a run reads although they may not be among the repository's listed ones."""
        baseline = self.configured_baseline()
        found = [self.config.file, os.fspath(baseline) if baseline is not None else None, *local_rule_files(self._root)]
        return [path for path in found if path is not None]

    def use_baseline(self, path: str | os.PathLike[str] | None) -> None:
        """Hide the findings of a baseline: the file ``path``, else the one that the configuration names, if any.

        Raises ``UsageError`` where it is missing or damaged.
        """
        configured = None if path else self.configured_baseline()
        if configured is not None and not configured.exists():
            where, name = self.config.where("baseline"), printable(str(self.config["baseline"]))
            raise UsageError(
                f"{where}: {name} does not exist. `owui-lint baseline` writes it.",
                f"{where.replace(': ', '：')}：{name} 不存在，可用 `owui-lint baseline` 生成。",
            )
        path = path or configured
        if path is None:
            self.baseline = None
            return
        from owui_lint.baseline import load  # most runs have none

        self.baseline = load(path)

    def configured_baseline(self) -> Path | None:
        """Return the file that the configuration names as the baseline, or ``None``.

        Raises ``UsageError`` where it lies outside of the repository: a stranger's configuration must not have files
        read or written elsewhere.
        """
        name = self.config["baseline"]
        if not name:
            return None
        path = self.root / str(name)
        if not is_below(path, self.root):
            where = self.config.origins.get("baseline", "")
            raise UsageError(
                f"{where}: baseline: {printable(str(name))} lies outside of the repository.",
                f"{where}：baseline：{printable(str(name))} 在仓库之外。",
            )
        return path

    def plugins(self, selectors: Sequence[str]) -> list[Plugin]:
        """Return the plugins that ``TYPE/NAME`` selectors mean.

        Raises ``UsageError`` where one means none, or several.
        """
        found: dict[str, Plugin] = {}
        for selector in selectors:
            matches = self.repository.select_plugins(selector)
            if len(matches) != 1:
                raise _not_one(selector, matches, self.repository)
            found[matches[0].id] = matches[0]
        return list(found.values())

    def asked_plugins(self) -> list[Plugin]:
        """Return the plugins of which something lies at the paths that the run is limited to: all without a limit."""
        self.repository.pages.link()
        return [
            plugin
            for plugin in self.repository.plugins
            if any(is_asked_for(path, None, self.limits, None) for path in plugin.files)
        ]

    def check(self, selection: Selection) -> Report:
        """Run the rules and return the report. Raises ``UsageError`` where there is no plugin to check, or no rule to ask."""
        repository = self.repository
        if not repository.plugins:
            raise UsageError(*self.nothing_here)
        if self.config.file is not None:
            from owui_lint.confignames import check_names

            check_names(self.config, self.rulebook, repository)
        profile, reason = self.profile(selection.profile)
        rules = self._choose(selection, profile)
        self._refuse_without(rules)
        engine = Engine(
            repository,
            self.rulebook,
            rules,
            profile,
            self.options,
            keep=self.keep and not self.overlays,
            jobs=self.jobs,
            weighing=self._unlimited(selection, profile),
            progress=self.progress,
        )
        found = engine.run()
        day = self._of_named_day(found)
        findings = in_order([*self._since_base(found, rules, profile), *day])
        comparison = repository.comparison
        only = self.plugins(selection.plugins) if selection.plugins else None
        hidden = self._hidden(engine, only)
        if self.baseline is not None:
            from owui_lint.baseline import split_accepted

            # On all findings, before any limit: equal ones are told apart by their number in the file.
            split = split_accepted(findings, self.baseline, self.source, rules, engine.unreported)
            findings, hidden = split.new, self._hiding(hidden, split, selection, only)
        stated, lacking = engine.count_of_locations
        return Report(
            findings=in_order([*limit(findings, self.limits, only), *(one for one in findings if one in day)]),
            files=len(repository.relevant_paths),
            plugins=len(repository.plugins),
            locations=stated + (lacking if self.wants_all_places(profile) else 0),
            crashed=engine.crashed,
            profile=profile,
            profile_reason=reason,
            since=comparison.base.commit if comparison is not None else None,
            hidden=hidden,
            has_baseline=self.baseline is not None or bool(self.config["baseline"]),
            limits=self.limits,
            only=[plugin.id for plugin in only or ()],
            unjudged=self._unjudged(engine, only),
            untold=repository.untold,
            unjudged_links=sorted(repository.unjudged_links),
        )

    def _of_named_day(self, findings: Sequence[Finding]) -> frozenset[Finding]:
        """The findings whose fix sets date badges, where the day that they must show was named: that day is asked for whatever else a
        run is limited to. Raises ``UsageError`` where it is limited to paths at which the badges do not lie."""
        if self.options.release_date is None:
            return frozenset()
        badges = {badge.file.path for badge in self.repository.dates if not badge.generated}
        beside = sorted(path for path in badges if not is_asked_for(path, None, self.limits, None))
        if beside:
            names = listed(printable(path) for path in beside)
            raise UsageError(
                f"--release-date sets the date badges of {names.en}: name these paths too, or none.",
                f"--release-date 设置 {names.zh} 中的日期徽章：请同时指定这些路径，或不指定路径。",
            )
        names_of_rules = self.rulebook.in_role("release-day")
        return frozenset(one for one in findings if one.name in names_of_rules and one.fix is not None)

    def _since_base(self, findings: list[Finding], rules: Sequence[Rule], profile: str) -> list[Finding]:
        """The findings that what changed since the base commit is responsible for; all where there is none."""
        comparison = self.repository.comparison
        if comparison is None:
            return findings
        base = comparison.base

        def of_base(names: set[str]) -> list[Finding]:
            some = [rule for rule in rules if rule.name in names]
            return Engine(base, self.rulebook, some, profile, self.options).run()

        return comparison.responsible(findings, of_base)

    def _hiding(
        self, hidden: Hidden, split: BaselineSplit, selection: Selection, only: Sequence[Plugin] | None
    ) -> Hidden:
        """``hidden`` with what the baseline hides. What is gone from it only a run tells that looks at everything."""
        known = split._replace(known=limit(split.known, self.limits, only))
        is_whole = not (selection.plugins or self.limits) and self.repository.comparison is None
        return hidden._replace(
            baseline=len(known.known),
            baseline_version_errors=known.hidden_version_errors,
            baseline_gone=len(self.no_longer_found(split, selection)) if is_whole else 0,
        )

    def _unjudged(self, engine: Engine, only: Sequence[Plugin] | None) -> list[str]:
        """Return the files that a run could not judge, for a reason that it does not report."""
        asked = {path for path, plugin in engine.unjudged if is_asked_for(path, plugin, self.limits, only)}
        return sorted(asked)

    def _hidden(self, engine: Engine, only: Sequence[Plugin] | None) -> Hidden:
        """Count what a run did not report, but for what the baseline hides. ``only``: the plugins it was limited to."""
        repository, cut_off, no_git, missing, to_come, too_old = self.repository, 0, 0, 0, 0, 0
        no_history = 0
        if engine.reported & self.rulebook.in_role("git-history"):
            if repository.untold:
                from owui_lint.repository.versions.dates import without_history

                no_history = without_history(repository)
            if repository.comparison is None:
                from owui_lint.repository.versions.dates import not_compared, without_git

                cut_off, no_git = not_compared(repository), without_git(repository)
            if self.options.release_date is not None and all(badge.generated for badge in repository.dates):
                missing = max(len(repository.root_documents), 1)
            elif self.options.release_date is not None:
                to_come, too_old = self._days_that_cannot_stand(self.options.release_date)
        has_files = any(is_asked_for(path, None, self.limits, None) for path in repository.relevant_paths)
        return Hidden(
            unjudged=len(self._unjudged(engine, only)),
            suppressed=len(limit(engine.suppressed, self.limits, only)),
            dates_not_compared=cut_off,
            dates_without_git=no_git,
            dates_without_history=no_history,
            files_not_listed=len(repository.listed) if FILES in repository.untold else 0,
            links_unjudged=len(repository.unjudged_links),
            date_badges_missing=missing,
            dates_to_come=to_come,
            dates_too_old=too_old,
            rules_without_since=len(engine.reported)
            if repository.comparison is None and engine.reported <= self.rulebook.in_role("revision")
            else 0,
            paths_without_files=0 if has_files else len(self.limits),
            files_left_out=sum(is_asked_for(path, None, self.limits, None) for path in repository.texts_left_out),
        )

    def _days_that_cannot_stand(self, release: datetime.date) -> tuple[int, int]:
        """Return how many date badges a run without a release day will report for showing this one: still to come, and
        older than the newest change of a version."""
        from owui_lint.repository.versions.dates import DateJudgement

        judgement = DateJudgement(self.repository, self.options.today, None)
        count = len(judgement.own)
        if judgement.is_to_come(release):
            return count, 0
        return 0, count if judgement.outdated(release) is not None else 0

    def _refuse_without(self, rules: Sequence[Rule]) -> None:
        """Raise ``UsageError`` where none of ``rules`` can be asked: a run that looked at nothing must not look clean."""
        if any(self.rulebook.primitive(rule).scope is not MESSAGE for rule in rules):
            return
        if rules:
            names = listed(rule.name for rule in rules)
            raise UsageError(
                f"Nothing to check: {names.en} can only be asked of a commit message, by `owui-lint commit-msg`.",
                f"没有可检查的内容：{names.zh} 只用于检查提交信息，请使用 `owui-lint commit-msg`。",
            )
        written = [self.config.where(name) for name in ("select", "ignore") if self.config.is_written(name)]
        places = listed(Message(place, place.replace(": ", "：")) for place in written)
        raise UsageError(
            "Nothing to check: what is selected is ignored too "
            f"({places.en or '--select, --ignore, or these settings'}), and no rule is left.",
            f"没有可检查的内容：选中的规则又全部被忽略（{places.zh or '--select、--ignore 或配置中的同名设置'}），没有剩下任何规则。",
        )

    def no_longer_found(self, split: BaselineSplit, selection: Selection) -> list[AcceptedFinding]:
        """Of the accepted findings that a run did not have, return those whose rule it asked, or that no rule has; without
        those of addresses that it could not look up."""
        asked = {rule.name for rule in self._choose(selection, self.profile(selection.profile)[0])}
        return [
            entry
            for entry in split.gone
            if (entry.rule in asked and not self._is_of_another_branch(entry)) or entry.rule not in self.rulebook.rules
        ]

    def _is_of_another_branch(self, entry: AcceptedFinding) -> bool:
        """Whether an accepted finding is of an address that only a checkout of its branch can look up."""
        if entry.rule not in self.rulebook.in_role("branch"):
            return False
        from owui_lint.repository.hosted import names_unknown

        return names_unknown(self.repository, entry.path, entry.message)

    def _choose(self, selection: Selection, profile: str) -> list[Rule]:
        ignore = self.config["ignore"]
        if not selection.families:
            return self.rulebook.choose(profile, selection.select or self.config["select"], ignore)
        ours = [rule for rule in self.rulebook.choose(profile, (), ignore) if rule.family in selection.families]
        named = self.rulebook.choose(profile, selection.select, ignore) if selection.select else []
        return sorted({rule.name: rule for rule in (*ours, *named)}.values(), key=lambda rule: rule.code)

    def _unlimited(self, selection: Selection, profile: str) -> list[Rule]:
        """The rules of a run without ``--select``: what they weigh a fault at holds for a run with it as well."""
        is_limited = selection.select or selection.families
        return self.rulebook.choose(profile, self.config["select"], self.config["ignore"]) if is_limited else []

    def check_message(self, file: MessageFile, selection: Selection) -> Report:
        """Run the rules for commit messages on one and return the report. Messages that git wrote have no findings."""
        from owui_lint.repository.message import CommitMessage

        repository = self.repository
        repository.message = CommitMessage(file, repository.git.comment_mark())
        repository.add(file)
        profile, reason = self.profile(selection.profile)
        chosen = self.rulebook.choose(profile, selection.select or self.config["select"], self.config["ignore"])
        rules = [rule for rule in chosen if self.rulebook.primitive(rule).scope is MESSAGE]
        engine = Engine(repository, self.rulebook, rules, profile, self.options)
        findings = engine.run()
        return Report(findings, 1, profile, reason, crashed=engine.crashed)


def _not_one(selector: str, matches: list[Plugin], repository: Repository) -> UsageError:
    shown = printable(selector)
    if matches:
        names = listed(printable(plugin.id) for plugin in matches)
        return UsageError(
            f"{shown!r} could be {names.en}: say which.", f"{shown!r} 可能是 {names.zh}，请写明是哪一个。"
        )
    from owui_lint.text import nearest

    near = nearest(
        selector, {plugin.id for plugin in repository.plugins} | {plugin.name for plugin in repository.plugins}
    )
    hint = did_you_mean(printable(near) if near is not None else None)
    return UsageError(
        f"No plugin is called {shown!r}.{hint.en} See `owui-lint plugins`.",
        f"没有名为 {shown!r} 的插件。{hint.zh}请查看 `owui-lint plugins`。",
    )


def open_session(
    paths: Sequence[str] = (),
    options: Options | None = None,
    *,
    whole: bool = False,
    since: str | None = None,
    keep: bool = False,
    jobs: int = 1,
    overlays: Mapping[str, bytes] | None = None,
    files: Sequence[str] | None = None,
) -> Session:
    """Open the repository that ``paths`` (or the current folder) lie in; ``whole``: all of it is reported, not only what lies
    there. ``files``, where given, are all that it is made of; the others are those of ``Session``.

    Raises ``UsageError`` for a path that does not exist, paths in different repositories, and bad configuration.
    """
    given = list(paths) or [os.getcwd()]
    roots: dict[str, None] = {}
    for path in given:
        if not os.path.exists(path):
            shown = printable(path)
            raise UsageError(f"{shown} does not exist.", f"{shown} 不存在。")
        folder = path if os.path.isdir(path) else os.path.dirname(path)
        roots[find_root(folder)] = None
    if len(roots) > 1:
        names = listed(printable(root) for root in roots)
        raise UsageError(
            f"The paths lie in different repositories: {names.en}.", f"这些路径属于不同的仓库：{names.zh}。"
        )
    root = next(iter(roots))
    config = load_config(root)
    note_language(config["lang"])
    limits: list[str] = []
    for path in given if paths and not whole else ():
        relative = os.path.relpath(os.path.realpath(path), root).replace(os.sep, "/")
        if relative == ".":
            limits = []
            break
        limits.append(relative)
    return Session(
        root,
        config,
        _with_own_rules(load_rulebook(), root),
        tuple(limits),
        options,
        since=since,
        keep=keep,
        jobs=jobs,
        overlays=overlays,
        paths=files,
    )


def language_of_run(asked: str | None) -> str:
    """Return the language of a run that opens no repository, or has not come as far: the one that was ``asked`` for, that of
    the configuration that was read or applies in the current folder, else the locale's."""
    configured = noted_language()
    if asked is None and configured is None:
        with suppress(UsageError, OSError):  # what is wrong with it is told where it is needed
            configured = load_config(find_root(os.getcwd()))["lang"]
    return choose_language(asked, configured)


def open_whole(path: str | os.PathLike[str] | None) -> Session:
    """Open the repository that ``path`` (or the current folder) lies in, and all of it. Raises as ``open_session`` does."""
    return open_session([os.fspath(path)] if path is not None else (), whole=True)


def open_rulebook() -> RuleBook:
    """Return the rules that apply in the current folder: the tool's, and the repository's own.

    Raises ``UsageError`` for own rules that cannot be used.
    """
    book = load_rulebook()
    # Asking git for the root costs more than all the rest of listing rules; without such a folder there is no need.
    here = os.getcwd()
    if not any(os.path.isdir(os.path.join(folder, LOCAL_RULES)) for folder in upwards(here)):
        return book
    return _with_own_rules(book, find_root(here))


def _with_own_rules(book: RuleBook, root: str) -> RuleBook:
    if not os.path.isdir(os.path.join(root, LOCAL_RULES)):
        return book
    from owui_lint.localrules import with_local_rules  # few repositories have any

    return with_local_rules(book, root)


def fixable(findings: Sequence[Finding], *, unsafe: bool) -> list[Finding]:
    """Return the findings whose fix may be applied."""
    return [finding for finding in findings if finding.fix and (unsafe or finding.fix.applicability == "safe")]
