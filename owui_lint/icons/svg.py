"""Read SVG text that may be hostile: what it draws, and what in it is not inert.

expat never loads anything from outside, and reading stops at a document type that declares anything of its own, so
entities are never expanded. Text, nesting and number of elements are limited: time and memory grow with the text only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from xml.parsers import expat

from owui_lint.finding import Message
from owui_lint.lazypattern import lazy_pattern
from owui_lint.tuples import NamedTuple

MAX_BYTES = 32 * 1024
"""Largest SVG that is read, in bytes. The largest Lucide icon has about 1,500; OpenWebUI repeats an icon per model."""
MAX_DEPTH = 64
MAX_ELEMENTS = 4096

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml"
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"

SHAPES = frozenset({"path", "line", "circle", "ellipse", "rect", "polyline", "polygon"})
_UNDRAWN = frozenset(
    {"defs", "symbol", "clipPath", "mask", "marker", "pattern", "linearGradient", "radialGradient", "filter"}
)
_FOREIGN_DRAWINGS = frozenset({"text", "image", "use", "foreignObject", "switch"})
_SCRIPTS = frozenset({"script", "handler", "listener"})
_ANIMATIONS = frozenset({"set", "animate", "animateTransform", "animateMotion", "animateColor"})
_PAINT = ("fill", "stroke", "display", "visibility")

_EVENT = lazy_pattern(r"on[a-z]+\Z", re.IGNORECASE)
_RASTER = lazy_pattern(r"data:image/(?:png|jpeg|gif|webp)[;,]", re.IGNORECASE)
_CSS_ESCAPE = lazy_pattern(r"\\(?:([0-9a-fA-F]{1,6})[ \t\r\n\f]?|([^\r\n\f]))")
_CSS_COMMENT = lazy_pattern(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_CSS_REFERENCE = lazy_pattern(
    r"@import\b|(?<![\w-])(?:url|src|image|(?:-webkit-)?image-set|(?:-webkit-)?cross-fade)\(\s*[\"']?\s*([^\"')\s]*)",
    re.IGNORECASE,
)


class SvgProblem(Enum):
    """Why a text is not an SVG that a browser would draw, or not one that is read here."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    NOT_UTF8 = "not-utf8"
    NOT_WELL_FORMED = "not-well-formed"
    ROOT_NOT_SVG = "root-not-svg"
    NO_NAMESPACE = "no-namespace"
    TOO_DEEP = "too-deep"
    TOO_MANY_ELEMENTS = "too-many-elements"


class Danger(Enum):
    """What makes an SVG other than inert."""

    SCRIPT = "script"
    EVENT_ATTRIBUTE = "event-attribute"
    FOREIGN_CONTENT = "foreign-content"
    EXTERNAL_REFERENCE = "external-reference"
    ANIMATED_REFERENCE = "animated-reference"
    DOCTYPE = "doctype"
    ENTITY = "entity"
    PROCESSING_INSTRUCTION = "processing-instruction"


class SvgError(ValueError):
    """An SVG could not be read; ``problem`` says why, ``detail`` what a reader needs to find it (may be empty)."""

    def __init__(self, problem: SvgProblem, detail: str | Message = "") -> None:
        said = detail.en if isinstance(detail, Message) else detail
        super().__init__(f"{problem.value}: {said}" if said else problem.value)
        self.problem = problem
        self.detail = detail


class Hazard(NamedTuple):
    """One thing in an SVG that is not inert; ``detail`` is a short, printable excerpt of the text."""

    danger: Danger
    detail: str


class Shape(NamedTuple):
    """A visible basic shape: its element name, attributes without namespaces, and transforms from the root inwards."""

    tag: str
    attributes: Mapping[str, str]
    transforms: tuple[str, ...] = ()


class Svg:
    """What was read: attributes of the root, visible shapes in their order, hazards.

    ``others`` counts things drawn that are no basic shape (text, images, uses). ``complete`` is false where reading
    stopped at a document type with declarations; the shapes are then not known.
    """

    def __init__(self) -> None:
        self.attributes: Mapping[str, str] = {}
        self.shapes: list[Shape] = []
        self.hazards: list[Hazard] = []
        self.others = 0
        self.complete = True


