"""Which section of the README standard a heading opens. The names are data: ``rules/sections.yaml``."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from functools import lru_cache

from owui_lint import TYPE_CHECKING
from owui_lint.finding import Message
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.openwebui.names import PLATFORM
from owui_lint.repository.documents.markdown import Heading, Markdown
from owui_lint.spans import is_in
from owui_lint.text import has_cjk, without_emoji, without_leading_number
from owui_lint.tuples import NamedTuple
from owui_lint.versions import BEGINS, ENDS, VERSION, looks_like_day

if TYPE_CHECKING:
    from typing import Any

STORY, HISTORY = "whats-new", "changelog"  # ids of sections in rules/sections.yaml
PLACEHOLDER = "<!-- owui-lint: todo -->"  # marks text that the tool wrote for a person to replace
_VERSION = lazy_pattern(rf"{BEGINS}v?(?:{VERSION}){ENDS}", re.IGNORECASE)


def normal_heading(text: str) -> str:
    """Return a heading as aliases are matched against it.

    Full-width forms, emoji, case and outer punctuation are ignored; a version becomes ``#``.
    """
    plain = unicodedata.normalize("NFKC", without_emoji(text)).casefold().replace("\u2019", "'")
    plain = _VERSION.sub("#", plain)
    plain = without_leading_number(plain)
    return " ".join(plain.strip(" \t:：-—–|*_~【】「」").split())


# What joins the name of What's New to the version that it tells of.
_TO_VERSION = r"[^\w#]{0,5}(?:(?:in|of|for|version|release|v|版本)[^\w#]{0,5}){0,2}#"


def _alias(name: str, kind: str) -> str:
    """Return the expression for headings that are a configured name, in its normal form. What's New is to name the
    release besides."""
    escaped = re.escape(name)
    return rf"(?:#[^\w#]{{0,5}})?{escaped}(?:$|{_TO_VERSION})" if kind == STORY and "#" not in name else f"{escaped}$"


# What stands before a version that is not the one that a heading tells of: the one before it, or another thing's.
_NOT_TOLD = lazy_pattern(
    rf"(?:\b(?:since|from|after|before|until|requires?|needs|with|supports?|for|{PLATFORM}|python)|自|从|支持|适用于|兼容)[ \t]*$",
    re.IGNORECASE,
)
_OF_RELEASE = lazy_pattern(rf"[^\w\n]{{0,20}}(?:version[ \t]+|版本[ \t]*)?v?\d+\.\d+\.\d+{ENDS}", re.IGNORECASE)
_RAISED = lazy_pattern(r"[ \t]*(?:→|->|=>|➜|to\b|至|到)", re.IGNORECASE)


class Named(NamedTuple):
    """A version that a text names, without its ``v``, and what stands around it, in normal form and lower case; the ``v``
    ends what stands before."""

    version: str
    before: str
    behind: str


def version_named(text: str) -> Named | None:
    """Return the first version that a text names."""
    plain = unicodedata.normalize("NFKC", text)
    match = _VERSION.search(plain)
    return _named(match, plain) if match else None


def _named(match: re.Match[str], plain: str) -> Named:
    version = match[0].lstrip("vV")
    return Named(version, plain[: match.end() - len(version)].casefold(), plain[match.end() :].casefold())


def release_named(text: str) -> Named | None:
    """Return the release that a heading tells of: the first version that is not said to be the one before or another
    thing's, nor the day of another one; of ``v1.1.0 → v1.2.0`` the second one."""
    plain = unicodedata.normalize("NFKC", text)
    found = [match for match in _VERSION.finditer(plain) if not _NOT_TOLD.search(plain[: match.start()][-40:])]
    if len(found) > 1:
        found = [match for match in found if not looks_like_day(match[0])] or found
    while len(found) > 1 and _RAISED.match(plain, found[0].end()):
        del found[0]
    return _named(found[0], plain) if found else None


def _narrow(character: str) -> str:
    """Return a character in normal form and lower case where that is one character too: offsets stay what they are."""
    narrow = unicodedata.normalize("NFKC", character).casefold()
    return narrow if len(narrow) == 1 else character


_LONGEST_BESIDE = 100  # characters that can say of a version that it is still to come


class SectionKind(NamedTuple):
    """A section of the standard: its id, its rank in the order, and how headings name it per language (expressions).

    ``whole`` is an expression for headings that name all of it, and no part: two of them are the section twice.
    """

    id: str
    rank: int | None
    required: bool
    name: Message
    aliases: Mapping[str, str]
    whole: str


class Section(NamedTuple):
    """A section found in a document."""

    kind: SectionKind
    heading: Heading


