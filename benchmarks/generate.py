"""Make a synthetic repository of plugins: `python benchmarks/generate.py 100 FOLDER`.

Each plugin has code of about 200 lines, two READMEs, two pages and an entry in two indexes, all consistent.
"""

from __future__ import annotations

import sys
from pathlib import Path

TYPES = {"actions": "Action", "filters": "Filter", "pipes": "Pipe", "tools": "Tools"}
METHOD = """
    async def _step_{n}(self, body: dict, __event_emitter__=None) -> dict:
        messages = body.get("messages", [])
        for index, message in enumerate(messages):
            content = message.get("content", "")
            if not isinstance(content, str):
                continue
            words = [word.strip() for word in content.split(" ") if word]
            message["content"] = " ".join(words[: self.valves.LIMIT_{n}])
            if __event_emitter__ and self.valves.SHOW_STATUS:
                await __event_emitter__({{"type": "status", "data": {{"description": f"{{index}}", "done": False}}}})
        return body
"""
README = """# 🔁 {title}

{meta}

{text}

## {new} v{version}

- {text}

## {features}

- ✨ **{title}**: {text}

## {use}

1. {text}

## {configuration} (Valves)

| {parameter} | {default} | {description} |
| :--- | :--- | :--- |
{rows}
## {support}

{text}
"""
WORDS = {
    "en": (
        "What's New in",
        "Key Features",
        "How to Use",
        "Configuration",
        "Parameter",
        "Default",
        "Description",
        "Support",
    ),
    "zh": ("最新更新", "核心特性", "使用方法", "配置参数", "参数", "默认值", "描述", "支持"),
}


def readme(lang: str, title: str, version: str, methods: int) -> str:
    """Return a README in a language."""
    new, features, use, configuration, parameter, default, description, support = WORDS[lang]
    meta = f"| By [A](https://example.org) · v{version} | [⭐ Star](https://example.org) |\n| :--- | ---: |"
    text = "把消息整理成更短的形式。" if lang == "zh" else "Brings messages into a shorter form."
    rows = "".join(f"| `LIMIT_{n}` | `{n}` | {text} |\n" for n in range(methods))
    return README.format(
        title=title, meta=meta, version=version, text=text, new=new, features=features, use=use, rows=rows,
        configuration=configuration, parameter=parameter, default=default, description=description, support=support,
    )  # fmt: skip


def generate(count: int, root: Path, methods: int = 12) -> None:
    """Write a repository of ``count`` plugins below ``root``."""
    entries: dict[tuple[str, str], list[str]] = {}
    kinds = list(TYPES.items())
    for number in range(count):
        kind, cls = kinds[number % len(kinds)]
        name, title, version = f"plugin-{number}", f"Plugin {number}", f"1.{number % 10}.{number % 7}"
        fields = "".join(f'        LIMIT_{n}: int = Field(default={n}, description="x")\n' for n in range(methods))
        code = (
            f'"""\ntitle: {title}\nauthor: A\nauthor_url: https://example.org\nfunding_url: https://example.org\n'
            f'version: {version}\ndescription: x\n"""\nfrom pydantic import BaseModel, Field\n\n\nclass {cls}:\n'
            f'    class Valves(BaseModel):\n        SHOW_STATUS: bool = Field(default=True, description="x")\n{fields}'
            "\n    def __init__(self):\n        self.valves = self.Valves()\n"
            + "".join(METHOD.format(n=n) for n in range(methods))
        )
        files = {f"plugins/{kind}/{name}/{name.replace('-', '_')}.py": code}
        for lang, readme_name, suffix in (("en", "README.md", ""), ("zh", "README_CN.md", ".zh")):
            files[f"plugins/{kind}/{name}/{readme_name}"] = readme(lang, title, version, methods)
            files[f"docs/plugins/{kind}/{name}{suffix}.md"] = readme(lang, title, version, methods)
            entries.setdefault((kind, suffix), []).append(f"- [{title}]({name}{suffix}.md) (v{version}) - x\n")
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
    for (kind, suffix), lines in entries.items():
        (root / f"docs/plugins/{kind}/index{suffix}.md").write_text(f"# {kind}\n\n{''.join(lines)}", encoding="utf-8")


if __name__ == "__main__":
    generate(int(sys.argv[1]), Path(sys.argv[2]))