def read_svg(data: bytes, *, limit: int = MAX_BYTES) -> Svg:
    """Read the SVG text ``data`` (UTF-8, at most ``limit`` bytes).

    Raises ``SvgError`` for what a browser would not draw and for what passes a limit.
    """
    if len(data) > limit:
        raise SvgError(SvgProblem.TOO_LARGE, too_many_bytes(len(data), limit))
    if not data.strip():
        raise SvgError(SvgProblem.EMPTY)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start + 1
        raise SvgError(SvgProblem.NOT_UTF8, Message(f"byte {at}", f"第 {at} 个字节")) from None
    return _Reader().read(data)


def too_many_bytes(count: int, limit: int) -> Message:
    """Return by how much a size of ``count`` bytes is over a limit."""
    return Message(f"{count} > {limit} bytes", f"{count} 字节，上限为 {limit}")


# What expat says, by its code, as far as text that stops at a document type can make it say so.
_ERRORS = {
    2: "语法错误",
    3: "内容没有写完",
    4: "记号无效",
    5: "标签没有写完",
    6: "字符不完整",
    7: "标签不配对",
    8: "属性重复",
    9: "根元素之后还有内容",
    11: "实体未定义",
    14: "字符编号无效",
    17: "XML 声明不在开头",
    18: "编码未知",
    19: "声明的编码有误",
    20: "CDATA 没有结束",
    27: "前缀未声明",
    28: "不能取消声明前缀",
    30: "XML 声明有误",
    38: "保留前缀 xml 不能另作他用",
    39: "保留前缀 xmlns 不能声明",
    40: "前缀不能绑定到保留的命名空间",
}


def _parser_error(error: expat.ExpatError) -> Message:
    line, column = error.lineno, error.offset + 1
    return Message(
        f"{expat.ErrorString(error.code)}, line {line}, column {column}",
        f"{_ERRORS.get(error.code, f'XML 错误 {error.code}')}，第 {line} 行第 {column} 列",
    )


class _Stop(Exception):
    """Raised in a handler to leave expat."""


class _Context(NamedTuple):
    """What an element hands down to those inside it."""

    paint: tuple[str, ...]
    transforms: tuple[str, ...]
    drawn: bool


