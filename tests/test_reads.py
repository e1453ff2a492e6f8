"""What a primitive says that it reads is all that it reads: its outcomes are kept under a digest of just that."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from owui_lint.config import Config, load_config
from owui_lint.primitives import READS, Context, Hit, Options, Primitive, registry
from owui_lint.reporting.explain import examples_of
from owui_lint.repository import Code, Document, Plugin, Repository, SourceFile
from owui_lint.repository.pages import Pages
from owui_lint.repository.versions.locations import Finder
from owui_lint.rulebook import Rule, load_rulebook
from owui_lint.scopes import SCOPES
from owui_lint.session import Selection, Session
from tests.generated import LOOSE, STANDARD
from tests.support import TODAY, ask_noting, write_files

BOOK = load_rulebook()

# -- what may be asked of the model -----------------------------------------------------------------------------------
# Names of files, configuration, options and which files are plugins are the same for all units of a run: what is kept
# is kept for these. Whatever else a model has to say comes out of files.

OF_REPOSITORY = frozenset(
    {"by_folder", "config", "data", "docs_dir", "file", "finder", "folders", "importable", "inventory"}
    | {"is_standard_layout", "pages", "path_set", "paths", "paths_below", "plugin_by_folder", "plugins", "plugins_dir"}
    | {"sections", "subfolders", "target", "tests_apart", "types"}
)
OF_PAGES = frozenset({"link", "split_language", "zh_suffix"})
OF_FINDER = frozenset({"statements"})
OF_OPTIONS = frozenset({"allow_downgrade", "icon", "release_date"})
#: Of what is not the subject's: where it lies.
OF_OTHERS: dict[type, frozenset[str]] = {
    SourceFile: frozenset({"path"}),
    Code: frozenset({"file", "path", "stem"}),
    Document: frozenset({"file", "path"}),
    Plugin: frozenset({"code", "codes", "copies", "path"}),
}
#: Of what is told of a document without reading it: which language it is in, and whose it is.
KNOWN_OF_ALL = OF_OTHERS | {
    Document: frozenset({"file", "is_by_name", "is_of_one_plugin", "kind", "lang", "path", "plugin"})
}
#: What the code of plugins says of itself, and how to show it.
OF_HEADS: dict[type, frozenset[str]] = {
    Code: frozenset(
        {
            "class_name",
            "file",
            "frontmatter",
            "head",
            "head_text",
            "is_accepted",
            "is_meant",
            "offers_the_same",
            "path",
            "stem",
        }
        | {"stated", "title", "values", "valves_unlike", "version"}
    ),
    SourceFile: frozenset({"edit", "facts", "path", "place", "position", "problem"}),
}
#: What decides more than the texts: git, and whatever else lies on the disk.
NOT_OF_HEADS = frozenset({"comparison", "git", "has_folder", "ignored", "message", "root"})
CODE_OF_PLUGIN = frozenset({"has_valves", "valves"})
PAGES_OF_PLUGIN = frozenset({"documents", "names", "pages", "readmes"})
#: What a plugin is called depends on what lies around it; the digest of a page does not have it.
NAMES_OF_PLUGIN = frozenset({"folder", "id", "is_misplaced", "name", "type"})


class Watch:
    """Notes what a unit asks for beyond the files that its primitive declares."""

    def __init__(self, reads: str, subject: Any, repository: Repository) -> None:
        self.subject = subject
        self.plugin = subject if isinstance(subject, Plugin) else subject.plugin if reads != "text" else None
        #: That a text is a plugin's may be asked; which one's is not part of the digest.
        self.untouchable = subject.plugin if reads == "text" else None
        self.files = {subject.path}
        self.heads: set[str] = set()
        self.refused: frozenset[str] = frozenset()
        self.beyond: set[str] = set()
        if self.plugin is None:
            return
        codes = {self.plugin.path, *(copy.path for copy in self.plugin.copies)}
        if reads == "readmes":
            self.files = {document.path for document in self.plugin.readmes.values()}
            self.refused = CODE_OF_PLUGIN | PAGES_OF_PLUGIN - {"readmes"}
            return
        if reads == "document":
            self.heads = codes
            _ = self.plugin.has_valves  # which is part of the digest
            self.refused = frozenset({"valves", "written_valves"})
        else:
            self.files |= codes
        if reads == "own":
            self.files |= {document.path for document in self.plugin.documents}
            self.files.update(repository.tests_apart)
            if self.plugin.folder is not None:
                root = Path(self.plugin.code.file.root)
                found = (path for path in (root / self.plugin.folder).rglob("*") if path.suffix in (".py", ".md"))
                self.files |= {path.relative_to(root).as_posix() for path in found}
        else:
            self.refused |= PAGES_OF_PLUGIN
        if self.plugin is not subject:
            self.refused |= NAMES_OF_PLUGIN

    def note(self, one: Any, name: str) -> None:
        """Judge that the attribute ``name`` is asked of a part of the model."""
        if name.startswith("__"):
            return
        if one is self.untouchable:
            self.beyond.add(f"{name} of the plugin")
            return
        if isinstance(one, Plugin):
            path, is_own = object.__getattribute__(one, "code").file.path, one is self.plugin
            if is_own and name in self.refused:
                self.beyond.add(f"{name} of the plugin")
        else:
            file = one if isinstance(one, SourceFile) else object.__getattribute__(one, "file")
            path = object.__getattribute__(file, "path")
            is_own = path in self.files
            if path in self.heads and (name in OF_HEADS.get(type(one), ()) or _asked_by_the_model()):
                return
        if not is_own and name not in OF_OTHERS[type(one)]:
            self.beyond.add(f"{name} of {type(one).__name__} {path}")

    def note_of_all(self, kind: str, allowed: frozenset[str], name: str) -> None:
        """Judge that the attribute ``name`` is asked of what there is one of."""
        if not name.startswith("__") and name not in allowed:
            self.beyond.add(f"{name} of {kind}")


#: What reads of all plugins, and is kept.
OF_ALL = ("names", "shared", "heads")


class WatchOfAll:
    """Notes what a unit asks for that reads of all plugins: beyond the heads of their code, what their documents are called,
    and the documents that it may read."""

    def __init__(self, reads: str, subject: Any, repository: Repository) -> None:
        self.documents: set[str] = set()
        if reads == "heads":
            self.documents.update(path for path in repository.relevant_paths if not path.endswith(".py"))
        elif reads == "shared":
            self.documents |= repository.documents_of_all
            if isinstance(subject, Plugin):
                self.documents.update(document.path for document in (*subject.own_readmes, *subject.pages))
        self.codes = {code.path for plugin in repository.plugins for code in plugin.codes}
        self.relevant = frozenset(repository.relevant_paths)
        for plugin in repository.plugins:  # what is part of the digest
            _ = plugin.copies_compared
        self.beyond: set[str] = set()

    def note(self, one: Any, name: str) -> None:
        """Judge that the attribute ``name`` is asked of a part of the model."""
        if name.startswith("__"):
            return
        if isinstance(one, Plugin):
            if name in CODE_OF_PLUGIN:
                self.beyond.add(f"{name} of the plugin")
            return
        file = one if isinstance(one, SourceFile) else object.__getattribute__(one, "file")
        path = object.__getattribute__(file, "path")
        if path in self.documents or _asked_by_the_model():
            return
        allowed = OF_HEADS.get(type(one), frozenset()) if path in self.codes else KNOWN_OF_ALL[type(one)]
        if path in self.relevant:
            allowed |= {"is_missing"}
        if name not in allowed:
            self.beyond.add(f"{name} of {type(one).__name__} {path}")

    def note_of_all(self, kind: str, allowed: frozenset[str], name: str) -> None:
        """Judge that the attribute ``name`` is asked of what there is one of."""
        is_free = (kind == "Repository" and name not in NOT_OF_HEADS) or kind in ("Pages", "Finder")
        if not name.startswith("__") and name not in allowed and not is_free:
            self.beyond.add(f"{name} of {kind}")


#: The parts of the model that make what may be asked of a head, and tell which code is a plugin's.
MODEL_OF_HEADS = frozenset({"discovery.py", "files.py", "frontmatter.py", "plugin.py", "plugin_index.py"})


def _asked_by_the_model() -> bool:
    frame = sys._getframe(3)
    return Path(frame.f_code.co_filename).name in MODEL_OF_HEADS and "primitives" not in frame.f_code.co_filename


@contextmanager
def watching(reads: str, subject: Any, repository: Repository) -> Iterator[set[str]]:
    """Give what is asked for meanwhile that ``reads`` does not allow on the subject."""
    kind = WatchOfAll if reads in OF_ALL else Watch
    watch = kind(reads, subject, repository)

    def of_parts(one: Any, name: str) -> Any:
        watch.note(one, name)
        return object.__getattribute__(one, name)

    def of(kind: type, allowed: frozenset[str]) -> Callable[[Any, str], Any]:
        own = {sys.modules[one.__module__].__file__ for one in kind.__mro__ if one is not object}

        def asked(one: Any, name: str) -> Any:
            # What it does to answer what may be asked is its own business; the files that it looks at are watched.
            if sys._getframe(1).f_code.co_filename not in own:
                watch.note_of_all(kind.__name__, allowed, name)
            return object.__getattribute__(one, name)

        return asked

    def setting(config: Config, name: str) -> Any:
        if name not in dict(config.basis):
            watch.beyond.add(f"the setting {name}")
        return config.values[name]

    with pytest.MonkeyPatch.context() as patch:
        for part in OF_OTHERS:
            patch.setattr(part, "__getattribute__", of_parts)
        for kind, allowed in (
            (Repository, OF_REPOSITORY),
            (Pages, OF_PAGES),
            (Finder, OF_FINDER),
            (Options, OF_OPTIONS),
        ):
            patch.setattr(kind, "__getattribute__", of(kind, allowed))
        patch.setattr(Config, "__getitem__", setting)
        yield watch.beyond


def subjects(repository: Repository, scope: str) -> list[Any]:
    """The subjects of a scope, in an order that depends on nothing but the files."""
    repository.pages.link()
    readmes = [document for plugin in repository.plugins for document in plugin.readmes.values()]
    if scope == "plugin":
        return repository.plugins
    if scope == "readme":
        return readmes
    if scope == "repository":
        return [repository]
    return [*readmes, *(page.document for page in repository.pages.all), *repository.root_documents.values()]


def reads_beyond(open_: Callable[[], Repository], rule: Rule, asked: Primitive) -> dict[str, set[str]]:
    """Ask a rule about all its subjects, each in a model of its own: nothing that another one read is there already.
    Return what was read beyond what is declared, by subject."""
    found: dict[str, set[str]] = {}
    for number in range(len(subjects(open_(), asked.scope.name))):
        repository = open_()
        subject = subjects(repository, asked.scope.name)[number]
        context = Context(repository, Options(today=TODAY))
        with watching(asked.reading(subject), subject, repository) as beyond:
            list(asked.check(subject, context, **rule.params))
        if beyond:
            found[getattr(subject, "path", "")] = beyond
    return found


def opening(files: dict[str, str | bytes], root: Path) -> Callable[[], Repository]:
    """Write a repository; return what makes a model of it."""
    write_files(root, files)
    return lambda: Session(root, load_config(root), BOOK, (), Options(today=TODAY)).repository


KEPT = [rule for rule in BOOK.rules.values() if registry()[rule.primitive].reads != "repository"]


@pytest.mark.parametrize("rule", KEPT, ids=lambda rule: rule.name)
def test_a_rule_reads_what_its_primitive_declares(rule: Rule, tmp_path: Path) -> None:
    examples = [example["files"] for example in examples_of(rule) if "files" in example]
    for number, files in enumerate([*examples, dict(STANDARD), dict(LOOSE)]):
        open_ = opening(files, tmp_path / str(number))
        assert reads_beyond(open_, rule, registry()[rule.primitive]) == {}


def test_no_primitive_declares_more_than_it_reads(tmp_path: Path) -> None:
    """It would be asked more often than it has to be; or what it reads is in no example, and so was not watched."""
    narrower = {("own", "plugin"): "code"}
    narrower |= {("document", scope): "text" for scope in ("readme", "document")}
    narrower |= {("coded", scope): "document" for scope in ("readme", "document")}
    narrower |= {("shared", scope): "names" for scope in ("plugin", "repository")}
    narrower |= {("heads", scope): "shared" for scope in ("plugin", "repository")}
    needed: dict[str, bool] = {}
    for rule in KEPT:
        asked = registry()[rule.primitive]
        if asked.on_readmes is not None:
            narrow = asked._replace(on_readmes=None)
        elif (asked.reads, asked.scope.name) in narrower:
            narrow = asked._replace(reads=narrower[asked.reads, asked.scope.name])
        else:
            continue
        if needed.get(asked.name):
            continue
        examples = [example["files"] for example in examples_of(rule) if "files" in example]
        needed[asked.name] = any(
            reads_beyond(opening(files, tmp_path / rule.name / str(number)), rule, narrow)
            for number, files in enumerate([dict(STANDARD), *examples])
        )
    assert len(needed) >= 6 and not [name for name, is_needed in needed.items() if not is_needed]


# -- what is told of ---------------------------------------------------------------------------------------------------


def _first_other(document: Document, context: Context) -> Plugin:
    return next(one for one in context.repository.plugins if one is not document.plugin)


def _readme(but: Plugin | None, context: Context) -> Document:
    """A README that is not the given plugin's."""
    plugins = (one for one in context.repository.plugins if one is not but)
    return next(readme for plugin in plugins for readme in plugin.own_readmes)


