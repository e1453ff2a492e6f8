"""The release draft of a plugin: what to commit, what to tell in both languages, what was checked, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from owui_lint.finding import Finding, Message, Place, Severity
from owui_lint.lazypattern import compiled, lazy_pattern
from owui_lint.releasing.readiness import absent_notes, against_the_past, previous_release, untold
from owui_lint.repository import Plugin
from owui_lint.repository.documents.languages import letters_of
from owui_lint.repository.documents.sections import SectionBook
from owui_lint.repository.versions.changelogs import find_changelog
from owui_lint.repository.versions.dates import GENERATED
from owui_lint.repository.versions.matrix import DateRow, PlaceRow, dates_of, rows_of
from owui_lint.repository.versions.notes import find_notes
from owui_lint.repository.versions.stories import changes_told, items_below, stories
from owui_lint.rulebook import RuleBook
from owui_lint.session import Selection, Session
from owui_lint.text import count_cjk, printable, without_emoji
from owui_lint.versions import version_key

_FAMILIES = ("versions", "release")
_LONGEST_BULLET = 160
_VERSION_WORD = r"(?<![\w.])v?\d+\.\d+\.\d"
_BOLD = lazy_pattern(r"[ \t]*\*\*([^*\r\n]{2,80}?)[:：]?\*\*[ \t]*[:：-]?")
_LINK = lazy_pattern(r"(!?)\[([^\[\]\r\n]{0,300})\]\([^()\s]{0,1000}\)")
_COMMENT = lazy_pattern(r"<!--[^<>]{0,400}-->")
_STRONG = lazy_pattern(r"\*\*([^*\r\n]{1,300})\*\*")
_EMPHASIS = lazy_pattern(r"(?<![\w*])(\*|_{1,3})(?=\S)([^*\r\n]{1,300}?)(?<=\S)\1(?!\w)")
_LABELLED = lazy_pattern(r"(\w[^:：–—]{1,40}?)(?:[ ]?[:：]|[ ][–—-](?=[ ]))[ ]*(\S.*)")
_MIGRATION = lazy_pattern(r"\b(?:migrat|breaking|upgrad)", re.IGNORECASE)
_SUBJECT_OF_A_BULLET = lazy_pattern(r".{1,90}?(?=[.。;；!！](?:\s|$)|$)")
_FEWEST_LETTERS = 30  # of a Chinese text that has no Chinese at all
_MISSING_CHANGES = {
    "en": Message(
        "the English README's What's New tells nothing of this version",
        "英文 README 的 What's New 没有写这个版本的变化",
    ),
    "zh": Message(
        "the Chinese README's What's New tells nothing of this version", "中文 README 的“最新更新”没有写这个版本的变化"
    ),
}
_NOT_CHINESE = Message(
    "the Chinese README's What's New has no Chinese: translate what it tells of this version",
    "中文 README 的“最新更新”里没有中文，请翻译这个版本的变化",
)
_NO_MIGRATION = Message(
    "this release is breaking, but What's New does not say what users have to do: add `- **Migration**: ..` there, and "
    "to the commit message",
    "这是不兼容的版本，但 What's New 没有写明用户需要做什么：请在其中加上 `- **Migration**: ..`，并写入提交信息",
)


@dataclass(frozen=True)
class Missing:
    """One thing that keeps the release from being complete."""

    place: Place
    text: Message
    rule: str | None = None


@dataclass(frozen=True)
class Draft:
    """A release draft. ``locations`` and ``dates`` are rows as `owui-lint versions` has them; ``changes`` is by
    language; ``notes`` are paths by language; ``kinds`` are the names of kinds of locations."""

    plugin: Plugin
    version: str
    previous: str | None
    commit_message: str
    changes: dict[str, list[str]]
    locations: list[PlaceRow]
    dates: list[DateRow]
    notes: dict[str, str]
    missing: list[Missing]
    kinds: dict[str, Message]

    def to_json(self, lang: str) -> dict[str, Any]:
        """Return the draft for JSON (``schema`` 1)."""
        return {
            "schema": 1,
            "plugin": self.plugin.id,
            "title": self.plugin.title,
            "version": self.version,
            "previous": self.previous,
            "commit_message": self.commit_message,
            "changes": self.changes,
            "locations": self.locations,
            "dates": self.dates,
            "notes": self.notes,
            "missing": [
                {
                    "path": item.place.path,
                    "line": item.place.span.line,
                    "column": item.place.span.column,
                    "rule": item.rule,
                    "message": item.text.to(lang),
                }
                for item in self.missing
            ],
        }


def make_draft(session: Session, plugin: Plugin) -> Draft:
    """Return the draft for a plugin as it stands in the work tree. ``session.options.release_date`` is the day that
    date badges must show."""
    repository = session.repository
    version = plugin.version or ""
    past = previous_release(repository, plugin)
    previous = past.version if past is not None else None
    changes = {
        lang: changes_told(document, repository.sections, version) if version else []
        for lang in ("en", "zh")
        if (document := plugin.readmes.get(lang)) is not None
    }
    if version and not any(changes.values()):
        changes |= _kept_apart(session, plugin, version)
    found = _found(session, plugin)
    news = News.of(repository.sections, previous, version, changes.get("en", []))
    return Draft(
        plugin=plugin,
        version=version,
        previous=previous,
        commit_message=commit_message(plugin, news, session.rulebook),
        changes={lang: [_one_line(text) for text in texts] for lang, texts in changes.items()},
        locations=rows_of(repository, [plugin], with_lacking=session.wants_all_places())[0]["locations"],
        dates=_dates(session),
        notes=dict(find_notes(repository, plugin).get(version, {})),
        missing=[
            *_told(session, plugin, changes, news),
            *found,
            *_since(session, plugin),
            *_notes(session, plugin, found),
        ],
        kinds={kind.kind: kind.name for kind in repository.inventory.kinds},
    )


def _kept_apart(session: Session, plugin: Plugin, version: str) -> dict[str, list[str]]:
    """What a plugin's changelog tells of a version, by its language; nothing where it has no entry."""
    changelog = find_changelog(session.repository, plugin)
    heading = changelog.heading_of(version) if changelog is not None else None
    if changelog is None or heading is None:
        return {}
    document = changelog.document
    lang = "zh" if letters_of(document.file).are_chinese else "en"
    return {lang: items_below(document, heading, session.repository.sections, version)}


