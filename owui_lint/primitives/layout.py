"""Where files lie, which must exist, and in which language they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from owui_lint.finding import Place
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Document, Plugin, Repository
from owui_lint.text import count_cjk


@primitive("own-folder", scope="plugin")
def own_folder(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report a plugin that has no folder of its own, so that no README can be its own. Case ``shared``: two in one folder."""
    if plugin.folder is not None or not context.repository.is_standard_layout:
        return
    parts = plugin.path.split("/")
    depth = len(context.repository.plugins_dir.split("/")) + 2
    yield Hit(
        Place(plugin.path),
        "default" if len(parts) <= depth else "shared",
        {"folder": f"{context.repository.plugins_dir}/{plugin.type}/{plugin.code.stem}", "stem": plugin.code.stem},
    )


@primitive("readme-exists", scope="plugin")
def readme_exists(plugin: Plugin, context: Context) -> Iterator[Hit]:
    """Report each language in which a plugin with a folder has no README. Cases ``en`` and ``zh``, ``other-name``, ``folder``."""
    repository = context.repository
    if plugin.folder is None:
        return
    for lang, key in (("en", "readme"), ("zh", "readme-zh")):
        if lang in plugin.readmes:
            continue
        name = repository.config[key]
        path = f"{plugin.folder}/{name}"
        other = _other_name(repository, plugin.folder, lang)
        if path in repository.folders or (repository.root / path).is_dir():
            yield Hit(Place(path), "folder", {"name": name})
        elif other:
            yield Hit(Place(path), "other-name", {"name": name, "found": other})
        else:
            yield Hit(Place(path), lang, {"name": name, "plugin": plugin.id})


_README = re.compile(
    r"readme(?:[._-]?(?P<lang>zh|cn|zh[_-]?cn|zh[_-]?hans|chinese|中文))?\.(?:md|markdown)", re.IGNORECASE
)


def _other_name(repository: Repository, folder: str, lang: str) -> str | None:
    known = {repository.config["readme"], repository.config["readme-zh"]}
    for path in repository.by_folder.get(folder, []):
        name = path.rpartition("/")[2]
        match = _README.fullmatch(name)
        if match and name not in known and bool(match["lang"]) == (lang == "zh"):
            return name
    return None


_PROSE_NOISE = re.compile(r"https?://\S+|<[^>\n]{0,300}>|[!\[\]()|#*_`~>:-]")
_MIN_LETTERS = 80  # a few words say nothing about a language


@primitive("document-language", scope="readme")
def document_language(document: Document, context: Context, *, zh_below: int, en_above: int) -> Iterator[Hit]:
    """Report a README written in the other language: Chinese with less than ``zh_below`` percent Han among its
    letters, English with more than ``en_above`` percent. Code, links' targets and markup do not count."""
    markdown = document.markdown
    text = _PROSE_NOISE.sub(" ", re.sub(r"\]\([^()\n]{0,1000}\)", "] ", markdown.masked))
    han = count_cjk(text)
    letters = sum(map(str.isalpha, text))
    if letters < _MIN_LETTERS:
        return
    percent = round(100 * han / letters)
    if document.lang == "zh" and percent < zh_below:
        yield Hit(Place(document.path), "zh", {"percent": percent})
    elif document.lang == "en" and percent > en_above:
        yield Hit(Place(document.path), "en", {"percent": percent})


@primitive("docs-exist", scope="repository")
def docs_exist(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report a repository without the documentation folder (``folder``), or a plugin type without an index (``index``)."""
    if not repository.is_standard_layout:
        return
    docs = repository.docs_dir
    if docs not in repository.folders:
        yield Hit(Place(docs), "folder", {"path": docs})
        return
    types = sorted({plugin.type for plugin in repository.plugins})
    for kind in types:
        for suffix in ("", repository.config["docs-zh-suffix"]):
            path = f"{docs}/{kind}/index{suffix}.md"
            if not repository.exists(path):
                yield Hit(Place(path), "index", {"path": path, "type": kind})