#: What would give stale findings, by what is declared: each is told of.
BEYOND: list[tuple[str, str, Callable[[Any, Context], object]]] = [
    ("text", "readme", lambda document, context: document.plugin.code),
    ("text", "readme", lambda document, context: document.plugin.id),
    ("document", "readme", lambda document, context: document.plugin.readmes),
    ("document", "readme", lambda document, context: document.plugin.folder),
    ("document", "readme", lambda document, context: document.plugin.names),
    ("document", "readme", lambda document, context: _first_other(document, context).title),
    ("document", "readme", lambda document, context: _first_other(document, context).code.values),
    ("document", "document", lambda document, context: context.repository.owner_of(document.path)),
    ("code", "plugin", lambda plugin, context: plugin.documents),
    ("code", "plugin", lambda plugin, context: context.repository.file(".owui-lint.yaml").text),
    ("code", "plugin", lambda plugin, context: context.repository.file("README.md").digest),
    ("code", "plugin", lambda plugin, context: context.repository.exists("README.md")),
    ("code", "plugin", lambda plugin, context: context.repository.locations),
    ("code", "plugin", lambda plugin, context: context.repository.git),
    ("code", "plugin", lambda plugin, context: context.repository.root),
    ("code", "plugin", lambda plugin, context: context.repository.pages.all),
    ("code", "plugin", lambda plugin, context: context.repository.finder.of_plugin(plugin)),
    ("code", "plugin", lambda plugin, context: context.repository.config["fail-on"]),
    ("code", "plugin", lambda plugin, context: context.options.today),
    ("document", "readme", lambda document, context: document.plugin.valves),
    ("document", "readme", lambda document, context: document.plugin.code.file.text),
    ("document", "readme", lambda document, context: document.plugin.code.module),
    ("coded", "readme", lambda document, context: document.plugin.readmes),
    ("coded", "readme", lambda document, context: document.plugin.folder),
    ("readmes", "plugin", lambda plugin, context: plugin.code.values),
    ("readmes", "plugin", lambda plugin, context: plugin.release),
    ("readmes", "plugin", lambda plugin, context: plugin.pages),
    ("own", "plugin", lambda plugin, context: context.repository.file("README.md").text),
    ("own", "plugin", lambda plugin, context: context.repository.file(f"{plugin.folder}/i18n/en.json").text),
    ("own", "readme", lambda document, context: document.plugin.type),
    ("heads", "plugin", lambda plugin, context: plugin.valves),
    ("heads", "plugin", lambda plugin, context: plugin.code.module),
    ("heads", "plugin", lambda plugin, context: plugin.code.file.text),
    ("heads", "plugin", lambda plugin, context: context.repository.git),
    ("heads", "plugin", lambda plugin, context: context.repository.file("plugins/filters/echo/i18n/en.json").text),
    ("heads", "plugin", lambda plugin, context: context.repository.file(".owui-lint.yaml").text),
    ("heads", "repository", lambda repository, context: context.options.today),
    ("shared", "plugin", lambda plugin, context: plugin.has_valves),
    ("shared", "plugin", lambda plugin, context: context.repository.locations),
    ("shared", "plugin", lambda plugin, context: _readme(plugin, context).file.text),
    ("shared", "plugin", lambda plugin, context: _readme(plugin, context).markdown),
    ("shared", "plugin", lambda plugin, context: context.repository.git),
    ("shared", "repository", lambda repository, context: _readme(None, context).markdown),
    ("names", "plugin", lambda plugin, context: _readme(None, context).markdown),
    ("names", "plugin", lambda plugin, context: _readme(None, context).file.problem),
    ("names", "repository", lambda repository, context: repository.file("README.md").text),
    ("names", "repository", lambda repository, context: repository.finder.of_plugin(repository.plugins[0])),
    ("names", "repository", lambda repository, context: repository.exists("plugins/filters/echo/i18n/en.json")),
]


