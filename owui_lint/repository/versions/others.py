"""Whether a version in a line is that of the line's subject, or of another thing that is named there.

"Works with Open WebUI · v0.6.0" is no statement about the plugin; "By Name · v1.2.0" is one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache

from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.text import is_named_in, is_same_name, title_keys

_LABEL = (
    r"(?:{label-lead}(?:{label-word}|release|latest)|{label-zh})"
    r"(?:[ \t:：=*_→–—|<-]|</?[a-z]{1,10}>){0,10}[\[`(（]?v?$|[*_`\[]{0,4}v?$"
)
_SEPARATOR = lazy_pattern(r"[|｜·•;；]|[,，][ \t]")
_WORD = lazy_pattern(r"[^\W_]")
# What makes a part of a line a field of its own: a label, an author, a link, markup.
_FIELD = lazy_pattern(
    r"[:：@*\[]|^[ \t>*<-]*(?:by|作者)\b|\b(?:MIT|Apache|BSD|GPL|AGPL|MPL|licen[sc]ed?)\b|许可", re.IGNORECASE
)
# What a sentence goes on with in the next line, and what it would not have stood before.
_CONTINUED = lazy_pattern(r"[ \t>]*(?-i:version|release|by\b(?!.{0,200}[|·•])|v\d)(?!\w*[ \t]*[:：=*|])", re.IGNORECASE)
_ENDED = lazy_pattern(r"[.!?。！？:：|>)]\W*$")
_VERSION_IN = lazy_pattern(r"(?<![\w.])v?\d{1,9}\.\d", re.IGNORECASE)
_VERSION_BEHIND = lazy_pattern(r"(?<![\w.-])v?\d{1,9}\.\d", re.IGNORECASE)  # not as a part of a name
_MARKS_AT_END = lazy_pattern(r"[*_`\[(（ \t]{1,8}$")
_MARKUP = lazy_pattern(r"^[\s>*+-]*(?:\d{1,3}[.)][ \t]+)?|[*_`\[\]]|\([^()]*\)|[ \t:：\\]*$")
_SENTENCES = lazy_pattern(r"[.!?]\s+|[。！？]")
_LABEL_OF_FIELD = lazy_pattern(r"[\s>*_+-]*+([^:：]{1,40}?)[*_]{0,3}[ \t]*+[:：]")
_NAME = lazy_pattern(r"[^\W\d_]{2}")
_MOST_WORDS = 4  # in a line that is a name; more tell something
_NO_NAME = 2  # characters that are a name's only where there are more
_TARGET = lazy_pattern(r"\]\([^()]*\)|<[^<>]*>|&(?:bull|middot|nbsp);", re.IGNORECASE)
_TAGS = lazy_pattern(r"<[^<>]{0,500}>")
_CELL_END = lazy_pattern(r"</(?:t[hd]|dt)>", re.IGNORECASE)
_BREAKS = ("<br", "&")
_LINKS = ("<a ", "<img")
# An author who wrote it for one thing, named with one word.
_FOR_ONE = lazy_pattern(r"\bfor[ \t]+(?-i:[A-Z])[\w.-]{0,40}[*_<\s]*$", re.IGNORECASE)
_INTRODUCES = lazy_pattern(r"[:：][\s*_]*$")
_FOR = lazy_pattern(r"\b(?:for|in|on|with|using)\b|适用于|用于", re.IGNORECASE)
_BY = lazy_pattern(r"[*_`]{0,3}[,，]?[ \t]{1,20}(?:[-–—][ \t]{1,20})?by[ \t]{1,20}([^|·•,，\r\n]{1,80})", re.IGNORECASE)


def _reduced(match: re.Match[str]) -> str:
    """What stands for a link's target, a tag or an entity where a line is split into fields."""
    if match[0].startswith("]"):
        return "]"
    if match[0].casefold() == "&nbsp;":
        return " "
    if match[0].casefold().startswith(_LINKS):
        return "["
    return "|" if match[0].casefold().startswith(_BREAKS) else "<"