def _dates(session: Session) -> list[DateRow]:
    """The date badges that people keep up."""
    options = session.options
    found = dates_of(session.repository, options.today, options.release_date, spelled=session.spells_dates)
    return [row for row in found if row["status"] != GENERATED]


def _told(session: Session, plugin: Plugin, changes: dict[str, list[str]], news: News) -> Iterator[Missing]:
    """What readers are not told of the release."""
    late = untold(session, plugin)
    if late is not None:
        yield Missing(*late)
    if plugin.folder is None:
        return  # outside of the standard's layout a README need not tell of releases
    is_due = session.asks("story-due")
    for lang, texts in changes.items():
        place = _story_place(session, plugin, lang)
        if not texts:
            if is_due or stories(plugin.readmes[lang], session.repository.sections):
                yield Missing(place, _MISSING_CHANGES[lang])
        elif (
            lang == "zh" and sum(map(str.isalpha, "".join(texts))) >= _FEWEST_LETTERS and not any(map(count_cjk, texts))
        ):
            yield Missing(place, _NOT_CHINESE)
    if changes.get("en") and news.is_breaking and news.migration is None:
        yield Missing(_story_place(session, plugin, "en"), _NO_MIGRATION)


def _story_place(session: Session, plugin: Plugin, lang: str) -> Place:
    document = plugin.readmes[lang]
    told = stories(document, session.repository.sections)
    return document.file.place(told[0].heading.start, told[0].heading.end) if told else Place(document.path)


