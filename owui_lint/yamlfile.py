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

    loader_class = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    lines: Lines = {}
    count = 0

    def construct(node: yaml.Node) -> Any:
        try:
            found = loader.construct_object(node)
            hash(found)  # yaml takes a collection's tag too, and gives an empty one
        except yaml.YAMLError:
            raise  # which knows its line
        except Exception as error:  # a tag whose text does not fit it: yaml fails as it happens to
            problem = f"this is no {node.tag.rpartition(':')[2]}"
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark) from error
        return found

    def build(node: yaml.Node, path: tuple[Any, ...]) -> Any:
        nonlocal count
        count += 1
        line = node.start_mark.line + 1
        if count > _MAX_NODES or len(path) > _MAX_DEPTH:
            raise YamlError(_TOO_LARGE, line)
        if isinstance(node, yaml.MappingNode):
            mapping: dict[Any, Any] = {}
            for key_node, value_node in node.value:
                key_line = key_node.start_mark.line + 1
                if not isinstance(key_node, yaml.ScalarNode):
                    raise YamlError(Message("a key must be plain text", "键必须是纯文本"), key_line)
                key = construct(key_node)
                if key in mapping:
                    first = lines[(*path, key)]
                    twice = Message(
                        f"the key {key!r} is there twice (first in line {first})",
                        f"键 {key!r} 重复（首次出现在第 {first} 行）",
                    )
                    raise YamlError(twice, key_line)
                lines[(*path, key)] = key_line
                mapping[key] = build(value_node, (*path, key))
            return mapping
        if isinstance(node, yaml.SequenceNode):
            items = []
            for index, item in enumerate(node.value):
                lines[(*path, index)] = item.start_mark.line + 1
                items.append(build(item, (*path, index)))
            return items
        return construct(node)

    try:
        loader = loader_class(text)
    except (yaml.YAMLError, UnicodeError) as error:
        message = Message("there are characters that YAML does not allow", "含有 YAML 不允许的字符")
        raise YamlError(message, 1) from error
    try:
        _refuse(text, yaml)
        node = loader.get_single_node()
        return (None, lines) if node is None else (build(node, ()), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(_by_parser(error.problem), mark.line + 1 if mark else 1) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, YamlError):
            raise
        raise YamlError(_by_parser(next(iter(str(error).splitlines()), None)), 1) from error
    finally:
        loader.dispose()


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
