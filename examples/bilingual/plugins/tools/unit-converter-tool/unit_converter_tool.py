"""
title: Unit Converter Tool
author: Example Dev
author_url: https://github.com/example-dev
funding_url: https://github.com/example-dev/openwebui-plugins
version: 0.9.3
description: Converts lengths and weights. 换算长度与重量。
"""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, Field

logger = logging.getLogger(__name__)

TRANSLATIONS = {
    "en-US": {"working": "Converting…", "done": "Converted."},
    "zh-CN": {"working": "正在换算……", "done": "换算完成。"},
}
FALLBACK_MAP = {"en": "en-US", "en-GB": "en-US", "zh": "zh-CN", "zh-TW": "zh-CN"}

FACTORS = {"m": 1.0, "km": 1000.0, "mile": 1609.344}


class Tools:
    class Valves(BaseModel):
        SHOW_STATUS: bool = Field(default=True, description="Whether to show status updates.")
        SHOW_DEBUG_LOG: bool = Field(default=False, description="Whether to log to the browser console.")
        DIGITS: int = Field(default=3, description="Digits behind the point.")

    def __init__(self) -> None:
        self.valves = self.Valves()

    def _get_user_context(self, __user__: dict | None) -> dict:
        user = __user__ if isinstance(__user__, dict) else {}
        return {"user_id": user.get("id", ""), "user_language": user.get("language", "en-US")}

    def _get_chat_context(self, body: dict, __metadata__: dict | None = None) -> dict:
        metadata = __metadata__ if isinstance(__metadata__, dict) else {}
        return {"chat_id": str(body.get("chat_id") or metadata.get("chat_id") or "")}

    def _text(self, language: str, key: str, **values: object) -> str:
        language = FALLBACK_MAP.get(language, language)
        table = TRANSLATIONS.get(language, TRANSLATIONS["en-US"])
        return table.get(key, key).format(**values)

    async def _emit_status(self, emitter: Callable[[Any], Awaitable[None]] | None, text: str, done: bool = False) -> None:
        if self.valves.SHOW_STATUS and emitter:
            await emitter({"type": "status", "data": {"description": text, "done": done}})

    async def _emit_notification(self, emitter: Callable[[Any], Awaitable[None]] | None, text: str, kind: str = "info") -> None:
        if emitter:
            await emitter({"type": "notification", "data": {"type": kind, "content": text}})

    async def _emit_debug_log(self, emitter: Callable[[Any], Awaitable[None]] | None, title: str, data: dict) -> None:
        if not self.valves.SHOW_DEBUG_LOG or not emitter:
            return
        code = f"try {{ console.log({json.dumps(title)}, {json.dumps(data)}); return true; }} catch (e) {{ return false; }}"
        await emitter({"type": "execute", "data": {"code": code}})

    async def convert(
        self,
        value: float,
        source: str,
        target: str,
        __user__: dict | None = None,
        __event_emitter__: Callable[[Any], Awaitable[None]] | None = None,
    ) -> str:
        """
        Convert a length from one unit to another.
        :param value: The number to convert.
        :param source: The unit it is in: m, km or mile.
        :param target: The unit to convert to: m, km or mile.
        """
        language = self._get_user_context(__user__)["user_language"]
        await self._emit_status(__event_emitter__, self._text(language, "working"))
        if source not in FACTORS or target not in FACTORS:
            await self._emit_notification(__event_emitter__, f"{source} -> {target}?", "error")
            return "unknown unit"
        result = round(value * FACTORS[source] / FACTORS[target], self.valves.DIGITS)
        await self._emit_debug_log(__event_emitter__, "unit-converter", {"result": result})
        await self._emit_status(__event_emitter__, self._text(language, "done"), done=True)
        return f"{result} {target}"
