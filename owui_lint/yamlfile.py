"""YAML without its surprises: safe types only, doubled keys are errors, every key knows its line."""

from __future__ import annotations

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Message

if TYPE_CHECKING:
    from typing import Any

    Lines = dict[tuple[Any, ...], int]
    """The line, counted from 1, of every key and item by its path."""


class YamlError(ValueError):
    """Text that is not the YAML we take; ``line`` counts from 1."""

    def __init__(self, message: Message, line: int) -> None:
        super().__init__(message.en)
        self.message = message
        self.line = line


_MAX_NODES = 100_000
_MAX_DEPTH = 60
_TOO_LARGE = Message("the document is too large or nested too deeply", "文档过大或嵌套过深")
_INVALID = Message("invalid YAML", "不是合法的 YAML")


def load_with_lines(text: str) -> tuple[Any, Lines]:
    """Return the data of one YAML document, and the line of every key and list item by its path.

    Raises ``YamlError`` for invalid YAML, doubled keys, anchors (a few bytes of them can grow to gigabytes),
    tags that are not plain data, and documents that are nested or large beyond reason.
    """
    import yaml

    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    except (yaml.YAMLError, UnicodeError) as error:
        message = Message("there are characters that YAML does not allow", "含有 YAML 不允许的字符")
        raise YamlError(message, 1) from error
    builder = _Builder(loader)
    try:
        _refuse(text, yaml)
        node = loader.get_single_node()
        return (None if node is None else builder.build(node, ())), builder.lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(_by_parser(error.problem), mark.line + 1 if mark else 1) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, YamlError):
            raise
        raise YamlError(_by_parser(next(iter(str(error).splitlines()), None)), 1) from error
    finally:
        loader.dispose()


class _Builder:
    """Makes data of a document's nodes, and notes the lines of keys and items."""

    def __init__(self, loader: Any) -> None:
        self.loader = loader
        self.lines: Lines = {}
        self._count = 0

    def build(self, node: Any, path: tuple[Any, ...]) -> Any:
        """Return what a node stands for; ``path`` leads to it. Raises ``YamlError``, and the parser's own errors."""
        import yaml

        self._count += 1
        if self._count > _MAX_NODES or len(path) > _MAX_DEPTH:
            raise YamlError(_TOO_LARGE, _line(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._noted(item, (*path, index), _line(item)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _noted(self, node: Any, path: tuple[Any, ...], line: int) -> Any:
        self.lines[path] = line
        return self.build(node, path)

    def _mapping(self, node: Any, path: tuple[Any, ...]) -> dict[Any, Any]:
        import yaml

        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            line = _line(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                raise YamlError(Message("a key must be plain text", "键必须是纯文本"), line)
            key = self._scalar(key_node)
            if key in found:
                first = self.lines[(*path, key)]
                twice = Message(
                    f"the key {key!r} is there twice (first in line {first})",
                    f"键 {key!r} 重复（首次出现在第 {first} 行）",
                )
                raise YamlError(twice, line)
            found[key] = self._noted(value_node, (*path, key), line)
        return found

    def _scalar(self, node: Any) -> Any:
        import yaml

        try:
            found = self.loader.construct_object(node)
            hash(found)  # yaml takes a collection's tag too, and gives an empty one
        except yaml.YAMLError:
            raise  # which knows its line
        except Exception as error:  # a tag whose text does not fit it: yaml fails as it happens to
            problem = f"this is no {node.tag.rpartition(':')[2]}"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from error
        return found


def _line(node: Any) -> int:
    """The line, counted from 1, in which a node begins."""
    line: int = node.start_mark.line + 1
    return line


def _by_parser(problem: str | None) -> Message:
    """Return what the parser says, which it says in English."""
    return Message(problem, f"{_INVALID.zh}（{problem}）") if problem else _INVALID


def _refuse(text: str, yaml: Any) -> None:
    """Raise ``YamlError`` for anchors, and for nesting that would end the process: libyaml's composer calls itself, in C,
    per level. Events come one after the other."""
    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    for event in yaml.parse(text, Loader=loader_class):
        if getattr(event, "anchor", None):
            message = Message("anchors and aliases are not supported", "不支持锚点和别名")
            raise YamlError(message, event.start_mark.line + 1)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH + 1:
            raise YamlError(_TOO_LARGE, event.start_mark.line + 1)
