"""Generate ``owui_lint/openwebui/data/*.json`` from published wheels of open-webui. Run by hand, not by the tests.

    python tools/openwebui_facts.py --cache            keep the sources of every release under .cache/openwebui/
    python tools/openwebui_facts.py --packages ENV ... read import names: ENV is a site-packages folder (an environment
                                                       with ``pip install open-webui==NEWEST``) or a folder of wheels
    python tools/openwebui_facts.py --generate         write the data from what the first two left in the cache

pip does the talking, from its own configuration; about 90 MB are downloaded for each release that is not cached yet.
The code of a release is read with ``ast``. If a release is written in a way that the readers do not know, the run
stops with the place: read the code there and teach ``tools/openwebui_source.py``.

A fact that holds for several releases is stored once, with the release from which it holds: a *timeline*, a list of
``[release, value]`` in which None stands for "not there" and ``[]`` holds for releases before the first entry.
"""

from __future__ import annotations

import argparse
import email.parser
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import openwebui_packages as packages
import openwebui_source as source
import openwebui_wheels as wheels

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "openwebui"
DATA = ROOT / "owui_lint" / "openwebui" / "data"
FIRST = (0, 5, 0)
#: Modules whose functions a plugin may call; the rest of open_webui is only recorded as existing.
CALLABLE_MODULES = re.compile(
    r"open_webui\.(functions|tasks|main|events|(models|utils|routers|socket|retrieval|storage|internal|tools)(\..+)?)"
)
#: Modules whose names a plugin may import.
NAMED_MODULES = re.compile(CALLABLE_MODULES.pattern + r"|open_webui\.(constants|config|env)")
REQUIREMENT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*\(?([^;)]*)\)?\s*(?:;\s*(.*))?")
EXTRA = re.compile(r"""(?:^|\s+and\s+)extra\s*==\s*['"]([^'"]+)['"]""")

Timeline = list[list[Any]]


def timelines(facts: dict[str, dict[str, Any]]) -> dict[str, Timeline]:
    """Facts of each release, oldest first -> timeline of each key."""
    found: dict[str, Timeline] = {}
    for release, values in facts.items():
        for key in values.keys() | found.keys():
            line = found.setdefault(key, [])
            value = values.get(key)
            if (line[-1][1] if line else None) != value:
                line.append([release, value])
    return dict(sorted(found.items()))


def dates(newest: Path) -> dict[str, str]:
    """Release -> day, from the change log that the newest wheel carries."""
    text = (newest / "open_webui" / "CHANGELOG.md").read_text("utf-8")
    return dict(re.findall(r"^## \[([\d.]+)\] - (\d{4}-\d{2}-\d{2})", text, re.MULTILINE))


def requirements(folder: Path) -> tuple[dict[str, list[str]], str]:
    """``name`` or ``name;extra`` -> ``[specifier, extras, marker]`` of one release, and its Requires-Python."""
    message = email.parser.HeaderParser().parsestr((folder / "METADATA").read_text("utf-8"))
    found: dict[str, list[str]] = {}
    for text in message.get_all("Requires-Dist") or ():
        match = REQUIREMENT.fullmatch(text.strip())
        if not match:
            raise source.ShapeError(f"{folder.name}: cannot read requirement {text!r}")
        name, extras, specifier, marker = (part or "" for part in match.groups())
        extra = EXTRA.search(marker)
        marker = EXTRA.sub("", marker).strip()
        key = packages.normalise(name) + (f";{extra.group(1)}" if extra else "")
        value = [specifier.strip(), extras.strip("[]"), marker]
        known = found.setdefault(key, value)
        if known[1:] != value[1:]:
            raise source.ShapeError(f"{folder.name}: {key} is required twice, differently")
        known[0] = ",".join(sorted({*known[0].split(","), *value[0].split(",")} - {""}))
    return found, message["Requires-Python"]