class SectionBook:
    """The sections of the standard, as ``rules/sections.yaml`` and the configuration name them."""

    def __init__(self, data: Mapping[str, Any], extra: Mapping[str, Mapping[str, list[str]]]) -> None:
        self._simplified = {ord(pair[0]): pair[1] for pair in data.get("traditional", "").split()}
        kinds = []
        for rank, entry in enumerate(data["sections"]):
            own = extra.get(entry["id"], {})
            aliases = {}
            for lang in ("en", "zh"):
                parts = [
                    *entry.get(lang, []),
                    *(_alias(self._normal(name), entry["id"]) for name in own.get(lang, [])),
                ]
                aliases[lang] = "|".join(f"(?:{part})" for part in parts) or r"(?!)"
            ordered = rank if entry.get("ordered", True) else None
            whole = "|".join(f"(?:{part})" for part in entry.get("whole", ())) or r"(?!)"
            required = entry.get("required", False)
            kinds.append(SectionKind(entry["id"], ordered, required, Message(**entry["name"]), aliases, whole))
        self.kinds = tuple(kinds)
        self.by_id = {kind.id: kind for kind in self.kinds}
        self.classify = lru_cache(maxsize=None)(self._classify)
        releases = data.get("releases", {})
        own_names = [name for names in extra.get(STORY, {}).values() for name in names]
        own_words = re.findall(r"[^\W\d_]+", " ".join(map(normal_heading, own_names))) if own_names else ()
        self._release_words = "|".join((*releases.get("words", ()), *own_words)) or r"(?!)"
        self._coming_before = rf"(?:{releases.get('before', '(?!)')})\Z"
        behind = "|".join(releases.get("behind", ())) or r"(?!)"
        self._coming_behind = behind.replace("{coming}", releases.get("coming", ""))
        self._told = dict(data.get("told", {}))
        self._one_language = "|".join(f"(?:{part})" for part in data.get("one-language", ())) or r"(?!)"
        # Words stand between blanks, Chinese ones need none: but then they may be a part of another word.
        joints = data.get("joints", r"(?!)")
        self._joint = (
            rf"(?<=\S)[ ]+(?:{joints})[ ]+(?=\S)"
            rf"|(?<=[\u4e00-\u9fff）)])[ ]*(?<![以参涉普触饱温柔])(?:{joints})(?![谐平时])[ ]*(?=[\u4e00-\u9fff（(])"
        )
        self._pattern = compiled  # when first asked for: few headings meet all of them

    def _normal(self, heading: str) -> str:
        """Return a heading in its normal form, in the characters of the expressions."""
        return normal_heading(heading).translate(self._simplified)

    def _classify(self, heading: str, lang: str) -> SectionKind | None:
        normal = self._normal(heading)
        for language in (lang, "en" if lang == "zh" else "zh"):
            for kind in self.kinds:
                if self._pattern(kind.aliases[language]).match(normal):
                    return kind
        return None

    def opens(self, heading: Heading, lang: str, kind: str) -> bool:
        """Tell whether a heading names a section of the kind with an id."""
        found = self.classify(heading.plain, lang)
        return found is not None and found.id == kind

    def repeated(self, markdown: Markdown, lang: str) -> list[tuple[Section, Section]]:
        """Return the second-level sections that a document has twice, each with its first place: under the same heading,
        or under another name of the whole. What's New is left out: how often that may be told is another question."""
        found: list[tuple[Section, Section]] = []
        opened: dict[tuple[int, bool, str], Section] = {}
        parts = [heading.start for heading in markdown.headings if heading.level == 1]
        for section in self.sections(markdown, lang):
            if section.heading.level != 2 or section.kind.id == STORY:
                continue
            part = bisect_right(parts, section.heading.start)  # each part of a page may have sections of its own
            normal = self._normal(section.heading.plain)
            is_whole = self._pattern(section.kind.whole).fullmatch(normal) is not None
            first = opened.setdefault((part, is_whole, section.kind.id if is_whole else normal), section)
            if first is not section:
                found.append((section, first))
        return found

    def is_of_one_language(self, heading: str) -> bool:
        """Tell whether a section with a heading need not be there in the other language."""
        return self._pattern(self._one_language).fullmatch(self._normal(heading)) is not None

    def introduces_release(self, before: str) -> bool:
        """Tell whether all words of what stands before a version are those that stand before releases."""
        words = compiled(r"[^\W_]+").findall(before.translate(self._simplified))
        return all(map(self._pattern(self._release_words).fullmatch, words))

    def introduces_past(self, before: str) -> bool:
        """Tell whether what stands before a version says that it is an older release, and nothing else."""
        words = compiled(r"[^\W_]+").findall(before)
        past = [word for word in words if self._is_told("past", word)]
        return bool(past) and self.introduces_release(" ".join(word for word in words if word not in past))

    def is_unwritten(self, text: str) -> bool:
        """Tell whether a text only says that it is still to be written: ``TODO``, ``待补充``, or nothing but marks."""
        plain = " ".join(without_emoji(text).split()).strip(" \t*_`.…-–—:：,，。!！()（）[]【】<>")
        return not plain or self._is_told("unwritten", plain)

    def is_kind_of_change(self, label: str) -> bool:
        """Tell whether a label or a heading only says of which kind changes are: ``Fixed``, ``新增``."""
        return self._is_told("kinds", label)

    def is_breaking(self, label: str) -> bool:
        """Tell whether a label says of a change that users have to act upon it."""
        return self._is_told("breaking", label)

    def begins_sentence(self, word: str) -> bool:
        """Tell whether a word begins a sentence rather than a name."""
        return self._is_told("verbs", word)

    def _is_told(self, key: str, text: str) -> bool:
        pattern = self._told.get(key, r"(?!)").replace("{breaking}", self._told.get("breaking", r"(?!)"))
        plain = unicodedata.normalize("NFKC", without_emoji(text)).strip(" \t*_`.:-")
        return self._pattern(pattern, re.IGNORECASE).fullmatch(plain) is not None

    def is_coming(self, named: Named) -> bool:
        """Tell whether what stands directly beside a version says that it is still to come."""
        before, behind = (text.translate(self._simplified) for text in (named.before, named.behind))
        before, behind = before[-_LONGEST_BESIDE:], behind[:_LONGEST_BESIDE]
        return (
            self._pattern(self._coming_behind).match(behind) is not None
            or self._pattern(self._coming_before).search(before) is not None
        )

    def coming_length(self, behind: str) -> int:
        """Return how much of what stands behind a version says that it is still to come: 0 where nothing does."""
        plain = "".join(map(_narrow, behind[:_LONGEST_BESIDE])).translate(self._simplified)
        found = self._pattern(self._coming_behind).match(plain)
        return found.end() if found else 0

    def subjects(self, heading: str) -> list[str]:
        """Return what a heading joins, in its normal form: "Installation" and "Notes" of "Installation & Notes". One name
        in two scripts is one subject."""
        parts = self._pattern(self._joint).split(self._normal(heading))
        found = parts[:1]
        for part in parts[1:]:
            if has_cjk(part) == has_cjk(found[-1]):
                found.append(part)
        return found

    def sections(self, markdown: Markdown, lang: str) -> list[Section]:
        """Return the sections that a document's second-level headings open, in order.

        A section that the second level lacks is also looked for one level below: being filed under another
        heading is not being missing. What stands below a Changelog is a part of that, whatever its heading.
        """
        rows = markdown.facts.plain(f"sections ({lang})", lambda: self._find(markdown, lang))
        return [Section(self.by_id[kind], markdown.headings[index]) for index, kind in rows]

    def _find(self, markdown: Markdown, lang: str) -> list[tuple[int, str]]:
        """The sections as numbers of headings, with the ids of their kinds."""
        found: list[tuple[int, str]] = []
        nested: list[tuple[int, str]] = []
        histories = self.histories(markdown, lang)
        for index, heading in enumerate(markdown.headings):
            if heading.level in (2, 3) and not is_in(heading.start, histories):
                kind = self.classify(heading.plain, lang)
                if kind is not None:
                    (found if heading.level == 2 else nested).append((index, kind.id))
        present = {kind for _, kind in found}
        return sorted(found + [section for section in nested if section[1] not in present])

    def histories(self, markdown: Markdown, lang: str) -> list[tuple[int, int]]:
        """Return the offsets of what stands below the heading of each Changelog, in order: parts of it, whatever their
        names. The page's title opens none: a plugin may be called so."""
        found: list[tuple[int, int]] = []
        end = 0
        for heading in markdown.headings:
            may_open = heading.level in (1, 2, 3) and heading != markdown.title
            if heading.start >= end and may_open and self.opens(heading, lang, HISTORY):
                end = history_end(markdown, heading)
                found.append((heading.end, end))
        return found


def history_end(markdown: Markdown, heading: Heading) -> int:
    """Return the offset at which a Changelog ends: behind the releases that stand on its own level, where nothing else
    stands between, or there are several."""
    headings = markdown.headings
    own_end = end = markdown.section_end(heading)
    count = 0
    at = bisect_left(headings, end, key=lambda other: other.start)
    while at < len(headings) and headings[at].level == heading.level and _OF_RELEASE.match(headings[at].plain):
        count += 1
        end = markdown.section_end(headings[at])
        at = bisect_left(headings, end, lo=at + 1, key=lambda other: other.start)
    return end if count > 1 or not markdown.text[heading.end : own_end].strip() else own_end
