"""What the names of folders and files say of what lies there: put aside, no part of what is delivered, a part of the
documentation, no plugin. The one vocabulary for it; what the code says is no matter here.
"""

from __future__ import annotations

import re

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.tree import stem_of

if TYPE_CHECKING:
    from owui_lint.repository.plugin import Plugin

# Names of folders, as parts of expressions.
_FORMER = "old|legacy|archived?|archives|attic|backups?|deprecated|obsolete|outdated|previous"
_TRIALS = "tests?|fixtures|testdata|examples?|samples?"
_FOR_AUTHORS = r"\.[^/]+|docs?|scripts|templates?|__pycache__"
_VERSIONS = r"v?\d[\w.-]{0,40}|versions?|releases?"  # a date is a version, too
# Folders of pages about old versions, as site generators and people name them; with what they are folders of behind it.
_FORMER_PAGES = (
    rf"[._-]{{0,3}}(?:{_FORMER}|older|past|former|retired)(?:[-_ ]?(?:docs?|documentation|pages?|versions?|releases?|v?\d[\w.-]{{0,40}}))?"
    r"|versioned[-_]?(?:docs?|pages?)|(?:versions?|releases?)[-_ ]?v?\d[\w.-]{0,40}|v?\d{1,4}(?:\.[\dx]{1,9}){1,3}|snapshots?"
    r"|[\w.-]{0,20}(?:旧版|旧文档|历史版本|历史文档|归档|存档|废弃|弃用)[\w.-]{0,20}"
)
_HISTORIES = "release[-_ ]?notes|change[-_ ]?logs?|changes|history|news|blog|migrations?"
_CHAPTERS = "apis?|references?|drafts?|snippets|includes"
# What is true of the day on which it was written, or is about how something was or will be made.
_OF_A_DAY = (
    "posts?|articles?|announcements?|announcing|newsletters?|press|talks?|adrs?|decisions?|rfcs?|proposals?|specs?"
    "|specifications?|designs?|plans?|planning|roadmaps?|meetings?|minutes|post[-_ ]?mortems?|retrospectives?|reports?"
    "|reviews?|audits?"
)
_OF_A_DAY_CHINESE = "博客|公告|文章|周报|提案|设计|决策|规格|规划|计划|路线图|会议|纪要|复盘|报告|评审"

_PUT_ASIDE = lazy_pattern(rf"(?:^|/)(?:{_FORMER}|{_TRIALS})/", re.IGNORECASE)
_NO_PART = lazy_pattern(
    rf"(?:^|/)(?:{_FORMER}|{_TRIALS}|{_FOR_AUTHORS})/|^(?:setup|conftest|noxfile|tasks)\.py$", re.IGNORECASE
)
_OF_OLD = lazy_pattern(rf"(?:^|/)({_FORMER_PAGES})/", re.IGNORECASE)
_CHAPTER = lazy_pattern(rf"(?:^|/)(?:{_VERSIONS}|{_HISTORIES}|{_CHAPTERS})(?=/|$)", re.IGNORECASE)
_DATED = lazy_pattern(
    rf"(?:^|[/_. -])(?:{_OF_A_DAY})(?=[/_. -]|$)|{_OF_A_DAY_CHINESE}"
    r"|(?<!\d)(?:19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d(?!\d)",
    re.IGNORECASE,
)
# What authors run, by its name in the root: it builds, installs, publishes or shows what is delivered.
_RUN = (
    "build|release|bump|install|uninstall|deploy|publish|upload|package|demo|example|sample|bench|benchmark|generate|gen"
    "|make|lint|format|check|update|sync|fabfile|dodo"
)
_ON_WHAT = "version|versions|release|releases|docs|readme|readmes|plugin|plugins|all|dist|usage|changelog"
_FOR_AUTHORS_ONLY = lazy_pattern(
    rf"^(?:tools|bench(?:marks?)?|ci|demos?|dev)/|^(?:{_RUN})(?:[_-](?:{_ON_WHAT}))?\.[a-z]+$", re.IGNORECASE
)
# Code that other code is made of, and what is not finished: as the name of a folder, or as a word in that of a module.
_FOR_OTHERS = lazy_pattern(
    r"(?:^|[/_ .-])(?:(?:abstract|base|common|core|shared|utils?|helpers?|libs?|mixins?|vendor(?:ed)?|third[_-]party|internal"
    r"|mocks?|fakes?|stubs?|dummy|demos?|skeleton|boilerplate|scaffold|snippets|drafts?|wip|experiments?|playground"
    rf"|sandbox|builds?|notebooks?|copy|bak|orig(?:inal)?|{_FORMER}|{_TRIALS})(?=[_/ (.-]))"
    # At the end they say it, too; at the start of a name they may be the name of what it is for.
    r"|(?:^|[/_ .-])(?:dev|debug|min|impl|local|tmp|temp|scratch)(?:/|\.py$)|(?:^|/)_[^/]*\.py$|\(\d{1,3}\)\.py$",
    re.IGNORECASE,
)
# What OpenWebUI accepts is decided by content; these names of modules say that they are not meant to be one (A7).
_TEST = r"^tests?_|_tests?$|^tests?$|^conftest$"
_IS_TEST = lazy_pattern(_TEST, re.IGNORECASE)
_NOT_A_PLUGIN = lazy_pattern(rf"(?:^|_)templates?(?:_|$)|{_TEST}|^__init__$", re.IGNORECASE)