def _found(session: Session, plugin: Plugin) -> list[Missing]:
    """What the rules find for this plugin, and at the root for all; advice keeps no release back."""
    profile, _ = session.profile()
    rules = session.rulebook.choose(profile, (), session.config["ignore"])
    asked = tuple(rule.name for rule in rules if rule.family in _FAMILIES or "release" in rule.roles)
    report = session.check(Selection(select=asked))
    return [
        Missing(finding.place, finding.message, finding.name)
        for finding in report.findings
        if finding.severity > Severity.INFO and (finding.plugin == plugin.id or _is_of_the_root(finding, session))
    ]


def _since(session: Session, plugin: Plugin) -> Iterator[Missing]:
    """What the rules about changes find against the release before."""
    for finding, past in against_the_past(session, plugin):
        text = finding.message
        if past.tag is not None:
            tag = printable(past.tag)
            text = Message(f"{text.en} (Compared with the tag {tag}.)", f"{text.zh}（与标签 {tag} 对比。）")
        yield Missing(finding.place, text, finding.name)


def _notes(session: Session, plugin: Plugin, found: Sequence[Missing]) -> Iterator[Missing]:
    """The release notes that are not there, but for those of which a rule says so."""
    told = {item.place.path for item in found}
    for path in absent_notes(session, plugin):
        if path in told:
            continue
        shown = printable(path)
        yield Missing(
            Place(path),
            Message(
                f"{printable(plugin.id)} keeps release notes, but this one is missing: {shown}",
                f"{printable(plugin.id)} 附有发布说明，但缺少 {shown}",
            ),
        )


def _is_of_the_root(finding: Finding, session: Session) -> bool:
    root = {document.path for document in session.repository.root_documents.values()}
    return finding.plugin is None and (finding.path in root or finding.path == ".")


def change_kind(previous: str | None, version: str) -> str:
    """Return ``major``, ``minor`` or ``patch``: the part that a release raised. A first release is ``minor``."""
    old, new = version_key(previous or ""), version_key(version)
    if old is None or new is None:
        return "minor"
    pad = (0, 0, 0)
    left, right = (old.numbers + pad)[:3], (new.numbers + pad)[:3]
    return "major" if left[0] != right[0] else "minor" if left[1] != right[1] else "patch"


@dataclass(frozen=True)
class News:
    """What the English What's New tells of a release. ``bullets`` are the changes, ``headlines`` what some of them are
    called; ``migration`` is what users have to do, ``None`` where a release ``is_breaking`` and nothing says it."""

    kind: str
    bullets: tuple[str, ...]
    headlines: tuple[str, ...]
    is_breaking: bool
    migration: str | None

    @classmethod
    def of(cls, book: SectionBook, previous: str | None, version: str, changes: Sequence[str]) -> News:
        """Read the news of a release from what is told of it. Chinese text is left out.

        A change is breaking where its label says so, and a release where a stable major version was raised: of 1.0.0
        that is not certain.
        """
        kind = change_kind(previous, version)
        told = [text for text in changes if not count_cjk(text)]
        labelled = [text for text in told if book.is_breaking(_parts(text)[0])]
        old = version_key(previous or "")
        is_major = kind == "major" and old is not None and old.numbers[0] > 0
        is_breaking = is_major or bool(labelled)
        notes = labelled + [text for text in told if text not in labelled and is_breaking and _MIGRATION.search(text)]
        notes.sort(key=lambda text: not _parts(text)[0].casefold().startswith("migrat"))  # it says it best
        notes = [text for text in notes if not book.is_unwritten(_parts(text)[1])]
        bullets = [text for text in told if text not in notes[:1]] or told
        headlines = [head for text in bullets if (head := _headline(text, book))]
        return cls(kind, tuple(bullets), tuple(headlines), is_breaking, _parts(notes[0])[1] if notes else None)


