"""Scopes: what rules are asked about, one subject at a time.

A rule that has spoken of a subject may silence others there. What it has spoken of is told by keys: ``path``, of a file;
``plugin``, of a plugin's code, and so of all that is the plugin's; ``code``, of a copy of its code; ``within``, of one of
its pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Message
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from typing import Any

    from owui_lint.repository import Document, Plugin, Repository
    from owui_lint.repository.message import CommitMessage

Key = tuple[str, str]


class RuleScope(NamedTuple):
    """A kind of subject: in words (``what``), all that a repository has (``subjects``), those that belong to a plugin
    (``of_plugin``), by which work on them is spread, and the ``keys`` under which a rule may have spoken of one."""

    name: str
    what: Message
    subjects: Callable[[Repository], Iterable[Any]]
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


PLUGIN = RuleScope(
    "plugin",
    Message("each plugin", "每个插件"),
    lambda repository: repository.plugins,
    lambda repository, plugin: (plugin,),
    _keys_of_plugin,
)
README = RuleScope(
    "readme",
    Message("each README of a plugin", "插件的每个 README"),
    lambda repository: [readme for plugin in repository.plugins for readme in plugin.readmes.values()],
    lambda repository, plugin: plugin.readmes.values(),
    _keys_of_document,
)
# What indexes say of plugins is for rules about the repository.
DOCUMENT = RuleScope(
    "document",
    Message(
        "each README, of a plugin or at the root, and each page; no index",
        "每个 README（插件的和根目录的）与每个文档页，不含索引页",
    ),
    _documents,
    _documents_of,
    _keys_of_document,
)
REPOSITORY = RuleScope(
    "repository", Message("the repository, once", "整个仓库（只调用一次）"), lambda repository: [repository]
)
SUPPRESSIONS = RuleScope(
    "suppressions",
    Message(
        "the comments that hide findings, once, when all other rules have spoken",
        "所有忽略注释（在其他规则都执行完之后，只调用一次）",
    ),
    lambda repository: (),  # whoever runs the rules has them, and what they hid
)
MESSAGE = RuleScope("message", Message("the commit message, where a person wrote one", "由人编写的提交信息"), _messages)

SCOPES = {scope.name: scope for scope in (PLUGIN, README, DOCUMENT, REPOSITORY, SUPPRESSIONS, MESSAGE)}