class _Reader:
    """State of one reading; the methods are expat's handlers."""

    def __init__(self) -> None:
        self.svg = Svg()
        self.contexts = [_Context(("black", "none", "inline", "visible"), (), True)]
        self.elements = 0
        self.style: list[str] | None = None

    def read(self, data: bytes) -> Svg:
        # The encoding is given so that a declaration in the text cannot choose another than the one checked.
        parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = self.doctype
        parser.SkippedEntityHandler = self.skipped_entity
        parser.ProcessingInstructionHandler = self.instruction
        try:
            parser.Parse(data, True)
        except _Stop:
            self.svg.complete = False
        except expat.ExpatError as error:
            raise SvgError(SvgProblem.NOT_WELL_FORMED, _parser_error(error)) from None
        return self.svg

    def hazard(self, danger: Danger, detail: str) -> None:
        found = Hazard(danger, _excerpt(detail))
        if found not in self.svg.hazards[-16:]:
            self.svg.hazards.append(found)

    def doctype(self, name: str, system: str | None, public: str | None, has_internal_subset: int) -> None:
        self.hazard(Danger.DOCTYPE, public or system or name)
        if has_internal_subset:
            self.hazard(Danger.ENTITY, name)
            raise _Stop

    def skipped_entity(self, name: str, is_parameter_entity: bool) -> None:
        self.hazard(Danger.ENTITY, f"&{name};")

    def instruction(self, target: str, data: str) -> None:
        self.hazard(Danger.PROCESSING_INSTRUCTION, target)

    def start(self, qualified: str, qualified_attributes: dict[str, str]) -> None:
        namespace, tag = _split(qualified)
        attributes: dict[str, str] = {}
        for key, value in qualified_attributes.items():
            space, name = _split(key)
            self.check_attribute(tag, space, name, value)
            if not space:
                attributes[name] = value
        if self.elements == 0:
            self.check_root(namespace, tag)
            self.svg.attributes = attributes
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            count = Message(f"more than {MAX_ELEMENTS}", f"超过 {MAX_ELEMENTS} 个")
            raise SvgError(SvgProblem.TOO_MANY_ELEMENTS, count)
        if len(self.contexts) > MAX_DEPTH:
            raise SvgError(SvgProblem.TOO_DEEP, Message(f"more than {MAX_DEPTH}", f"超过 {MAX_DEPTH} 层"))
        self.check_element(namespace, tag, attributes)
        self.enter(namespace, tag, attributes)

    def end(self, qualified: str) -> None:
        self.contexts.pop()
        if self.style is not None and _split(qualified)[1] == "style":
            self.check_css("".join(self.style))
            self.style = None

    def characters(self, text: str) -> None:
        if self.style is not None:
            self.style.append(text)

    def enter(self, namespace: str, tag: str, attributes: dict[str, str]) -> None:
        outer = self.contexts[-1]
        styles = _declarations(attributes.get("style", ""))
        paint = tuple(
            own if (own := styles.get(name, attributes.get(name, "")).strip().lower()) not in ("", "inherit") else old
            for name, old in zip(_PAINT, outer.paint, strict=True)
        )
        fill, stroke, display, visibility = paint
        drawn = outer.drawn and display != "none" and tag not in _UNDRAWN and namespace == SVG_NAMESPACE
        transform = styles.get("transform", attributes.get("transform", ""))
        is_root = len(self.contexts) == 1
        transforms = outer.transforms if is_root or not transform else (*outer.transforms, transform)
        # `display` does not inherit its value; what it hides stays hidden through `drawn`.
        self.contexts.append(_Context((fill, stroke, "inline", visibility), transforms, drawn))
        if not drawn or visibility in ("hidden", "collapse"):
            return
        if tag in SHAPES:
            if fill != "none" or stroke != "none":
                self.svg.shapes.append(Shape(tag, attributes, transforms))
        elif tag in _FOREIGN_DRAWINGS or (tag == "svg" and not is_root):
            self.svg.others += 1

    def check_root(self, namespace: str, tag: str) -> None:
        if tag != "svg":
            raise SvgError(SvgProblem.ROOT_NOT_SVG, _excerpt(tag))
        if namespace != SVG_NAMESPACE:
            raise SvgError(SvgProblem.NO_NAMESPACE, _excerpt(namespace))

    def check_element(self, namespace: str, tag: str, attributes: dict[str, str]) -> None:
        if tag in _SCRIPTS:
            self.hazard(Danger.SCRIPT, tag)
        elif tag == "foreignObject" or namespace == XHTML_NAMESPACE:
            self.hazard(Danger.FOREIGN_CONTENT, tag)
        elif tag == "style":
            self.style = []
        elif tag in _ANIMATIONS:
            target = attributes.get("attributeName", "").strip()
            if target.rpartition(":")[2].lower() == "href" or _EVENT.match(target):
                self.hazard(Danger.ANIMATED_REFERENCE, f'{tag} attributeName="{target}"')

    def check_attribute(self, tag: str, namespace: str, name: str, value: str) -> None:
        if _EVENT.match(name):
            self.hazard(Danger.EVENT_ATTRIBUTE, name)
        elif name in ("href", "src", "ping") or (namespace == XML_NAMESPACE and name == "base"):
            target = value.strip()
            if target and not target.startswith("#") and not _RASTER.match(target):
                self.hazard(Danger.EXTERNAL_REFERENCE, f'{tag} {name}="{target}"')
        elif "(" in value or "\\" in value:
            self.check_css(value)

    def check_css(self, text: str) -> None:
        plain = _CSS_COMMENT.sub(" ", _CSS_ESCAPE.sub(_unescape, text))
        for found in _CSS_REFERENCE.finditer(plain):
            target = found[1]
            if target is None or (target and not target.startswith("#") and not _RASTER.match(target)):
                self.hazard(Danger.EXTERNAL_REFERENCE, plain[found.start() : found.start() + 80])


def _split(qualified: str) -> tuple[str, str]:
    namespace, _, name = qualified.rpartition(" ")
    return namespace, name


def _declarations(style: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.split(";"))
    return {name.strip().lower(): value.replace("!important", "") for name, _, value in pairs}


def _unescape(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[2]
    point = int(found[1], 16)
    return chr(point) if 0 < point < 0x110000 and not 0xD800 <= point < 0xE000 else "\ufffd"


def _excerpt(text: str) -> str:
    shown = "".join(character if character.isprintable() else " " for character in text[:60])
    return shown + "…" if len(text) > 60 else shown
