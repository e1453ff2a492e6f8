"""Links within the repository: do the files and anchors that a document points to exist?"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cached_property, partial

from owui_lint.lazypattern import lazy_pattern
from owui_lint.primitives import Context, Hit, primitive
from owui_lint.repository import Repository, SourceFile
from owui_lint.repository.documents.anchors import Reference, anchors, built_anchors, normal_anchor, references
from owui_lint.repository.documents.markdown import Markdown
from owui_lint.repository.hosted import SITE, Checkout, checkout_of, own_path
from owui_lint.text import unquoted
from owui_lint.tuples import NamedTuple

_SCHEME = lazy_pattern(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|\\\\|www\.")
_TEMPLATE = lazy_pattern(r"[{}<>$|*]|%7B|\.\.\.|…|(?:^|/)(?:path/to|your[-_]|xxx)", re.IGNORECASE)
# Pages of the hosting site: a link that consists of such a name alone may mean one. `../../issues` of a README in the
# root leads out of the repository anyway.
_SITE_PAGES = frozenset(
    {"issues", "pulls", "releases", "discussions", "wiki", "actions", "stargazers", "tags", "blob", "tree"}
)
# Bare words that are names of files for everybody.
_FILES_WITHOUT_ENDING = frozenset(
    {"AUTHORS", "CHANGELOG", "CONTRIBUTORS", "COPYING", "LICENCE", "LICENSE", "MAINTAINERS", "NOTICE", "PATENTS"}
)
_BUILT = ("", ".html")  # how addresses of built pages end
# What a site's generator resolves itself (`@site/` and `~` are aliases of its folders) or writes.
_OF_GENERATOR = lazy_pattern(
    r"[@~]|(?:.*/)?(?:sitemap\.xml(?:\.gz)?|feed_(?:rss|json)_\w+\.(?:xml|json)|(?:rss|atom)\.xml)$"
)


class _Missing(NamedTuple):
    file: SourceFile
    reference: Reference
    path: str


@primitive("links-resolve", scope="repository")
def links_resolve(repository: Repository, context: Context) -> Iterator[Hit]:
    """Report relative links to files that do not exist (``file``, ``image``), exist in other case (``case``), and to
    anchors that a page does not have (``anchor``, ``own-anchor``); and addresses of the repository's own files on the
    branch that is checked out, which do not exist there.

    Nothing is fetched. Other links out of the repository, into ignored (generated) folders and with placeholders are left
    alone, as are those that only a built site can answer.
    """
    checker = _Checker(repository)
    missing: list[_Missing] = []
    hits: list[Hit] = []
    for path in repository.relevant_paths:
        if not repository.is_markdown(path) or repository.file(path).problem:
            continue
        file = repository.file(path)
        for reference in checker.to_follow(file):
            is_hosted = reference.target.startswith(SITE)
            found = checker.look_up(file, reference) if is_hosted else checker.look(file, reference)
            if isinstance(found, _Missing):
                missing.append(found)
            elif found is not None:
                hits.append(found)
    ignored = repository.ignored({item.path for item in missing})
    hits += [checker.missing(item) for item in missing if item.path not in ignored]
    yield from hits


def _of_files(markdown: Markdown) -> list[Reference]:
    """The references that may mean files of the repository: no other addresses, no placeholders."""
    return [
        found
        for found in references(markdown)
        if (found.target.startswith(SITE) or not _SCHEME.match(found.target))
        and not (_TEMPLATE.search(found.target) or markdown.is_generated(found.start))
    ]


def _parts(reference: Reference) -> tuple[str, str]:
    """The file that a link means, without its query, and the anchor there."""
    target, _, fragment = reference.destination.partition("#")
    return target.partition("?")[0], fragment


class _Checker:
    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._anchors: dict[str, frozenset[str]] = {}
        self._built: dict[str, frozenset[str] | None] = {}

    @cached_property
    def by_casefold(self) -> dict[str, str]:
        """Files and folders by their path in lower case."""
        known = [*self.repository.paths, *self.repository.folders]
        return {path.casefold(): path for path in known}

    @cached_property
    def _folder_names(self) -> frozenset[str]:
        return frozenset(path.rpartition("/")[2] for path in self.repository.folders)

    def markdown(self, path: str) -> Markdown:
        return self.repository.file(path).markdown

    def to_follow(self, file: SourceFile) -> list[Reference]:
        """Return those of a page's references that lead to anything but a file or folder which is there: nothing but the list
        of files decides that, so that the next run need not look."""

        def make() -> list[tuple[object, ...]]:
            markdown = file.markdown
            found = markdown.facts.rows("references of files", Reference, partial(_of_files, markdown))
            return [tuple(reference) for reference in found if not self._leads_to_a_file(file, reference)]

        of_all = self.repository.facts.of_all
        return list(map(Reference._make, of_all.of_bytes("links to follow", file.path, file.digest, make)))

    def _leads_to_a_file(self, file: SourceFile, reference: Reference) -> bool:
        target, fragment = _parts(reference)
        if not target or reference.target.startswith(SITE):
            return False
        path = self._path(file.path, target, reference)
        if path in self.repository.folders:
            return True
        return path is not None and path in self.repository.path_set and not (fragment and path.endswith(".md"))

    def _has_anchor(self, path: str, anchor: str) -> bool:
        markdown = self.markdown(path)
        if path not in self._anchors:
            self._anchors[path] = anchors(markdown)
        if anchor in self._anchors[path]:
            return True
        if path not in self._built:
            self._built[path] = built_anchors(markdown)
        built = self._built[path]
        return built is None or anchor in built

    def look(self, file: SourceFile, reference: Reference) -> Hit | _Missing | None:
        """Return what is wrong with a link; ``None`` where nothing is, or nothing can be said."""
        target, fragment = _parts(reference)
        if not target:
            return self._anchor(file, reference, file.path, fragment)
        path = self._path(file.path, target, reference)
        if path is None:
            return None
        if path in self.repository.path_set:
            return self._anchor(file, reference, path, fragment) if self.repository.is_markdown(path) else None
        if path in self.repository.folders:
            return None
        return _Missing(file, reference, path)

    @cached_property
    def checkout(self) -> Checkout | None:
        """Whose repository this is, and which branch, where that is certain."""
        return checkout_of(self.repository)

    def look_up(self, file: SourceFile, reference: Reference) -> _Missing | None:
        """Return an address of the repository's own that leads to nothing in it."""
        checkout = self.checkout
        path = None if checkout is None else own_path(reference.destination, checkout)
        if path is None:
            return None
        path = posixpath.normpath(unquoted(path))
        # `.github` is not listed, and what leads out of the repository (`..`) is another page.
        is_there = path in self.repository.path_set or path in self.repository.folders or path.startswith(".")
        return None if is_there else _Missing(file, reference, path)

    def _path(self, source: str, target: str, reference: Reference) -> str | None:
        """Return the repository path that a link means; ``None`` where it means something else."""
        decoded = unquoted(target)
        if self.repository.is_of_site(source):
            ending = posixpath.splitext(decoded)[1]
            if reference.html or decoded.startswith("/") or ending in _BUILT or _OF_GENERATOR.match(decoded):
                return None  # resolved by the built site, against the page's address
        if "/" not in decoded and "." not in decoded and decoded not in _FILES_WITHOUT_ENDING:
            return None  # a bare word: a placeholder such as `[text](url)`
        joined = decoded.lstrip("/") if decoded.startswith("/") else posixpath.join(posixpath.dirname(source), decoded)
        path = posixpath.normpath(joined)
        return None if path.startswith("..") or path == "." or self._is_site_page(decoded) else path

    def _is_site_page(self, target: str) -> bool:
        """Whether a link is nothing but the name of a page of the site, and nothing in the repository is called so."""
        name = target.lstrip("./").rstrip("/")
        return name in _SITE_PAGES and name not in self.repository.types and name not in self._folder_names

    def _anchor(self, file: SourceFile, reference: Reference, path: str, fragment: str) -> Hit | None:
        wanted = normal_anchor(fragment)
        if not wanted or wanted == "top" or wanted.startswith(("__", ":~:", "fn:", "fnref:")):
            return None
        if self.repository.file(path).problem or self._has_anchor(path, wanted):
            return None
        values = {"target": reference.target, "anchor": fragment, "path": path}
        case = "own-anchor" if path == file.path else "anchor"
        return self._hit(file, reference, case, values)

    def missing(self, item: _Missing) -> Hit:
        values = {"target": item.reference.target, "path": item.path}
        other = self.by_casefold.get(item.path.casefold())
        if other is not None:
            return self._hit(item.file, item.reference, "case", {**values, "found": other})
        return self._hit(item.file, item.reference, "image" if item.reference.image else "file", values)

    def _hit(self, file: SourceFile, reference: Reference, case: str, values: Mapping[str, object]) -> Hit:
        place = file.place(reference.start, reference.end)
        return Hit(place, case, values, plugin=self.repository.owner_id(file.path))