def _count_words(text: str) -> int:
    """How many words a text has; in Chinese, which has no blanks, two characters are about one."""
    return len(text.split()) + sum("\u4e00" <= char <= "\u9fff" for char in text) // 2


class Others:
    """Words that make a version another thing's, as ``rules/locations.yaml`` has them; ``written`` puts fragments into the
    expressions that are asked for."""

    def __init__(self, data: Mapping[str, str], written: Callable[[str], str]) -> None:
        self._data = data
        self._written = written
        self._read_fact = lru_cache(maxsize=1024)(self._find_in_fact)

    def _of(self, key: str) -> str:
        return self._written(self._data[key])

    @cached_property
    def _label(self) -> re.Pattern[str]:
        """The label of a version, and what stands between the two."""
        return compiled(self._written(_LABEL), re.IGNORECASE)

    @cached_property
    def _words(self) -> re.Pattern[str]:
        return compiled(self._of("words"), re.IGNORECASE)

    @cached_property
    def _word_before(self) -> re.Pattern[str]:
        return compiled(rf"(?:{self._of('words')})(?:[ \t]+(?:with|on|for|by))?[ \t(（]*$", re.IGNORECASE)

    @cached_property
    def _named(self) -> re.Pattern[str]:
        return compiled(rf"(?:{self._of('names')})[ \t]*[*_`]{{0,3}}[ \t]*$", re.IGNORECASE)

    @cached_property
    def _name(self) -> re.Pattern[str]:
        return compiled(rf"\b(?:{self._of('names')})\b", re.IGNORECASE)

    @cached_property
    def _with_version(self) -> re.Pattern[str]:
        return compiled(rf"\b(?:{self._of('names')})[ \t*_`:：>=≥~^]{{0,8}}v?\d", re.IGNORECASE)

    @cached_property
    def _pages(self) -> re.Pattern[str]:
        return compiled(self._of("pages"), re.IGNORECASE)

    @cached_property
    def _homes(self) -> re.Pattern[str]:
        return compiled(self._of("homes"), re.IGNORECASE)

    def are_linked_by(self, address: str) -> bool:
        """Tell whether an address leads to another thing's own pages."""
        return self._pages.match(address) is not None

    def may_be_linked_by(self, address: str) -> bool:
        """Tell whether a badge of the plugin may be a link to an address, or is none: its repository, or its own page."""
        return not address or self._homes.match(address) is not None

    def name_in_alt(self, alt: str) -> str:
        """Return what a badge's text names besides a version and words for it and for badges, "" for nothing."""
        name = " ".join(self._alt_words.sub(" ", alt).split())
        return name if len(name) > _NO_NAME else ""

    def are_pictured_by(self, logo: str) -> bool:
        """Tell whether a badge's picture is that of another thing than where code lies, or of none."""
        return bool(logo) and self._no_logo.match(logo) is None

    @cached_property
    def _alt_words(self) -> re.Pattern[str]:
        return compiled(
            rf"(?<![^\W_])(?:{self._of('alt-words')})(?![^\W_])|{self._of('alt-words-zh')}|[\W_]+", re.IGNORECASE
        )

    @cached_property
    def _no_logo(self) -> re.Pattern[str]:
        return compiled(self._of("no-logos"), re.IGNORECASE)

    def home_in(self, address: str) -> str | None:
        """Return whose address it is, as it is compared: a site, and the owner's name where a site has many."""
        found = self._home.match(address)
        return found["home"].casefold() if found is not None else None

    @property
    def homes_of_all(self) -> list[str]:
        """The sites on which anybody's plugins are."""
        return self._data["homes-of-all"].split()

    def is_of_a_file(self, address: str) -> bool:
        """Tell whether an address is one of a file or folder in somebody's repository."""
        return self._file.search(address) is not None

    def is_required_after(self, text: str) -> bool:
        """Tell whether a text ends in what says that a version is asked for, not stated: "at least", in signs."""
        return self._asking.search(_TAGS.sub(" ", text)) is not None

    def precede(self, text: str) -> bool:
        """Tell whether a text ends in the name of another thing, or in what says that a version is asked for."""
        return self._named.search(text) is not None or self._word_before.search(text) is not None

    def are_related_by(self, text: str) -> bool:
        """Tell whether a text ends in what says that the thing which is named behind it is one that another was made of, needs
        or was tried with: its version is that of then."""
        return self._relation.search(_MARKS_AT_END.sub("", text)) is not None

    @cached_property
    def _relation(self) -> re.Pattern[str]:
        words = rf"(?:{self._of('words')}|{self._of('relations')})"
        behind = r"(?:[ \t]+(?:with|on|for|by|of|from|to))?(?:[ \t]+(?:the|our|my|its?|this|a|an|old|former))*"
        return compiled(rf"{words}{behind}[ \t:：(（]*$", re.IGNORECASE)

    def are_told_of_in(self, text: str) -> bool:
        """Tell whether a text names another thing, or says that something is asked for."""
        return self._name.search(text) is not None or self._words.search(text) is not None

    def lead(self, text: str) -> bool:
        """Tell whether a line, such as a list's item, begins with another thing and its version."""
        return self._leading.match(_TAGS.sub(" ", text)) is not None

    @cached_property
    def _home(self) -> re.Pattern[str]:
        return compiled(self._of("home"), re.IGNORECASE)

    @cached_property
    def _file(self) -> re.Pattern[str]:
        return compiled(self._of("file"), re.IGNORECASE)

    @cached_property
    def _asking(self) -> re.Pattern[str]:
        return compiled(self._of("asking"), re.IGNORECASE)

    @cached_property
    def _leading(self) -> re.Pattern[str]:
        return compiled(
            rf"[\W_]{{0,20}}(?:\d{{1,3}}[.)])?[\W_]{{0,20}}(?:{self._of('names')})[\W_]{{0,12}}v?\d", re.IGNORECASE
        )

    @cached_property
    def _own_fact(self) -> re.Pattern[str]:
        return compiled(rf"[\W_]*{self._of('facts')}", re.IGNORECASE)

    @cached_property
    def _fact_of_any(self) -> re.Pattern[str]:
        return compiled(rf"[\W_]*(?:{self._of('facts-of-any')})", re.IGNORECASE)

    @cached_property
    def _dependencies(self) -> re.Pattern[str]:
        return compiled(rf"[\W_]*(?:{self._of('facts-of-needs')})[\W_]*\|", re.IGNORECASE)

    @cached_property
    def _required(self) -> re.Pattern[str]:
        return compiled(rf"[\W_]*(?:{self._of('words')})", re.IGNORECASE)

    @cached_property
    def _nothing(self) -> re.Pattern[str]:
        return compiled(self._of("nothing"), re.IGNORECASE)

    @cached_property
    def _about_facts(self) -> re.Pattern[str]:
        """What stands above a table of facts, and names nothing but that they are some."""
        words = rf"{self._of('heads')}|(?:{self._of('kinds')}|plugin|about|facts|here|are|the|this|overview)\b"
        return compiled(rf"[\W_]*(?:(?:{words}|{self._of('kinds-zh')}|基本|概览|关于)[\W_]*){{1,6}}", re.IGNORECASE)

    @cached_property
    def _head(self) -> re.Pattern[str]:
        """The head of a table of facts: nothing but what its columns are."""
        return compiled(rf"[\W_]*(?:(?:{self._of('heads')})[\W_]*){{1,4}}", re.IGNORECASE)

    @cached_property
    def _maker(self) -> re.Pattern[str]:
        """Who wrote it, with or without a label: no person, but another thing or who makes that."""
        made = rf"(?:{self._of('names')}|{self._of('makers')})(?![\w-]|[ \t]+[\w@])"
        return compiled(rf"(?:{self._author.pattern})?[\W_]*{made}", re.IGNORECASE)

    @cached_property
    def _labelled(self) -> re.Pattern[str]:
        return compiled(rf"[\W_]*{self._of('labels')}[\W_]*[:：]", re.IGNORECASE)

    @cached_property
    def _on_platform(self) -> re.Pattern[str]:
        return compiled(rf"[\W_]*{self._of('platforms')}[\W_]*[:：]", re.IGNORECASE)

    @cached_property
    def _own(self) -> re.Pattern[str]:
        """A field that tells of the plugin, whatever its value says."""
        return compiled(rf"^[\W_]*(?:{self._of('own-labels')})\b", re.IGNORECASE)

    @cached_property
    def _own_label(self) -> re.Pattern[str]:
        """A label of a fact that is told of plugins, or of any thing."""
        keys = ("own-labels", "facts", "facts-of-any", "links", "platforms", "kinds", "kinds-zh")
        known = "|".join(map(self._of, keys))
        subject = rf"(?:this|the|plugin|{self._of('kinds')})[ \t]+|(?:{self._of('kinds-zh')})[ \t]*"
        return compiled(rf"[\W_]*(?:{subject})?(?:{known})[\W_]*", re.IGNORECASE)

    @cached_property
    def _former(self) -> re.Pattern[str]:
        return compiled(self._of("former"), re.IGNORECASE)

    @cached_property
    def _first_author(self) -> re.Pattern[str]:
        return compiled(rf"[\W_]*(?:{self._of('first')})", re.IGNORECASE)

    @cached_property
    def _author(self) -> re.Pattern[str]:
        return compiled(rf"^[\W_]*(?:\w+[ \t]+)?(?:{self._of('author-labels')})\b", re.IGNORECASE)

    @cached_property
    def author_field(self) -> re.Pattern[str]:
        """A field that says who made what a page is about; ``who`` is what stands in it."""
        labels = self._of("author-labels")
        return compiled(
            # "Author: Name" in a line, "By Name" in a cell, or a row whose first cell is the label; not the head of a table.
            rf"(?:^|\|)[ \t>*_-]{{0,20}}(?:(?:{labels})[*_ \t]{{0,4}}[:：][*_ \t]{{0,4}}+(?=[^|\s])|(?<=\|)[ \t]{{0,4}}(?:{labels})[ \t]+"
            rf"(?=[^|\s])|(?<=\|)[ \t*_]{{0,20}}(?:{labels})[*_ \t:：]{{0,80}}\|(?![^\r\n]{{0,200}}\r?\n[ \t>|:-]+\r?$))"
            r"(?P<who>[^|\r\n]{1,200})",
            re.IGNORECASE | re.MULTILINE,
        )

    @cached_property
    def _about_the_plugin(self) -> re.Pattern[str]:
        return compiled(rf"\b(?:for|this|{self._of('kinds')})s?\b|过滤|{self._of('kinds-zh')}", re.IGNORECASE)

    @cached_property
    def _is_a_plugin(self) -> re.Pattern[str]:
        """A part of a line that says what the plugin is, such as "Filter for Open WebUI"."""
        english = rf"\b(?:{self._of('kinds')})s?(?:\W{{0,8}}$|[ \t]+for\b)"
        return compiled(rf"{english}|(?:{self._of('kinds-zh')})\W{{0,8}}$", re.IGNORECASE)

    def claim_from_above(self, above: str, line: str, around: Callable[[], Sequence[str]], *, title: str) -> bool:
        """Tell whether the version that ``line`` states is that of what the line above it, or the list item that it is
        part of, names: nothing but another thing, or the start of a sentence about one. ``around``: its paragraph."""
        plain = _MARKUP.sub("", above)
        if self._introduces_another(above, plain, title):
            return True
        if _CONTINUED.match(line):
            sentence = _SENTENCES.split(plain)[-1]
            return _ENDED.search(plain) is None and not is_named_in(sentence, title_keys(title))
        if any(map(str.isdigit, plain)) or self._own.match(plain) or self._about_the_plugin.search(plain):
            return False
        if self._on_platform.match(plain) and any(map(self._own.match, around())):
            return False  # one field of several, each in a line of its own
        is_name = len(plain.split()) <= _MOST_WORDS and self.are_named_in(plain)
        return self._labelled.match(_TARGET.sub("]", above)) is not None or is_name

    def _introduces_another(self, above: str, plain: str, title: str) -> bool:
        """Whether a line ends in a colon and is a sentence, or names what something runs on: what follows is about that."""
        if (
            _INTRODUCES.search(above) is None
            or is_named_in(plain, title_keys(title))
            or self._about_the_plugin.search(plain)
        ):
            return False
        return len(plain.split()) > _MOST_WORDS or self._words.search(plain) is not None or self.are_named_in(plain)

    def claim_table(self, introduction: str) -> bool:
        """Tell whether what stands above a table of facts says that it is about another thing, or an example."""
        plain = _TAGS.sub(" ", introduction)
        if _INTRODUCES.search(plain) is not None:
            return self._about_facts.fullmatch(plain) is None
        return (
            _count_words(plain) <= _MOST_WORDS and self._words.search(plain) is not None
        )  # more may describe the plugin

    def are_facts_of(self, title: str, facts: Sequence[str], head: str) -> bool:
        """Tell whether facts, each in a line with tags or bars, are those of a plugin with this title: one tells who made it,
        or is its name, and the first of all, ``head``, has no label of another thing."""
        found = map(self._read_fact, facts)
        return not self._read_fact(head)[0] and any(own or is_same_name(title, value) for _, own, value in found)

    def claim_among(self, above: Sequence[str], below: Sequence[str]) -> bool:
        """Tell whether facts that nothing says to be the plugin's name another thing: those in the lines above a version's,
        and those below it, of which what the plugin depends on is none."""
        facts = (*above, *(fact for fact in below if self._dependencies.match(fact) is None))
        return any(labelled or _WORD.search(value) is not None for labelled, _, value in map(self._read_fact, facts))

    def label_one_of(self, facts: Sequence[str]) -> bool:
        """Tell whether one of some facts has a label of another thing, and none is a plugin's."""
        found = list(map(self._read_fact, facts))
        return any(labelled for labelled, _, _ in found) and not any(own for _, own, _ in found)

    def _find_in_fact(self, fact: str) -> tuple[bool, bool, str]:
        """Whether a fact is labelled as one of another thing, and whether it is one of a plugin; and what it says."""
        cells = _TAGS.sub(" ", _CELL_END.sub("|", fact))
        plain = self._label.sub("", " ".join(cells.split()).strip("| "))  # the version's own label tells nothing
        value = plain.rpartition("|")[2].strip("*_` ")
        is_none = self._nothing.fullmatch(value) is not None
        names_nothing = is_none or self._head.fullmatch(plain) is not None or self._tells_of_any(plain, value)
        return (
            not is_none and self._labelled.match(f"{plain}:".replace("|", ":", 1)) is not None,
            self._own_fact.match(plain) is not None,
            "" if names_nothing else value,
        )

    def _tells_of_any(self, fact: str, value: str) -> bool:
        """Whether a fact names no subject, whatever it says: a state, a day. What is asked for with a number has its own."""
        label = self._fact_of_any.match(fact)
        if label is None or not fact[label.end() :].lstrip("*_`:： \t").startswith("|"):
            return False
        if any(map(str.isdigit, value)):
            return True
        return not self.are_named_in(label[0]) and not (self._required.match(fact) and self.are_named_in(value))

    def are_former(self, name: str) -> bool:
        """Tell whether a name says of what it names that it is no longer in use."""
        return self._former.match(name) is not None

    def are_none(self, value: str) -> bool:
        """Tell whether a value says that there is nothing, or that any will do."""
        return self._nothing.fullmatch(value) is not None

    def tell_of_the_plugin(self, label: str) -> bool:
        """Tell whether a label is that of a fact which is told of plugins: who made it, its license."""
        return self._own_fact.match(label) is not None

    def are_named_in(self, text: str) -> bool:
        """Tell whether a short text, such as that of an image, names another thing."""
        return self._name.search(text) is not None

    def claim(self, lead: str, tail: str = "", *, title: str, is_field: bool, is_of_one: bool = False) -> bool:
        """Tell whether the version between ``lead`` and ``tail``, the texts of its line, is another thing's.

        ``is_field``: it may be one field of several in the line. What stands before it there is then a field too, or the
        page's ``title``: bare words would be what the version belongs to. ``is_of_one``: the page is about one plugin, so that
        no label in it is the name of another.
        """
        raw = _TARGET.sub(_reduced, lead)
        named = _BY.match(tail)
        if named and (self.are_named_in(named[1]) or self._maker.match(named[1])):
            return True
        lead = self._label.sub("", raw)
        is_labelled = _WORD.search(raw[len(lead) :].rstrip("vV")) is not None
        parts = _SEPARATOR.split(lead)
        here = parts[-1]
        if _WORD.search(here):
            return self._ends_in_another(here)
        if not is_field:
            return False
        before = next((part for part in reversed(parts[:-1]) if _WORD.search(part)), "")
        if not before:
            after = _SEPARATOR.split(tail)[1:2]
            return bool(after) and self._words.search(after[0]) is not None and ":" not in after[0]
        if self._claim_field(before, parts[:-1], tail, title=title, is_labelled=is_labelled):
            return True
        return is_of_one and self._labels_another(before, title) and not self._has_own(parts[:-1], tail)

    def _has_own(self, parts: Sequence[str], tail: str) -> bool:
        """Whether a field of a line, before a version or behind it, is the plugin's for certain."""
        return any(map(self._own.match, (*parts, *_SEPARATOR.split(tail))))

    def _labels_another(self, field: str, title: str) -> bool:
        """Whether a field has a label, and that is none of the plugin's: whatever it names has the version behind it."""
        found = _LABEL_OF_FIELD.match(field)
        if found is None or not _NAME.search(field, found.end()) or _VERSION_BEHIND.search(field, found.end()):
            return False
        label = found[1]
        if self._words.search(label) or self._with_version.search(field):
            return False  # what is asked for has been judged
        if self._author.match(label):
            return self._first_author.match(label) is not None
        return self._own_label.fullmatch(label) is None and not is_same_name(label, title)

    def _ends_in_another(self, text: str) -> bool:
        """Whether what stands directly before a version names another thing, or opens a parenthesis that does."""
        opened = max(text.rfind("("), text.rfind("（"))
        return (
            self._named.search(text) is not None
            or self._word_before.search(text) is not None
            or (opened >= 0 and self._words.search(text, opened + 1) is not None)
        )

    def _claim_field(self, before: str, parts: Sequence[str], tail: str, *, title: str, is_labelled: bool) -> bool:
        """Whether the field ``before`` that of a version, the last of ``parts`` with words, makes that another thing's."""
        if self._maker.match(before) and self._author.match(before):
            return True
        if self._author.match(before) and _FOR.search(before):
            about = (self._words, self._named, _FOR_ONE)
            return any(pattern.search(before) is not None for pattern in about)
        if self._own.match(before):
            return False
        if self._labelled.match(before):
            return not self._has_own(parts, tail)
        if self._on_platform.match(before) and is_labelled:
            fields = (*parts, *_SEPARATOR.split(_TARGET.sub(_reduced, tail)))
            return _VERSION_IN.search(before) is None and not any(self._own.match(part) for part in fields)
        if is_labelled and (_VERSION_IN.search(before) or self._with_version.search(before)):
            return False  # that thing's version stands there; without a label this could be one more of a list
        if self._words.search(before):
            return True
        if self._is_a_plugin.search(before):
            return False
        if self._named.search(before):
            return True
        if _FIELD.search(before) or ("<" in before and len(before.split()) > _MOST_WORDS):
            return False
        return before.strip(" \t<>*_-#").casefold() != title.casefold()
