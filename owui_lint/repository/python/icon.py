"""The icon of a plugin's code: where it stands, what its value is, what it draws; each read once, when asked for."""

from __future__ import annotations

from functools import cached_property

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, Place
from owui_lint.lazypattern import compiled
from owui_lint.openwebui.frontmatter import Entry
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:  # what reads icons is imported where there is an icon
    import ast

    from owui_lint.icons.lucide import Match
    from owui_lint.icons.reading import Reading
    from owui_lint.repository.plugin import Code
    from owui_lint.repository.python.code import CodeIndex

KEY = "icon_url"
_ATTRIBUTES = ("icon_url", "icon")
# Cheap signs of an assignment to one of them: only files that show one are parsed for it.
_SIGNS = (
    *("self.icon", ".icon =", ".icon:", ".icon_url =", ".icon_url:"),
    *("\n    icon", "\n\ticon", "\n  icon"),
)
_MAX_LINES = 4096  # of a wrapped value


class CodeIcon:
    """An icon: in front matter (``entry``), or a literal in the code (``node``)."""

    def __init__(self, code: Code, value: str, entry: Entry | None = None, node: ast.Constant | None = None) -> None:
        self.code = code
        self.value = value
        self.entry = entry
        self.node = node

    @property
    def place(self) -> Place:
        """Where the value stands; the key where the value is empty."""
        if self.node is not None:
            return self.code.module.place(self.node)
        assert self.entry is not None  # one of the two is given
        span = self.entry.value_span if self.entry.value else self.entry.key_span
        return self.code.file.place(span.start, span.end)

    @cached_property
    def reading(self) -> Reading:
        """What the value is, together with following lines that go on with it."""
        from owui_lint.icons.reading import read_icon, read_wrapped

        reading = read_icon(self.value)
        if reading.case is None or self.entry is None:
            return reading
        return read_wrapped(self.value, [text for text, _ in self._following]) or reading

    @cached_property
    def match(self) -> Match:
        """The Lucide icon that the drawing is; graded ``none`` where there is no drawing."""
        from owui_lint.icons.lucide import Grade, Match, identify

        return identify(self.reading.svg) if self.reading.svg is not None else Match(Grade.NONE)

    def place_with(self, lines: int) -> Place:
        """Return where the icon stands together with its ``lines`` following lines."""
        if not lines or self.entry is None:
            return self.place
        start = self.entry.value_span.start if self.entry.value else self.entry.key_span.start
        return self.code.file.place(start, self._following[lines - 1][1])

    def replaced_by(self, value: str, lines: int = 0) -> Edit:
        """Return the edit that makes the icon ``value``, in place of this one and its ``lines`` following lines."""
        file = self.code.file
        if self.node is not None:
            return self.code.module.edit(self.node, f'"{value}"')
        assert self.entry is not None  # one of the two is given
        start, end = self.entry.value_span
        if lines:
            end = self._following[lines - 1][1]
        # Behind a bare "icon_url:" the span is empty and directly behind the colon.
        return file.edit(start, end, value if self.entry.value else f" {value}")

    @cached_property
    def _following(self) -> list[tuple[str, int]]:
        """The lines of the docstring below the entry, each with the offset of its end."""
        assert self.entry is not None  # asked for front matter only
        front, text = self.code.frontmatter, self.code.file.text
        end = front.closing_line.start if front.closing_line else len(text)
        position = self.entry.line_span.start
        found: list[tuple[str, int]] = []
        for line in text[position:end].splitlines(keepends=True)[: _MAX_LINES + 1]:
            shown = line.splitlines()[0]
            found.append((shown, position + len(shown)))
            position += len(line)
        return found[1:]


class Drawn(NamedTuple):
    """What tells the icon of one plugin from others: a Lucide ``name``, else a drawing or an address (``key``)."""

    key: str | bytes
    name: str
    span: tuple[int, ...]


def find_drawn(code: Code) -> Drawn | None:
    """Return what an icon shows; ``None`` where there is none. An empty ``key``: no icon yet."""
    found = code.file.facts.rows("drawn", Drawn, lambda: [_drawn(code.icon)] if code.icon is not None else [])
    return found[0] if found else None


def _drawn(icon: CodeIcon) -> Drawn:
    span = tuple(icon.place.span)
    reading = icon.reading if icon.value else None
    if reading is None or not (reading.is_drawn or reading.case in ("address", "relative", "other-image")):
        return Drawn("", "", span)
    match = icon.match if reading.svg is not None else None
    name = match.current or match.name if match and match.grade.value in ("current", "former") else ""
    return Drawn(name or reading.data or icon.value, name or "", span)


def find_icon(code: Code) -> CodeIcon | None:
    """Return the icon of ``code`` as OpenWebUI finds it.

    Source: ``get_action_items_from_module`` in ``open_webui/utils/models.py``: ``icon_url`` of the front matter, else
    the object's ``icon_url``, else its ``icon``.
    """
    entry = code.frontmatter.get(KEY)
    if entry is not None:
        return CodeIcon(code, entry.value, entry=entry)
    text = code.file.text
    if not any(sign in text for sign in _SIGNS):
        return None
    import ast  # icons are rarely looked for in code

    from owui_lint.repository.python.syntax import targets_of

    owner = code.module.plugin_class
    literals: dict[str, ast.Constant] = {}
    index = code.module.index
    for node in index.assignments(owner) if owner is not None else ():
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for target in targets_of(node):
                name = _attribute(index, target, in_body=index.parent(node) is owner)
                literals.setdefault(name, node.value)
    for name in _ATTRIBUTES:
        if name in literals and literals[name].value:
            # A browser removes line breaks and tabs from an address before it reads it.
            return CodeIcon(code, compiled(r"[\n\r\t]").sub("", str(literals[name].value)), node=literals[name])
    return None


def _attribute(index: CodeIndex, target: ast.expr, *, in_body: bool) -> str:
    """The attribute of the plugin's object that an assignment sets: ``self.icon = ..``, or ``icon = ..`` in the class."""
    import ast

    if isinstance(target, ast.Attribute) and index.is_instance(target.value):
        return target.attr
    return target.id if in_body and isinstance(target, ast.Name) else ""