def existing_modules(release: source.Release) -> dict[str, bool]:
    """Dotted names that can be imported: modules and the packages around them."""
    names = set(release.module_names)
    for name in list(names):
        parts = name.split(".")
        names.update(".".join(parts[:n]) for n in range(1, len(parts)))
    return dict.fromkeys(names, True)


def functions(release: source.Release) -> dict[str, str]:
    """``module:name`` -> kind, for every module that a plugin may call into."""
    found = {}
    for name in release.module_names:
        if CALLABLE_MODULES.fullmatch(name):
            module = release.module(name)
            callables = source.module_functions(module)
            if name == "open_webui.storage.provider":
                callables = {k: v for k, v in callables.items() if "Provider." not in k} | source.storage_functions(
                    module
                )
            found |= {f"{name}:{key}": value for key, value in callables.items()}
    if not any(key.startswith("open_webui.models.users:Users.") for key in found):
        raise source.ShapeError(f"{release.folder.name}: the table Users was not found")
    return found


def returning_none(release: source.Release) -> dict[str, list[str]]:
    """Module -> its functions and methods that say they may return None, of those that :func:`functions` knows."""
    found = {}
    for name in sorted(release.module_names):
        if CALLABLE_MODULES.fullmatch(name):
            said = source.module_functions(release.module(name), source.may_be_none)
            if any(said.values()):
                found[name] = sorted(key for key, value in said.items() if value)
    return found


def importable(release: source.Release) -> dict[str, bool]:
    """``module:name`` for every name that a plugin may import from the modules that plugins use."""
    found = {}
    for module in release.module_names:
        if NAMED_MODULES.fullmatch(module):
            found |= {f"{module}:{name}": True for name in source.importable_names(release.module(module))}
    if "open_webui.models.users:Users" not in found:
        raise source.ShapeError(f"{release.folder.name}: the table Users was not found")
    return found


def with_empty(table: dict[str, dict[str, int]], existing: Iterable[str]) -> dict[str, dict[str, int]]:
    """Names by module, with the modules that were read and have none of their own: packages whose ``__init__.py`` is empty
    or missing. What is not in the table was not read, and nothing is known against a name in it."""
    read = {name: dict[str, int]() for name in existing if NAMED_MODULES.fullmatch(name)}
    return dict(sorted({**read, **table}.items(), key=lambda row: f"{row[0]}:"))


def by_module(timelines: dict[str, Timeline]) -> tuple[list[Timeline], dict[str, dict[str, int]]]:
    """Timelines of ``module:name`` -> each different one once, and its number by module and name."""
    distinct: list[Timeline] = []
    position: dict[str, int] = {}
    table: dict[str, dict[str, int]] = {}
    for key, line in timelines.items():
        mark = json.dumps(line)
        if mark not in position:
            position[mark] = len(distinct)
            distinct.append(line)
        module, _, name = key.partition(":")
        table.setdefault(module, {})[name] = position[mark]
    return distinct, table


def read_plugins(release: source.Release) -> dict[str, Any]:
    """Everything about loading and calling plugins, flat: topic -> value."""
    facts: dict[str, Any] = {f"arguments.{name}": names for name, names in source.hooks(release).items()}
    for kind, classes in source.plugin_classes(release).items():
        facts[f"classes.{kind}"] = classes
    facts["annotations"] = source.annotations(release)
    facts["tool_types"] = source.tool_types(release)
    facts["import_rewriting"] = source.import_rewriting(release)
    facts |= {f"front_matter.{name}": value for name, value in source.front_matter(release).items()}
    facts |= {f"valves.{name}": value for name, value in source.valves(release).items()}
    facts |= {f"app_state.{name}": True for name in source.app_state(release)}
    facts["requirements.splitting"] = source.requirement_splitting(release)
    return facts


