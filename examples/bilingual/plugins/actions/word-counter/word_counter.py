"""
title: Word Counter
author: Example Dev
author_url: https://github.com/example-dev
funding_url: https://github.com/example-dev/openwebui-plugins
version: 1.2.0
icon_url: data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIyNCIgaGVpZ2h0PSIyNCIgdmlld0JveD0iMCAwIDI0IDI0IiBmaWxsPSJub25lIiBzdHJva2U9ImN1cnJlbnRDb2xvciIgc3Ryb2tlLXdpZHRoPSIyIiBzdHJva2UtbGluZWNhcD0icm91bmQiIHN0cm9rZS1saW5lam9pbj0icm91bmQiPjxsaW5lIHgxPSI0IiB4Mj0iMjAiIHkxPSI5IiB5Mj0iOSIvPjxsaW5lIHgxPSI0IiB4Mj0iMjAiIHkxPSIxNSIgeTI9IjE1Ii8+PGxpbmUgeDE9IjEwIiB4Mj0iOCIgeTE9IjMiIHkyPSIyMSIvPjxsaW5lIHgxPSIxNiIgeDI9IjE0IiB5MT0iMyIgeTI9IjIxIi8+PC9zdmc+
description: Counts the words of a message. 统计一条消息的字数。
"""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, Field

logger = logging.getLogger(__name__)

TRANSLATIONS = {
    "en-US": {"working": "Counting…", "done": "{count} words"},
    "zh-CN": {"working": "正在统计……", "done": "共 {count} 个词"},
}
FALLBACK_MAP = {"en": "en-US", "en-GB": "en-US", "zh": "zh-CN", "zh-TW": "zh-CN"}


class Action:
    class Valves(BaseModel):
        SHOW_STATUS: bool = Field(default=True, description="Whether to show status updates.")
        SHOW_DEBUG_LOG: bool = Field(default=False, description="Whether to log to the browser console.")
        MIN_WORDS: int = Field(default=5, description="Shorter messages are not counted.")

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

    async def action(
        self,
        body: dict,
        __user__: dict | None = None,
        __event_emitter__: Callable[[Any], Awaitable[None]] | None = None,
    ) -> dict:
        language = self._get_user_context(__user__)["user_language"]
        chat = self._get_chat_context(body)["chat_id"]
        await self._emit_status(__event_emitter__, self._text(language, "working"))
        messages = body.get("messages") or [{}]
        count = len(str(messages[-1].get("content", "")).split())
        if count >= self.valves.MIN_WORDS:
            await self._emit_notification(__event_emitter__, self._text(language, "done", count=count))
        await self._emit_status(__event_emitter__, self._text(language, "done", count=count), done=True)
        await self._emit_debug_log(__event_emitter__, "word-counter", {"count": count})
        logger.info("counted %s words in chat %s", count, chat)
        return body