def folder_put_aside(path: str) -> str | None:
    """Return the folder that says of what lies in it that it is not the plugin itself, or ``None``: what it was once
    (``old``), what tests it (``tests``), what shows how it could be (``examples``)."""
    found = _PUT_ASIDE.search(path)
    return path[: found.end() - 1] if found is not None else None


def without_put_aside(plugins: list[Plugin]) -> list[Plugin]:
    """Return plugins without those that were put aside; all of them where there are no others."""
    return [plugin for plugin in plugins if folder_put_aside(plugin.path) is None] or plugins


def is_no_part(path: str) -> bool:
    """Tell whether a file is no part of what a repository delivers: put aside, or for its authors (``scripts``, ``docs``,
    ``templates``, hidden folders)."""
    return _NO_PART.search(path) is not None


def folder_of_old(path: str) -> str | None:
    """Return the name of the folder that says of a page, by its path below the documentation folder, that it is one of an old
    version, or ``None``."""
    found = _OF_OLD.search(path)
    return found[1] if found is not None else None


def is_for_authors(path: str) -> bool:
    """Tell whether code, by its name, is for the authors of what lies beside it: no part of what is delivered, a test, or
    in the root what they run. A plugin may be called so; what is none says nothing of another program there."""
    return is_no_part(path) or is_test(path) or _FOR_AUTHORS_ONLY.search(path) is not None


def is_for_others(path: str) -> bool:
    """Tell whether a module, by its name and its folders, is there for other code (``base.py``, ``lib/``), or not finished."""
    return is_no_part(path) or _FOR_OTHERS.search(path) is not None


def is_test(path: str) -> bool:
    """Tell whether a Python file holds tests, by its name."""
    return _IS_TEST.search(stem_of(path)) is not None


def is_chapter(path: str) -> bool:
    """Tell whether a page, by its path below the documentation folder, is no plugin's: one of an old version, or a history,
    a reference, or another part of the documentation."""
    return (
        any(asked(path) is not None for asked in (folder_of_old, folder_put_aside))
        or _CHAPTER.search(path.removesuffix(".md")) is not None
    )


def dated_parts(path: str) -> list[str]:
    """Return the names of folders, and of the page itself, that say of a page by its path below the documentation folder
    that it is of a day (an announcement, a decision, a proposal): what it states was true then. A plugin may be called so.
    """
    path = path.removesuffix(".md")
    return [part for part in path.split("/") if _DATED.search(part)] if _DATED.search(path) else []


def is_candidate(path: str) -> bool:
    """Tell whether a path could be a plugin by its name: a Python file that is no template, test or package file."""
    stem = stem_of(path)
    return path.endswith(".py") and stem != ".py" and not _NOT_A_PLUGIN.search(stem)


def may_be_called_test(rest: str) -> bool:
    """Tell whether a path below a folder of a type is that of a plugin whose name reads like that of a test: ``ab_test/ab_test.py``
    in a folder of its own, of which the file's content has to say that it is a plugin."""
    folder, _, name = rest.rpartition("/")
    return bool(folder) and f"{folder}.py" == name and is_test(rest) and folder_put_aside(rest) is None


def is_acceptable(path: str) -> bool:
    """Tell whether a Python file that OpenWebUI would accept could be a plugin, wherever it lies: one that is no template.

    Without folders of types nothing says that what is called ``filtertemplate.py`` is a plugin all the same.
    """
    return path.endswith(".py") and "template" not in path[path.rfind("/") + 1 :].casefold()