def _parts(text: str) -> tuple[str, str]:
    """The label of a bullet (``""`` without one), and the rest of it."""
    plain = without_emoji(_one_line(text)).strip()
    match = _LABELLED.fullmatch(plain)
    return (match[1], match[2]) if match else ("", plain)


def commit_message(plugin: Plugin, news: News, book: RuleBook) -> str:
    """Return the commit message to propose: ``type(scope): release Title vX.Y.Z with ..`` and a few bullets, as long
    as the rules for commit messages allow: of the title as much as fits. Where no change has a name, the first one
    stands in parentheses.

    The type follows from what was raised (minor and major ``feat``, patch ``fix``), the scope is the folder of the
    plugin's type, all text is the English What's New.
    """
    version = printable(plugin.version or "")
    name = printable(plugin.title if not count_cjk(plugin.title) else plugin.name)
    mark = f"{'fix' if news.kind == 'patch' else 'feat'}({printable(plugin.type)}){'!' if news.is_breaking else ''}"
    longest = book.lowest("message-limit", "longest")
    most = book.lowest("message-limit", "most")
    name = _cut(name, longest - len(f"{mark}: release  v{version}"))
    subject = f"{mark}: release {name} v{version}"
    tails = [f" with {_joined(news.headlines[:count])}" for count in range(min(most, len(news.headlines)), 0, -1)]
    first = _SUBJECT_OF_A_BULLET.match(_bullet(news.bullets[0])) if news.bullets and not news.headlines else None
    tails += [f" ({first[0].strip()})"] if first else []
    subject += next((tail for tail in tails if len(subject) + len(tail) <= longest), "")
    bullets = news.bullets[:most] or (f"Release version {version}",)
    lines = [subject, "", *(f"- {_bullet(text)}" for text in bullets)]
    if news.is_breaking:
        lines.append(f"- Migration: {_bullet(news.migration) if news.migration is not None else 'TODO'}")
    return "\n".join(lines) + "\n"


def _headline(text: str, book: SectionBook) -> str:
    """The bold lead-in of a bullet, the way it stands in a sentence; ``""`` where it names nothing: a label, a version, a
    single word, or the beginning of a sentence."""
    match = _BOLD.match(text)
    words = without_emoji(_one_line(match[1])).strip(" :：.") if match else ""
    words = re.sub(r" ?\([^()]*\)", "", " ".join(words.split())).strip()
    first, _, rest = words.partition(" ")
    if (
        not rest
        or book.is_kind_of_change(words)
        or book.begins_sentence(first)
        or compiled(_VERSION_WORD).search(words)
    ):
        return ""
    # A name keeps its capitals (HTML, OpenWebUI); an ordinary word loses its first one.
    return " ".join(word.lower() if word[1:].islower() or len(word) == 1 else word for word in words.split())


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _one_line(text: str) -> str:
    """A bullet as it reads, in one line: without emphasis, links and code marks; names keep their underscores."""
    text = _COMMENT.sub("", _LINK.sub(lambda match: "" if match[1] else match[2], text))
    text = _EMPHASIS.sub(r"\2", _STRONG.sub(r"\1", text)).replace("`", "")
    return printable(" ".join(text.split()))


def _bullet(text: str) -> str:
    """A bullet for a commit message: no pictures, and not longer than its first sentence where it is long."""
    text = re.sub(r" (?=[:：,.])", "", " ".join(without_emoji(_one_line(text)).split()))
    if len(text) <= _LONGEST_BULLET:
        return text
    sentence = re.match(r".{20,158}?[^.][.。!！](?=\s|$)", text)
    return sentence[0] if sentence else _cut(text, _LONGEST_BULLET)


def _cut(text: str, length: int) -> str:
    """As many words of a text as fit into a length, with an ellipsis where that is not all."""
    return text if len(text) <= length else text[: max(length - 1, 0)].rsplit(" ", 1)[0] + "…"
