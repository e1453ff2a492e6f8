"""Icons: whether browsers show them, what they draw, and whether they are inert."""

from __future__ import annotations

from collections.abc import Iterator

from owui_lint.finding import Edit, LineNumber, Message, Place, Related, Span
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin, Repository
from owui_lint.repository.python.icon import KEY, CodeIcon, find_drawn

# A new icon_url goes below the first of these that is there: the order of the standard's own example.
_NEIGHBOURS = ("version", "funding_url", "author_url", "author", "title")


def icons_of(plugin: Plugin) -> Iterator[CodeIcon]:
    """Yield the icon of the plugin's code and of each copy, where they have one."""
    for code in plugin.codes:
        if code.icon is not None:
            yield code.icon


def _drawing_edits(icon: CodeIcon, name: str | None) -> tuple[Edit, ...]:
    from owui_lint.icons.lucide import icon_url

    return (icon.replaced_by(icon_url(name)),) if name is not None else ()


@primitive("icon-form", scope="plugin", reads="code")
def icon_form(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report icons that are not an SVG on one line in a base64 ``data:`` URI; the case says what they are instead."""
    for icon in icons_of(plugin):
        reading = icon.reading
        if reading.case is not None and reading.case != "empty":
            edits = (icon.replaced_by(reading.mended, reading.lines),) if reading.mended else ()
            place = icon.place_with(reading.lines)
            yield Hit(place, reading.case, {"detail": reading.detail, "lines": LineNumber(reading.lines + 1)}, edits)


@primitive("icon-drawing", scope="plugin", reads="code")
def icon_drawing(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report drawings that are none of the newest Lucide release.

    Cases: ``redrawn`` and ``renamed`` for a former drawing, ``removed`` where that icon is gone, ``near`` and
    ``near-removed`` for one with strokes in common, ``none`` for all others.
    """
    for icon in icons_of(plugin):
        reading = icon.reading
        if not reading.is_drawn or reading.svg is None or not reading.svg.complete:
            continue
        match = icon.match
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
        # A drawing of which a stroke or two are Lucide's may be the author's own.
        is_meant = grade == "former" or match.shared * 3 >= match.total * 2
        yield Hit(icon.place, case, values, _drawing_edits(icon, match.current) if is_meant else ())


@primitive("icon-inert", scope="plugin", reads="code")
def icon_inert(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report what in an SVG is not inert, one hit for each kind of danger; the case is its name."""
    for icon in icons_of(plugin):
        reading = icon.reading
        if reading.svg is None or not reading.svg.hazards:
            continue
        match = icon.match
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
    first: dict[str | bytes, tuple[Plugin, Place]] = {}
    for plugin in repository.plugins:
        found = ((code, drawn) for code in plugin.codes if (drawn := find_drawn(code)) is not None)
        code, drawn = next(found, (plugin.code, None))
        if drawn is None or not drawn.key:
            continue  # what is no icon yet is not shared
        place = Place(code.path, Span(*drawn.span))
        other, there = first.setdefault(drawn.key, (plugin, place))
        if other is not plugin:
            related = Related(there, Message(f"the icon of {other.id}", f"{other.id} 的图标"))
            values = {"plugin": plugin.id, "other": other.id, "name": drawn.name}
            yield Hit(place, "lucide" if drawn.name else "default", values, related=(related,), plugin=plugin.id)


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
    for code in plugin.codes:
        icon = code.icon
        if icon is not None and icon.entry is not None:
            drawn = icon.reading.case is None and icon.match.grade.value == "current" and name in icon.match.names
            if not drawn:
                yield Hit(icon.place, values={"name": name}, edits=(icon.replaced_by(asked, icon.reading.lines),))
            continue
        below = next((found for key in _NEIGHBOURS if (found := code.frontmatter.get(key))), None)
        if below is not None:
            file = code.file
            indent = file.text[below.line_span.start : below.key_span.start]
            end = below.line_span.end
            edit = file.edit(end, end, f"{file.newline}{indent}{KEY}: {asked}")
            yield Hit(file.place(below.key_span.start, below.key_span.end), "missing", {"name": name}, (edit,))