def write(name: str, releases: list[str], **topics: dict[str, Any] | list[Any]) -> None:
    """Write one data file, one entry a line, so that a regeneration can be reviewed as a difference."""
    day = dates(CACHE / releases[-1])
    head = {
        "generated_by": "tools/openwebui_facts.py",
        "regenerate": "python tools/openwebui_facts.py --cache --packages ENV ... --generate (--help says what ENV is)",
        "releases": [[release, day.get(release)] for release in releases],
    }
    lines = [f'"{key}": {json.dumps(value, separators=(",", ":"))}' for key, value in head.items()]
    for topic, content in topics.items():
        if isinstance(content, dict):
            rows = (
                f"{json.dumps(k)}:{json.dumps(v, ensure_ascii=False, separators=(',', ':'))}"
                for k, v in content.items()
            )
            lines.append(f'"{topic}": {{\n' + ",\n".join(rows) + "\n}")
        else:
            rows = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in content)
            lines.append(f'"{topic}": [\n' + ",\n".join(rows) + "\n]")
    DATA.mkdir(parents=True, exist_ok=True)
    path = DATA / f"{name}.json"
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8", newline="\n")
    json.loads(path.read_text("utf-8"))
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def cached_releases() -> list[str]:
    """The releases whose sources are cached, oldest first."""
    names = [path.name for path in CACHE.iterdir() if re.fullmatch(r"\d+(\.\d+)+", path.name)]
    return sorted(names, key=wheels.release_key)


def cache(keep_going: bool) -> None:
    """Fetch the sources of every published release from 0.5.0 on."""
    for release in wheels.published_releases():
        if wheels.release_key(release) < FIRST:
            continue
        try:
            wheels.cached(CACHE, release)
        except wheels.WheelError as error:
            if not keep_going:
                raise
            print(error, file=sys.stderr)


def read_packages(folders: Iterable[Path]) -> None:
    """Collect what is known of distributions into ``.cache/openwebui/packages.json``.

    Environments come first: what is installed with the newest open-webui wins over a wheel found elsewhere. Names that
    any release requires and no folder holds are downloaded, one wheel each.
    """
    known: dict[str, packages.Distribution] = {}
    installed: set[str] = set()
    for folder in folders:
        if any(folder.glob("*.dist-info")):
            found = packages.from_environment(folder)
            installed |= found.keys()
        else:
            found = packages.from_folder(folder)
        known = found | known
    required: dict[str, str] = {}
    for release in cached_releases():
        for key, (specifier, _, _) in requirements(CACHE / release)[0].items():
            required[key.split(";")[0]] = specifier
    for name in sorted(required.keys() - known.keys()):
        one = packages.downloaded(name + required[name]) or packages.downloaded(name)
        if one:
            known[name] = one
        else:
            print(f"{name}: no wheel, its import name is taken to be {name.replace('-', '_')}", file=sys.stderr)
    content = {name: {**asdict(one), "installed": name in installed} for name, one in sorted(known.items())}
    (CACHE / "packages.json").write_text(json.dumps(content, indent=1), encoding="utf-8")


