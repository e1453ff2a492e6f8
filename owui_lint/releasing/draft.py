"""The release draft of a plugin: what to commit, what to tell in both languages, what was checked, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from owui_lint.finding import Finding, Message, Place, Severity
from owui_lint.lazypattern import lazy_pattern
from owui_lint.releasing.readiness import absent_notes, against_the_past, previous_release
from owui_lint.repository import Plugin
from owui_lint.repository.dates import GENERATED
from owui_lint.repository.matrix import DateRow, PlaceRow, dates_of, rows_of
from owui_lint.repository.notes import find_notes
from owui_lint.repository.stories import changes_told
from owui_lint.rulebook import RuleBook
from owui_lint.session import Selection, Session
from owui_lint.text import count_cjk, printable, without_emoji
from owui_lint.versions import version_key

_FAMILIES = ("versions", "release")
_LONGEST_BULLET = 160
_BOLD = lazy_pattern(r"[ \t]*\*\*([^*\r\n]{2,80}?)[:：]?\*\*[ \t]*[:：-]?")
_LINK = lazy_pattern(r"(!?)\[([^\[\]\r\n]{0,300})\]\([^()\s]{0,1000}\)")
_COMMENT = lazy_pattern(r"<!--[^<>]{0,400}-->")
_STRONG = lazy_pattern(r"\*\*([^*\r\n]{1,300})\*\*")
_EMPHASIS = lazy_pattern(r"(?<![\w*])(\*|_{1,3})(?=\S)([^*\r\n]{1,300}?)(?<=\S)\1(?!\w)")
_MIGRATION = lazy_pattern(r"\b(?:migrat|breaking|upgrad)", re.IGNORECASE)
_MISSING_CHANGES = {
    "en": Message(
        "the English README's What's New tells nothing of this version",
        "英文 README 的 What's New 没有写这个版本的变化",
    ),
    "zh": Message(
        "the Chinese README's What's New tells nothing of this version", "中文 README 的“最新更新”没有写这个版本的变化"
    ),
}


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
    repository, options = session.repository, session.options
    version = plugin.version or ""
    past = previous_release(repository, plugin)
    previous = past.version if past is not None else None
    changes = {
        lang: changes_told(document, repository.sections, version) if version else []
        for lang in ("en", "zh")
        if (document := plugin.readmes.get(lang)) is not None
    }
    found = _found(session, plugin)
    return Draft(
        plugin=plugin,
        version=version,
        previous=previous,
        commit_message=commit_message(plugin, previous, changes.get("en", []), session.rulebook),
        changes={lang: [_one_line(text) for text in texts] for lang, texts in changes.items()},
        locations=rows_of(repository, [plugin])[0]["locations"],
        dates=[row for row in dates_of(repository, options.today, options.release_date) if row["status"] != GENERATED],
        notes=dict(find_notes(repository, plugin).get(version, {})),
        missing=[*_told(plugin, changes), *found, *_since(session, plugin), *_notes(session, plugin, found)],
        kinds={kind.kind: kind.name for kind in repository.inventory.kinds},
    )


def _told(plugin: Plugin, changes: dict[str, list[str]]) -> list[Missing]:
    if plugin.folder is None:
        return []  # outside of the standard's layout a README need not tell of releases
    return [
        Missing(Place(plugin.readmes[lang].path), _MISSING_CHANGES[lang])
        for lang, texts in changes.items()
        if not texts
    ]


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
                f"{printable(plugin.id)} 一直保存发布说明，但缺少 {shown}",
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


def commit_message(plugin: Plugin, previous: str | None, changes: Sequence[str], book: RuleBook) -> str:
    """Return the commit message to propose: ``type(scope): release Title vX.Y.Z with ..`` and a few bullets, as long
    as the rules for commit messages allow: of the title as much as fits.

    The type follows from what was raised (major ``feat!``, minor ``feat``, patch ``fix``), the scope is the folder of
    the plugin's type, all text is the English What's New.
    """
    kind = change_kind(previous, plugin.version or "")
    version = printable(plugin.version or "")
    name = printable(plugin.title if not count_cjk(plugin.title) else plugin.name)
    mark = {"major": "feat({})!", "minor": "feat({})", "patch": "fix({})"}[kind].format(printable(plugin.type))
    longest = book.lowest("message-limit", "longest")
    most = book.lowest("message-limit", "most")
    name = _cut(name, longest - len(f"{mark}: release  v{version}"))
    subject = f"{mark}: release {name} v{version}"
    told = [text for text in changes if not count_cjk(text)]
    headlines = [head for text in told if (head := _headline(text))]
    for count in range(min(most, len(headlines)), 0, -1):
        longer = f"{subject} with {_joined(headlines[:count])}"
        if len(longer) <= longest:
            subject = longer
            break
    lines = [subject, ""]
    migration = [text for text in told if kind == "major" and _MIGRATION.search(text)]
    bullets = [text for text in told if text not in migration][:most] or [f"Release version {version}"]
    lines += [f"- {_bullet(text)}" for text in bullets]
    if kind == "major":
        lines.append(f"- Migration: {_bullet(migration[0])}" if migration else "- Migration: TODO")
    return "\n".join(lines) + "\n"


def _headline(text: str) -> str:
    """The bold lead-in of a bullet, the way it stands in a sentence."""
    match = _BOLD.match(text)
    words = without_emoji(_one_line(match[1])).strip(" :：.") if match else ""
    words = re.sub(r" ?\([^()]*\)", "", " ".join(words.split())).strip()
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
