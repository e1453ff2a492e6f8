"""
title: Relay Pipe
author: Example Dev
author_url: https://github.com/example-dev
funding_url: https://github.com/example-dev/openwebui-plugins
version: 2.0.0
description: Answers with the last message. 把最后一条消息作为回答返回。
"""

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, Field

logger = logging.getLogger(__name__)

TRANSLATIONS = {
    "en-US": {"working": "Relaying…", "done": "Relayed."},
    "zh-CN": {"working": "正在转发……", "done": "转发完成。"},
}
FALLBACK_MAP = {"en": "en-US", "en-GB": "en-US", "zh": "zh-CN", "zh-TW": "zh-CN"}


class Pipe:
    class Valves(BaseModel):
        SHOW_STATUS: bool = Field(default=True, description="Whether to show status updates.")
        SHOW_DEBUG_LOG: bool = Field(default=False, description="Whether to log to the browser console.")
        PREFIX: str = Field(default="", description="Text before every answer.")

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

    async def pipe(
        self,
        body: dict,
        __user__: dict | None = None,
        __event_emitter__: Callable[[Any], Awaitable[None]] | None = None,
        __metadata__: dict | None = None,
    ) -> str:
        language = self._get_user_context(__user__)["user_language"]
        chat = self._get_chat_context(body, __metadata__)["chat_id"]
        await self._emit_status(__event_emitter__, self._text(language, "working"))
        messages = body.get("messages") or []
        if not messages:
            await self._emit_notification(__event_emitter__, self._text(language, "done"), "warning")
            return ""
        await self._emit_debug_log(__event_emitter__, "relay", {"chat": chat})
        await self._emit_status(__event_emitter__, self._text(language, "done"), done=True)
        return f"{self.valves.PREFIX}{messages[-1].get('content', '')}"
