"""Icons: whether browsers show them, what they draw, and whether they are inert."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from owui_lint.finding import Edit, Message, Place, Related
from owui_lint.openwebui.frontmatter import Entry
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.plugin import Code

if TYPE_CHECKING:  # what reads icons is imported where there is an icon
    from owui_lint.icons.lucide import Match
    from owui_lint.icons.reading import Reading

KEY = "icon_url"
# A new icon_url goes below the first of these that is there: the order of the standard's own example.
_NEIGHBOURS = ("version", "funding_url", "author_url", "author", "title")
_MAX_LINES = 4096  # of a wrapped value
_ASSIGNMENT = re.compile(r"\bicon(?:_url)?\s*(?::[^=\n]{0,40})?=")


@dataclass(frozen=True)
class PluginIcon:
    """An icon of a plugin's code: in front matter (``entry``), or as a literal in the code (``node``)."""

    code: Code
    value: str
    entry: Entry | None = None
    node: ast.Constant | None = None

    @property
    def place(self) -> Place:
        """Where the value stands; the key where the value is empty."""
        if self.node is not None:
            return self.code.module.place(self.node)
        assert self.entry is not None  # one of the two is given
        span = self.entry.value_span if self.entry.value else self.entry.key_span
        return self.code.file.place(span.start, span.end)

    def reading(self) -> Reading:
        """Return what the value is, together with following lines that go on with it."""
        from owui_lint.icons.reading import read_icon, read_wrapped

        reading = read_icon(self.value)
        if reading.case is None or self.entry is None:
            return reading
        return read_wrapped(self.value, [text for text, _ in self._following()]) or reading

    def replaced_by(self, value: str, lines: int = 0) -> Edit:
        """Return the edit that makes the icon ``value``, in place of this one and its ``lines`` following lines."""
        file = self.code.file
        if self.node is not None:
            return self.code.module.edit(self.node, f'"{value}"')
        assert self.entry is not None  # one of the two is given
        start, end = self.entry.value_span
        if lines:
            end = self._following()[lines - 1][1]
        # Behind a bare "icon_url:" the span is empty and directly behind the colon.
        return file.edit(start, end, value if self.entry.value else f" {value}")

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


def icons_of(plugin: Plugin) -> Iterator[PluginIcon]:
    """Yield the icon of the plugin's code and of each copy, as OpenWebUI finds it.

    Source: ``get_action_items_from_module`` in ``open_webui/utils/models.py``: ``icon_url`` of the front matter, else
    the object's ``icon_url``, else its ``icon``.
    """
    for code in (plugin.code, *plugin.copies):
        entry = code.frontmatter.get(KEY)
        if entry is not None:
            yield PluginIcon(code, entry.value, entry=entry)
        elif _ASSIGNMENT.search(code.file.text):
            yield from _in_code(code)


def _in_code(code: Code) -> Iterator[PluginIcon]:
    owner = code.module.plugin_class
    literals: dict[str, ast.Constant] = {}
    for node in ast.walk(owner) if owner is not None else ():
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for target in node.targets:
                name = _attribute(target, in_body=owner is not None and node in owner.body)
                if name in ("icon_url", "icon"):
                    literals.setdefault(name, node.value)
    node_of = literals.get("icon_url") or literals.get("icon")
    if node_of is not None:
        # A browser removes line breaks and tabs from an address before it reads it.
        yield PluginIcon(code, re.sub(r"[\n\r\t]", "", str(node_of.value)), node=node_of)


def _attribute(target: ast.expr, *, in_body: bool) -> str:
    """The attribute of the plugin's object that an assignment sets: ``self.icon = ..``, or ``icon = ..`` in the class."""
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
        return target.attr
    return target.id if in_body and isinstance(target, ast.Name) else ""


@lru_cache(maxsize=1024)
def _match(data: bytes) -> Match:
    from owui_lint.icons.lucide import identify
    from owui_lint.icons.svg import read_svg

    return identify(read_svg(data))


def _drawing_edits(icon: PluginIcon, name: str | None) -> tuple[Edit, ...]:
    from owui_lint.icons.lucide import icon_url

    return (icon.replaced_by(icon_url(name)),) if name is not None else ()


