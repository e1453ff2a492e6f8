"""In which language a page is written, by its letters."""

from __future__ import annotations

from owui_lint import TYPE_CHECKING
from owui_lint.lazypattern import lazy_pattern
from owui_lint.text import count_cjk
from owui_lint.tuples import NamedTuple

if TYPE_CHECKING:
    from owui_lint.repository.files import SourceFile

_TAG = lazy_pattern(r"<[^>\n]{0,300}>")
_TARGET = lazy_pattern(r"\]\([^()\n]{0,1000}\)")
_ADDRESS = lazy_pattern(r"https?://\S+")
_KANA = lazy_pattern("[\u3041-\u30fa]")
FEWEST_LETTERS = 80  # a few words say nothing about a language
_MOSTLY = 20  # percent; names of products and terms in Latin letters are many in a Chinese text


class Letters(NamedTuple):
    """How many letters a page has, and how many of them are Han and Japanese kana."""

    all: int
    han: int
    kana: int

    @property
    def percent(self) -> int:
        """The share of Han."""
        return round(100 * self.han / self.all) if self.all else 0

    @property
    def are_chinese(self) -> bool:
        """Whether the page seems to be in Chinese: Japanese has kana among its Han."""
        return self.percent > _MOSTLY and self.kana * 10 < self.han


def letters_of(file: SourceFile) -> Letters:
    """Return the letters of a Markdown file. Code, links' targets and markup do not count."""

    def count() -> tuple[int, int, int]:
        text = _ADDRESS.sub(" ", _TAG.sub(" ", _TARGET.sub("] ", file.markdown.masked)))
        return sum(map(str.isalpha, text)), count_cjk(text), len(_KANA.findall(text))

    return Letters(*file.facts.plain("letters", count))
