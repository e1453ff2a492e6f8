"""Data files against their JSON Schemas: a key that is not known must not pass for one that was left out."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from owui_lint.cache import rules_folder
from owui_lint.dataschemas import data_schema
from owui_lint.repository.versions.locations import _FINDERS
from owui_lint.rulebook import RuleError, compile_folder, read_data, read_yaml
from owui_lint.schemacheck import problems

FOLDER = Path(rules_folder())
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def _schema(name: str) -> dict[str, Any]:
    schema = data_schema(name)
    assert schema is not None
    return schema


@pytest.mark.parametrize("name", NAMES)
def test_the_file_fits_its_schema(name: str) -> None:
    schema, data = _schema(name), read_yaml(FOLDER / f"{name}.yaml")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(data, schema)
    assert not list(problems(data, schema))


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        yield data
    for item in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _objects(item)


# Their keys are names of the file's own choice.
_MAPS = {"locations": ("fragments", "forms", "kind-words", "form-sets")}


@pytest.mark.parametrize("name", NAMES)
def test_no_key_can_be_misspelt(name: str) -> None:
    """Whichever key it is, at any depth, and whether it may be left out or not."""
    schema, data = _schema(name), read_yaml(FOLDER / f"{name}.yaml")
    free = [id(data[key]) for key in _MAPS.get(name, ())]
    asked = 0
    for found in _objects(data):
        if id(found) in free:
            continue
        before = dict(found)
        for key in before:
            found.clear()
            found.update({f"{known}x" if known == key else known: value for known, value in before.items()})
            first = next(problems(data, schema), None)
            assert first is not None and f"{key}x" in first.message.en, key
            asked += 1
        found.clear()
        found.update(before)
    assert asked > 10 and not list(problems(data, schema))


@pytest.mark.parametrize(
    ("name", "old", "new", "text"),
    [
        ("locations", "    zone: header\n", "    zonne: header\n", "unknown key 'zonne', did you mean 'zone'?"),
        (
            "locations",
            "    zone: header\n",
            "    zone: heading\n",
            "'heading' is not one of title, header, front-matter",
        ),
        ("locations", "    history: true\n", "    history: yes please\n", "must be True"),
        ("locations", "    history: true\n", "    history: false\n", "must be True"),
        ("locations", "    rows: 1\n", "    rows: one\n", "a whole number"),
        ("locations", "    reader: badge\n", "    reader: column\n", "unknown key 'labels'"),
        ("locations", "    reader: column\n", "    reader: pattern\n", "unknown key 'rows'"),
        ("locations", "    expected: one\n", "    expectd: one\n", "unknown key 'expectd', did you mean 'expected'?"),
        ("locations", "    in: readme\n", "    in: readmes\n", "did you mean 'readme'?"),
        ("locations", "  for-tools:", "  for-tool:", "unknown key 'for-tool'"),
        ("locations", "date-badge:\n", "date-badges:\n", "unknown key 'date-badges'"),
        ("locations", "    forms: page\n", "    forms: pages\n", "'pages' is not defined"),
        ("locations", "  page: [metadata, ", "  page: [meta-data, ", "'meta-data' is not defined"),
        ("locations", "{label}", "{labell}", "'labell' is not defined"),
        ("sections", "    required: true\n", "    requird: true\n", "unknown key 'requird', did you mean 'required'?"),
        ("sections", "    ordered: false\n", "    ordered: no way\n", "must be true or false"),
        ("words", "not-said:", "not-sayd:", "unknown key 'not-sayd', did you mean 'not-said'?"),
        ("profiles", "bilingual: false", "bilingal: false", "unknown key 'bilingal'"),
        ("standard", "    decidable: true\n", "    decideable: true\n", "unknown key 'decideable'"),
        ("standard", "    decidable: true\n", "", "'decidable' is missing"),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path: Path, name: str, old: str, new: str, text: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "rules")
    file = tmp_path / "rules" / f"{name}.yaml"
    before = file.read_text(encoding="utf-8")
    assert old in before
    file.write_text(before.replace(old, new, 1), encoding="utf-8")
    line = before.count("\n", 0, before.index(old)) + 1
    with pytest.raises(RuleError) as raised:
        compile_folder(tmp_path / "rules")
    where, _, said = str(raised.value).partition(": ")
    assert text in said
    # What lacks, or does not go with the reader, is said of the whole or of that key.
    assert where == f"{name}.yaml:{line}" or "missing" in text or "reader" in old


def test_a_file_that_nothing_reads_does_not_load(tmp_path: Path) -> None:
    (tmp_path / "word.yaml").write_text("a: b\n")
    with pytest.raises(RuleError, match=r"^word\.yaml:1: no data file is called so$"):
        read_data(tmp_path / "word.yaml")


def test_what_the_schema_names_is_what_the_code_knows() -> None:
    location = _schema("locations")["properties"]["locations"]["items"]["properties"]
    assert set(location["in"]["enum"]) == set(_FINDERS)


def test_a_copy_is_enough() -> None:
    """A schema is made anew each time: who changes it changes nothing for others."""
    schema = _schema("words")
    before = copy.deepcopy(schema)
    schema["properties"].clear()
    assert _schema("words") == before