@primitive("icon-form", scope="plugin")
def icon_form(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report icons that are not an SVG on one line in a base64 ``data:`` URI; the case says what they are instead."""
    for icon in icons_of(plugin):
        reading = icon.reading()
        if reading.case is not None and reading.case != "empty":
            edits = (icon.replaced_by(reading.mended, reading.lines),) if reading.mended else ()
            yield Hit(icon.place, reading.case, {"detail": reading.detail, "lines": reading.lines + 1}, edits)


@primitive("icon-drawing", scope="plugin")
def icon_drawing(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report drawings that are none of the newest Lucide release.

    Cases: ``redrawn`` and ``renamed`` for a former drawing, ``removed`` where that icon is gone, ``near`` and
    ``near-removed`` for one with strokes in common, ``none`` for all others.
    """
    for icon in icons_of(plugin):
        reading = icon.reading()
        if not reading.is_drawn or reading.svg is None or not reading.svg.complete:
            continue
        match = _match(reading.data)
        grade = match.grade.value
        if grade == "current":
            continue
        if grade == "former":
            case = "removed" if match.current is None else "redrawn" if match.current in match.names else "renamed"
        else:
            case = "near-removed" if grade == "near" and match.current is None else grade
        values = {
            "name": match.name,
            "current": match.current,
            "release": match.last_release,
            "shared": match.shared,
            "total": match.total,
        }
        yield Hit(icon.place, case, values, _drawing_edits(icon, match.current))


@primitive("icon-inert", scope="plugin")
def icon_inert(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report what in an SVG is not inert, one hit for each kind of danger; the case is its name."""
    for icon in icons_of(plugin):
        reading = icon.reading()
        if reading.svg is None or not reading.svg.hazards:
            continue
        match = _match(reading.data)
        name = match.current if match.grade.value in ("current", "former") else None
        seen: set[str] = set()
        for hazard in reading.svg.hazards:
            if hazard.danger.value not in seen:
                seen.add(hazard.danger.value)
                edits = _drawing_edits(icon, name) if reading.is_drawn else ()
                yield Hit(icon.place, hazard.danger.value, {"detail": hazard.detail, "current": name}, edits)


@primitive("icons-distinct", scope="repository")
def icons_distinct(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report each plugin whose icon another plugin has already: the same Lucide icon, SVG or address.

    Cases: ``lucide`` where the drawing has a name, ``default``.
    """
    first: dict[object, tuple[Plugin, PluginIcon]] = {}
    for plugin in repository.plugins:
        icon = next(icons_of(plugin), None)
        if icon is None or not icon.value:
            continue
        reading = icon.reading()
        if not reading.is_drawn and reading.case not in ("address", "relative", "other-image"):
            continue  # what is no icon yet is not shared
        match = _match(reading.data) if reading.svg is not None else None
        name = match.current or match.name if match and match.grade.value in ("current", "former") else ""
        other, other_icon = first.setdefault(name or reading.data or icon.value, (plugin, icon))
        if other is not plugin:
            related = Related(other_icon.place, Message(f"the icon of {other.id}", f"{other.id} 的图标"))
            values = {"plugin": plugin.id, "other": other.id, "name": name}
            yield Hit(icon.place, "lucide" if name else "default", values, related=(related,), plugin=plugin.id)


@primitive("icon-chosen", scope="plugin")
def icon_chosen(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report icons that are not the Lucide icon asked for with ``--icon``; without that option, nothing.

    Cases: ``default``, ``missing`` where there is no icon yet.
    """
    name = context.options.icon
    if name is None:
        return
    from owui_lint.icons.lucide import icon_url

    asked = icon_url(name)
    for code in (plugin.code, *plugin.copies):
        entry = code.frontmatter.get(KEY)
        if entry is not None:
            icon = PluginIcon(code, entry.value, entry=entry)
            reading = icon.reading()
            is_it = reading.case is None and name in _current_names(reading)
            if not is_it:
                yield Hit(icon.place, values={"name": name}, edits=(icon.replaced_by(asked, reading.lines),))
            continue
        below = next((found for key in _NEIGHBOURS if (found := code.frontmatter.get(key))), None)
        if below is not None:
            file = code.file
            indent = file.text[below.line_span.start : below.key_span.start]
            end = below.line_span.end
            edit = file.edit(end, end, f"{file.newline}{indent}{KEY}: {asked}")
            yield Hit(file.place(below.key_span.start, below.key_span.end), "missing", {"name": name}, (edit,))


def _current_names(reading: Reading) -> tuple[str, ...]:
    match = _match(reading.data)
    return match.names if match.grade.value == "current" else ()
