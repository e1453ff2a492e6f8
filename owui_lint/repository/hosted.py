"""Addresses of the repository's own files on GitHub: a link of that kind leads to what lies in the work tree.

Nothing is fetched, and git is not started: whose repository this is says the address of its remote ``origin``, and what its
branch holds is what lies here where that branch is the one that is checked out. Of a fork, of another branch, of a release
or where nothing of it is known, nothing is said.
"""

from __future__ import annotations

import re

from owui_lint import TYPE_CHECKING
from owui_lint.gitdirectory import head_and_settings
from owui_lint.lazypattern import lazy_pattern
from owui_lint.repository.documents.rendering import destination
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository import Repository

#: What an address of a file or folder on GitHub begins with.
SITE = "https://github.com/"
_ADDRESS = lazy_pattern(r"https://github\.com/([\w.-]{1,100})/([\w.-]{1,100})/(?:blob|tree|raw)/([^?#\r\n]{1,1000})")
_ADDRESS_IN_TEXT = lazy_pattern(
    r"https://github\.com/[\w.-]{1,100}/[\w.-]{1,100}/(?:blob|tree|raw)/[^?#\s<>()\[\]\"']{1,1000}"
)
_NAMED = lazy_pattern(r"`(https://github\.com/[^`\r\n]{1,2000})`")
_SECTION = lazy_pattern(r'^\[remote "origin"\][ \t]*$([^\[]{0,5000})', re.MULTILINE)
_URL = lazy_pattern(r"^[ \t]*url[ \t]*=[ \t]*(\S{1,500})[ \t]*$", re.MULTILINE | re.IGNORECASE)
_REMOTE = lazy_pattern(
    r"(?:https://(?:[^/@\s]{1,300}@)?|ssh://git@|git@)github\.com[:/]([\w.-]{1,100})/([\w.-]{1,100}?)(?:\.git)?/?"
)
_BRANCH = lazy_pattern(r"ref: refs/heads/(\S{1,300})\s*")


class Checkout(NamedTuple):
    """Whose repository is checked out (owner and name, in lower case), and which branch of it."""

    owner: str
    name: str
    branch: str


def own_path(address: str, checkout: Checkout) -> str | None:
    """Return the path in the repository that an address of its own leads to, on the branch that is checked out, as it is
    written there; ``None`` for any other address."""
    match = _ADDRESS.match(address)
    if match is None or (match[1].casefold(), match[2].casefold()) != checkout[:2]:
        return None
    branch, slash, path = match[3].partition(f"{checkout.branch}/")
    return path.strip("/") or None if slash and not branch else None


def names_unknown(repository: Repository, path: str, message: str) -> bool:
    """Tell whether a message names an address on GitHub that still stands in a file, and cannot be looked up in what is
    checked out."""
    found = _NAMED.findall(message)
    return bool(found) and any(
        address in repository.file(path).text and _is_unknown(repository, address) for address in found
    )


def has_unknown(repository: Repository, path: str) -> bool:
    """Tell whether a file has an address of a file on GitHub that cannot be looked up in what is checked out."""
    text = repository.file(path).text
    return SITE in text and any(_is_unknown(repository, match[0]) for match in _ADDRESS_IN_TEXT.finditer(text))


def _is_unknown(repository: Repository, address: str) -> bool:
    checkout = checkout_of(repository)
    return checkout is None or own_path(destination(address), checkout) is None


def checkout_of(repository: Repository) -> Checkout | None:
    """Return what is checked out in a repository that is the whole of git's work tree; ``None`` where that is not certain."""
    kept = head_and_settings(repository.root)
    if kept is None:
        return None
    section = _SECTION.search(kept[1])
    urls = _URL.findall(section[1]) if section is not None else []
    remote = _REMOTE.fullmatch(urls[0]) if len(urls) == 1 else None
    head = _BRANCH.fullmatch(kept[0])
    if remote is None or head is None:
        return None
    return Checkout(remote[1].casefold(), remote[2].casefold(), head[1])