@pytest.mark.parametrize(("reads", "scope", "ask"), BEYOND, ids=[str(number) for number in range(len(BEYOND))])
def test_reading_more_is_told(reads: str, scope: str, ask: Callable[[Any, Context], object], tmp_path: Path) -> None:
    def check(subject: Any, context: Context) -> Iterator[Hit]:
        ask(subject, context)
        yield from ()

    rule = KEPT[0]._replace(params={})
    assert reads_beyond(opening(dict(STANDARD), tmp_path), rule, Primitive("more", SCOPES[scope], check, reads))


# -- what is asked anew ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [STANDARD, LOOSE], ids=["standard", "loose"])
def test_a_change_asks_anew_what_may_read_it_and_nothing_else(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a file changes, every unit that may read it is asked again, and no other one that is kept."""
    root = write_files(tmp_path, dict(files))
    asked = ask_noting(monkeypatch)

    def check() -> None:
        asked.clear()
        session = Session(root, load_config(root), BOOK, (), Options(today=TODAY), keep=True)
        session.check(Selection(profile="strict"))
        session.repository.facts.save()

    check()
    everything = set(asked)
    asked_for = [registry()[name] for name, _ in everything]
    assert {reads for one in asked_for for reads in (one.reads, one.on_readmes) if reads is not None} == set(READS)
    for path in files:
        if not path.endswith((".py", ".md", ".json")):
            continue
        (root / path).write_text(files[path] + "\n")  # which is neither code nor a word
        check()
        repository = opening({}, root)()
        by_path = {one.path: one for scope in ("plugin", "document") for one in subjects(repository, scope)}
        watches = {
            (name, at): Watch(registry()[name].reading(by_path[at]), by_path[at], repository)
            for name, at in everything
            if not registry()[name].reads_of_all
        }
        kept = {
            unit: watch.files
            for unit, watch in watches.items()
            if watch.plugin is not None
            or registry()[unit[0]].reading(watch.subject) != "own"  # all that belongs to nobody is everything
        }
        # A line at its end changes a document, and what no rule reads; it changes nothing at the head of code.
        kept.update(
            {
                (name, at): WatchOfAll(reads, by_path.get(at, repository), repository).documents
                for name, at in everything
                if (reads := registry()[name].reads) in OF_ALL
            }
        )
        assert {one for one in asked if one in kept} == {one for one in kept if path in kept[one]}, path