def dependencies(requires: list[str], installed: set[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Requires-Dist texts -> what is needed always, and what is needed by extra: ``name`` or ``name[extra,...]``.

    Other markers are not judged: what is not installed was not needed on that machine and is left out.
    """
    always: set[str] = set()
    by_extra: dict[str, set[str]] = {}
    for text in requires:
        match = REQUIREMENT.fullmatch(text.strip())
        if not match:
            raise source.ShapeError(f"cannot read requirement {text!r}")
        name, extras, _, marker = (part or "" for part in match.groups())
        if packages.normalise(name) not in installed:
            continue
        entry = packages.normalise(name) + extras.replace(" ", "")
        wanted = re.findall(r"""extra\s*==\s*['"]([^'"]+)['"]""", marker)
        for extra in wanted:
            by_extra.setdefault(packages.normalise(extra), set()).add(entry)
        if not wanted:
            always.add(entry)
    return sorted(always), {
        extra: sorted(names - always) for extra, names in sorted(by_extra.items()) if names - always
    }


def generate() -> None:
    """Write all data files."""
    names = cached_releases()
    metadata = {name: requirements(CACHE / name) for name in names}
    existing: dict[str, dict[str, Any]] = {}
    callables: dict[str, dict[str, Any]] = {}
    bound: dict[str, dict[str, Any]] = {}
    plugins: dict[str, dict[str, Any]] = {}
    for name in names:
        release = source.Release(CACHE / name)
        existing[name], callables[name] = existing_modules(release), functions(release)
        bound[name] = importable(release)
        plugins[name] = read_plugins(release)

    required = timelines({name: found for name, (found, _) in metadata.items()})
    python = timelines({name: {"python": version} for name, (_, version) in metadata.items()})
    known = json.loads((CACHE / "packages.json").read_text("utf-8"))
    direct = {key.split(";")[0] for key in required}
    newest_direct = {key for key, line in required.items() if line[-1][1] is not None and ";" not in key}
    installed = {name for name, one in known.items() if one["installed"]} - {"open-webui", "pip"}
    indirect = {}
    for name in sorted(installed):
        indirect[name] = [known[name]["version"], *dependencies(known[name]["requires"], installed)]
    missing = newest_direct - installed
    if missing:
        raise source.ShapeError(f"the environment lacks {sorted(missing)}: it is not one of the newest release")
    write("distributions", names, python=python, required=required, installed=indirect)

    imports = {name: tuple(one["imports"]) for name, one in known.items()}
    by_hand = {name: value for name, value in packages.BY_HAND.items() if name not in imports}
    unread = {name: (name.replace("-", "_"),) for name in direct - imports.keys() - by_hand.keys()}
    by_import: dict[str, list[str]] = {}
    for name, provided in sorted((imports | by_hand | unread).items()):
        for one in provided:
            by_import.setdefault(one, []).append(name)
    for one, providers in list(by_import.items()):  # a name that is imported as it is called needs no entry
        if providers == [one.lower().replace("_", "-")] and one.islower() and not direct | installed >= set(providers):
            del by_import[one]
    read = {
        name: known[name]["version"] for name in sorted(known) if name in {d for ds in by_import.values() for d in ds}
    }
    rows = {key: (value[0] if len(value) == 1 else value) for key, value in sorted(by_import.items())}
    write("imports", names, by_import=rows, versions_read=read, by_hand=sorted(by_hand))

    distinct, table = by_module(timelines(callables))
    # Of the newest release alone: older ones do not say it of all of theirs.
    nothing = returning_none(source.Release(CACHE / names[-1]))
    write("functions", names, timelines=distinct, modules=table, may_be_none=nothing)
    distinct, table = by_module(timelines(bound))
    there = timelines(existing)
    write("names", names, timelines=distinct, modules=with_empty(table, there))

    grouped: dict[str, list[str]] = {}
    for key, line in there.items():
        grouped.setdefault(json.dumps([release for release, _ in line]), []).append(key)
    write("modules", names, since=[[json.loads(mark), keys] for mark, keys in grouped.items()])

    write("plugins", names, facts=timelines(plugins))


def main() -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", action="store_true", help="fetch the sources of every release")
    parser.add_argument("--keep-going", action="store_true", help="with --cache: report a failed release, go on")
    parser.add_argument("--packages", nargs="+", type=Path, metavar="ENV", help="read import names from these folders")
    parser.add_argument("--generate", action="store_true", help="write the data files")
    arguments = parser.parse_args()
    if not (arguments.cache or arguments.packages or arguments.generate):
        parser.error("nothing to do")
    try:
        if arguments.cache:
            cache(arguments.keep_going)
        if arguments.packages:
            read_packages(arguments.packages)
        if arguments.generate:
            generate()
    except (source.ShapeError, wheels.WheelError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
