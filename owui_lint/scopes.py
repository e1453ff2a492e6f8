"""Scopes: what rules are asked about, one subject at a time.

A rule that has spoken of a subject may silence others there. What it has spoken of is told by keys: ``path``, of a file;
``plugin``, of a plugin's code, and so of all that is the plugin's; ``code``, of a copy of its code; ``within``, of one of
its pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from owui_lint import TYPE_CHECKING
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any

    from owui_lint.engine import Engine
    from owui_lint.repository import Document, Plugin, Repository
    from owui_lint.repository.message import CommitMessage

Key = tuple[str, str]


class Scope(NamedTuple):
    """A kind of subject: all of a run (``subjects``), those that belong to a plugin (``of_plugin``), by which work on them
    is spread, and the ``keys`` under which a rule may have spoken of one."""

    name: str
    subjects: Callable[[Engine], Iterable[Any]]
    of_plugin: Callable[[Repository, Plugin], Iterable[Any]] = lambda repository, plugin: ()
    keys: Callable[[Any], list[Key]] = lambda subject: []


def _keys_of_plugin(plugin: Plugin) -> list[Key]:
    return [(kind, plugin.id) for kind in ("plugin", "code", "within")]


def _keys_of_document(document: Document) -> list[Key]:
    of_plugin = [("plugin", document.plugin.id)] if document.plugin is not None else []
    return [("path", document.path), *of_plugin]


def _documents(repository: Repository) -> list[Document]:
    repository.pages.link()
    documents = {document.path: document for plugin in repository.plugins for document in plugin.readmes.values()}
    documents.update((page.document.path, page.document) for page in repository.pages.all)
    documents.update((document.path, document) for document in repository.root_documents.values())
    return [documents[path] for path in sorted(documents)]


def _documents_of(repository: Repository, plugin: Plugin) -> list[Document]:
    repository.pages.link()
    return plugin.documents


def _messages(repository: Repository) -> list[CommitMessage]:
    message = repository.message
    return [message] if message is not None and not message.is_generated else []


#: Each plugin.
PLUGIN = Scope("plugin", lambda run: run.repository.plugins, lambda repository, plugin: (plugin,), _keys_of_plugin)
#: Each README of a plugin.
README = Scope(
    "readme",
    lambda run: [readme for plugin in run.repository.plugins for readme in plugin.readmes.values()],
    lambda repository, plugin: plugin.readmes.values(),
    _keys_of_document,
)
#: Each README, page and root README. Indexes are none: what they say of plugins is for rules about the repository.
DOCUMENT = Scope("document", lambda run: _documents(run.repository), _documents_of, _keys_of_document)
#: The repository, once.
REPOSITORY = Scope("repository", lambda run: [run.repository])
#: Once, when all other rules have spoken and their findings met the comments that suppress them.
SUPPRESSIONS = Scope("suppressions", lambda run: [run.suppressions])
#: The commit message, where there is one that a person wrote.
MESSAGE = Scope("message", lambda run: _messages(run.repository))

SCOPES = {scope.name: scope for scope in (PLUGIN, README, DOCUMENT, REPOSITORY, SUPPRESSIONS, MESSAGE)}
