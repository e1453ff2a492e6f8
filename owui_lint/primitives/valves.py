"""Valves: the fields of ``Valves`` and ``UserValves``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Edit, Message
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Plugin
from owui_lint.repository.renaming import Refusal, Renaming
from owui_lint.repository.testfiles import tests_of
from owui_lint.wording import KEPT

if TYPE_CHECKING:
    from owui_lint.repository.python.writtenvalue import WrittenValve

_UPPER_SNAKE = lazy_pattern(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")


def upper_snake(name: str) -> str:
    """Return ``name`` in UPPER_SNAKE_CASE: ``maxTokens`` and ``max-tokens`` become ``MAX_TOKENS``."""
    name = compiled(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])").sub("_", name)
    return compiled(r"_+").sub("_", name).strip("_").upper()


@primitive("valve-names", scope="plugin", reads="own")
def valve_names(
    plugin: Plugin,
    context: Context,
    *,
    exempt: list[str],
    ordered: list[str] | None = None,
    exempt_by_type: Mapping[str, list[str]] | None = None,
) -> Iterator[Hit]:
    """Report fields that are not UPPER_SNAKE_CASE; ``exempt`` names are read by OpenWebUI and must stay as they are.

    Cases: ``default``, ``script`` for names in another script, ``exempt`` for an exempt name in capitals, in ``Valves`` of
    plugins that OpenWebUI orders by it (``ordered``: types, all for none). The edits rename the valve wherever it is named; there are
    none where a use cannot be followed.
    """
    exempt = [*exempt, *(exempt_by_type or {}).get(plugin.type, [])]
    told: dict[int, tuple[WrittenValve, str, str]] = {}  # once what ``Valves`` and ``UserValves`` inherit
    for valve in plugin.code.written_valves:
        name = valve.name
        if name in exempt or valve.start in told:
            continue
        if name.casefold() in exempt and (ordered is None or plugin.type in ordered) and valve.owner == "Valves":
            told[valve.start] = valve, "exempt", name.casefold()
        elif not name.isascii():
            told[valve.start] = valve, "script", upper_snake(name)
        elif not _UPPER_SNAKE.fullmatch(name):
            told[valve.start] = valve, "default", upper_snake(name)
    renamed: dict[str, set[str]] = {}
    for valve, _, new in told.values():
        renamed.setdefault(new, set()).add(valve.name)
    renaming: Renaming | None = None
    for valve, case, new in told.values():
        found: tuple[Edit, ...] | Refusal = ()
        if len(renamed[new]) > 1:
            found = Refusal("twice")
        elif case != "script":
            renaming = renaming or _renaming(plugin, context)
            found = renaming.edits(valve.name, new)
        values: dict[str, object] = {"name": valve.name, "owner": valve.owner, "suggestion": new, KEPT: "", "left": ""}
        if isinstance(found, Refusal):
            if case != "script":
                values[KEPT] = _kept(found.told(new))
            found = ()
        elif renaming is not None and (lines := renaming.left(valve.name, new, found)):
            values["left"] = _left(valve.name, lines)
        yield Hit(plugin.code.file.place(valve.start, valve.end), case, values, edits=found)


def _kept(why: Message) -> Message:
    return Message(f" No fix renames it: {why.en}.", f"无法自动改名：{why.zh}。")


_MAX_LINES = 5  # that are named


def _left(name: str, lines: list[int]) -> Message:
    shown = [str(line) for line in lines[:_MAX_LINES]] + (["…"] if len(lines) > _MAX_LINES else [])
    return Message(
        f". Look at what still says `{name}` in the code: line{'s' if len(lines) > 1 else ''} {', '.join(shown)}",
        f"。代码第 {'、'.join(shown)} 行的文字仍写着 `{name}`，请自行确认",
    )


def _renaming(plugin: Plugin, context: Context) -> Renaming:
    repository = context.repository
    repository.pages.link()
    copies = {code.path for code in plugin.codes}
    below = repository.paths_below(f"{plugin.folder}/") if plugin.folder else ()
    others = [repository.file(path) for path in below if path.endswith(".py") and path not in copies]
    valves = {valve.name for valve in plugin.code.written_valves}
    valves |= {upper_snake(name) for name in valves}  # a document may name some as they are to be
    tests, doubtful = tests_of(repository, plugin)
    own = [code.file for code in plugin.codes]
    return Renaming(own, [*others, *tests], plugin.documents, valves, repository.sections, doubtful)
