"""Primitives: what a rule file can ask for. Each is a function from a subject to hits; rules give it parameters.

A primitive reads the repository model and yields ``Hit``s; it never reads a file itself, never decides on a
severity and never writes a text for users: those are the rule's, as data.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from owui_lint import TYPE_CHECKING
from owui_lint.days import datetime
from owui_lint.finding import Edit, Message, Place, Related
from owui_lint.repository import Repository
from owui_lint.scopes import SCOPES, RuleScope
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    import inspect  # slow to import, and only asked for by whoever lists primitives
    from typing import Any

READS = ("code", "text", "document", "coded", "readmes", "own", "names", "shared", "heads", "repository")


class Options:
    """What the command line adds to the repository: the release day, what may be done, what day it is, and the Lucide
    icon (its current name) that plugins must have."""

    def __init__(
        self,
        release_date: datetime.date | None = None,
        today: datetime.date | None = None,
        allow_downgrade: bool = False,
        icon: str | None = None,
    ) -> None:
        self.release_date = release_date
        self.today: datetime.date = today if today is not None else datetime.date.today()
        self.allow_downgrade = allow_downgrade
        self.icon = icon


class Context(NamedTuple):
    """What a primitive may use besides its subject."""

    repository: Repository
    options: Options


class Hit(NamedTuple):
    """Something found: where, which of the rule's cases, the values for its text, and edits that would mend it.

    ``related`` are further places, each with the name of the case of the rule that describes it.
    """

    place: Place
    case: str = "default"
    values: Mapping[str, object] = MappingProxyType({})
    edits: tuple[Edit, ...] = ()
    related: tuple[Related, ...] = ()
    plugin: str | None = None


class RuleStopped(Exception):
    """A rule cannot go on for a reason that its author can mend; ``message`` says which."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


TOO_SLOW = Message(
    "its pattern takes too long; look for repeats inside or beside repeats, as in (a+)+",
    "它的正则表达式耗时过长，请检查嵌套或相邻的重复，例如 (a+)+",
)

OUT_OF_TIME = Message(
    "all rules of this repository's own together take too long; look for patterns with repeats inside or beside repeats",
    "本仓库的自定义规则总耗时过长，请检查含有嵌套或相邻重复的正则表达式",
)

Check = Callable[..., Iterator[Hit]]


class Primitive(NamedTuple):
    """A registered primitive: the function, the kind of subject it is called with, and what it reads of it; ``on_readmes``
    is what it reads where the subject is a plugin's README, if that is more."""

    name: str
    scope: RuleScope
    check: Check
    reads: str = "repository"
    on_readmes: str | None = None

    def reading(self, subject: Any) -> str:
        """Return what it reads on a subject."""
        is_more = self.on_readmes is not None and subject.kind == "readme"
        return self.on_readmes if is_more and self.on_readmes else self.reads

    @property
    def reads_of_all(self) -> bool:
        """Whether what one plugin's files say may decide what is found on another's."""
        return self.reads in ("names", "shared", "heads", "repository")

    @property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """The parameters that a rule file can give."""
        import inspect

        signature = inspect.signature(self.check)
        return {
            name: parameter
            for name, parameter in signature.parameters.items()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        }

    @property
    def summary(self) -> str:
        """The first line of the function's documentation."""
        import inspect

        return (inspect.getdoc(self.check) or "").split("\n", 1)[0]


_REGISTRY: dict[str, Primitive] = {}


def primitive(
    name: str, scope: str, reads: str = "repository", on_readmes: str | None = None
) -> Callable[[Check], Check]:
    """Register a function as the primitive ``name``, called once per subject of ``scope`` (see ``scopes``).

    ``reads`` says what, besides configuration and options, decides what it finds: ``code`` (a plugin's code and its
    copies), ``text`` (that document, and whether it is a plugin's), ``document`` (that document, what its plugin's code
    says of itself at its head, and whether it has valves), ``coded`` (that document, and its plugin's code), ``readmes``
    (a plugin's READMEs), ``own`` (all that belongs to the plugin: its folder and its pages; and tests apart from plugins),
    ``names`` (what the code of plugins says of itself at its head, what READMEs are called, and whose which document is),
    ``shared`` (that, the documents that may tell of any plugin, and a plugin's own), ``heads`` (all documents, and what the
    code of plugins says of itself at its head) or the whole ``repository``. With the scope ``document``, ``on_readmes`` says it for READMEs of plugins, where they are asked for more than pages are. The names of the repository's files, and which of
    them are code of plugins, may be used by all; what a plugin is called only by what is asked of plugins. Only what
    reads less than the repository is kept between runs, and what reads of one plugin alone spread over processes.
    ``tests/test_reads.py`` holds primitives to it.
    """

    def register(check: Check) -> Check:
        if scope not in SCOPES or not {reads, on_readmes or reads} <= {*READS} or name in _REGISTRY:
            raise ValueError(f"primitive {name}: unknown scope or reading, or registered twice")
        _REGISTRY[name] = Primitive(name, SCOPES[scope], check, reads, on_readmes)
        return check

    return register


class _Later(NamedTuple):
    """A primitive whose module is imported when it is asked."""

    name: str
    module: str

    def ask(self, subject: Any, context: Context, **params: Any) -> Iterator[Hit]:
        importlib.import_module(self.module)
        return _REGISTRY[self.name].check(subject, context, **params)


def described() -> dict[str, list[str | None]]:
    """Return module, scope and readings of every primitive, from which ``look_up`` makes it without importing it."""
    return {name: [one.check.__module__, one.scope.name, one.reads, one.on_readmes] for name, one in registry().items()}


def look_up(name: str, descriptions: Mapping[str, Sequence[Any]]) -> Primitive:
    """Return the primitive ``name``; its module is imported when it is first asked. Raises ``KeyError`` for none."""
    found = _REGISTRY.get(name)
    if found is not None or name not in descriptions:
        return found or registry()[name]
    module, scope, reads, on_readmes = descriptions[name]
    return Primitive(name, SCOPES[scope], _Later(name, module).ask, reads, on_readmes)


def registry() -> dict[str, Primitive]:
    """Return all primitives by name."""
    for name in sorted(os.listdir(os.path.dirname(__file__))):
        if name.endswith(".py") and name[0] != "_":
            importlib.import_module(f"owui_lint.primitives.{name[:-3]}")
    return _REGISTRY
