"""Which files are earlier reports of this tool: these a new report may replace, whatever else lies there it may not."""

from __future__ import annotations

import json
import re
from typing import Any

from owui_lint.reporting.markdown import MARKER

#: The first line of a report as text, of one for GitHub's log, and of counts per rule.
_FIRST_LINE = re.compile(
    r"\\?(?:"
    r".+:\d+:\d+: \S+ [A-Z]+\d+ [a-z0-9-]+: "
    r"|::(?:error|warning|notice) file=[^:]*,title=[A-Z]+\d+ "
    r"|No findings in \d+ plugins?, \d+ files?, |没有发现问题（\d+ 个插件，"
    r"|count +code +name +severity|数量 +编号 +名称 +级别)"
)
_HTML_TITLE = re.compile(r"<title>[^<]* · owui-lint</title>")
_HEAD = 64 * 1024  # characters by which what is no JSON is known
#: What each entry of a report for GitLab has.
_OF_GITLAB = {"description", "check_name", "fingerprint", "severity", "location"}
_CODED = re.compile(r"[A-Z]+\d+ [a-z0-9-]+: ")


def is_report(data: bytes) -> bool:
    """Tell whether a file's content is certainly a report of this tool, in any of its formats but a patch."""
    text = data.decode("utf-8", "replace").lstrip("\ufeff")
    head = text[:_HEAD]
    if head.lstrip().startswith(("{", "[")):
        return _is_json_report(text)
    return (
        head.startswith(MARKER)
        or ('<testsuites name="owui-lint"' in head and head.startswith("<?xml"))
        or (head.startswith("<!DOCTYPE html>") and _HTML_TITLE.search(head) is not None)
        or _FIRST_LINE.match(head) is not None
    )


def _is_json_report(text: str) -> bool:
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if isinstance(found, list):
        return all(_is_of_gitlab(entry) for entry in found)
    if {"schema", "findings", "summary"} <= found.keys():
        return True
    try:
        return bool(found["runs"][0]["tool"]["driver"]["name"] == "owui-lint")
    except (KeyError, IndexError, TypeError):
        return False


def _is_of_gitlab(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() == _OF_GITLAB
        and _CODED.match(str(entry["description"])) is not None
        and str(entry["check_name"]) in str(entry["description"])
    )


def may_be_patch(data: bytes) -> bool:
    """Tell whether a file's content has the form of a patch; whose it is, a patch does not say."""
    return data.startswith((b"--- ", b"diff --git "))
