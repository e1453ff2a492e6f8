"""
title: Quiet Hours Filter
author: Example Dev
author_url: https://github.com/example-dev
funding_url: https://github.com/example-dev/openwebui-plugins
version: 0.4.1
description: Asks for shorter answers at night. 在夜间请求更简短的回答。
"""

import datetime
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, Field

logger = logging.getLogger(__name__)

TRANSLATIONS = {
    "en-US": {"working": "Quiet hours: answers are kept short.", "done": "Applied."},
    "zh-CN": {"working": "免打扰时段：回答将保持简短。", "done": "已应用。"},
}
FALLBACK_MAP = {"en": "en-US", "en-GB": "en-US", "zh": "zh-CN", "zh-TW": "zh-CN"}


class Filter:
    class Valves(BaseModel):
        SHOW_STATUS: bool = Field(default=True, description="Whether to show status updates.")
        SHOW_DEBUG_LOG: bool = Field(default=False, description="Whether to log to the browser console.")
        priority: int = Field(default=0, description="Order among filters.")
        START_HOUR: int = Field(default=22, description="First quiet hour.")
        end_hour: int = Field(default=7, description="First hour that is not quiet.")

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

    def _is_quiet(self, hour: int) -> bool:
        return hour >= self.valves.START_HOUR or hour < self.valves.end_hour

    async def inlet(
        self,
        body: dict,
        __user__: dict | None = None,
        __event_emitter__: Callable[[Any], Awaitable[None]] | None = None,
        __metadata__: dict | None = None,
    ) -> dict:
        language = self._get_user_context(__user__)["user_language"]
        chat = self._get_chat_context(body, __metadata__)["chat_id"]
        if self._is_quiet(datetime.datetime.now().hour):
            note = self._text(language, "working")
            body.setdefault("messages", []).insert(0, {"role": "system", "content": note})
            await self._emit_status(__event_emitter__, note)
            await self._emit_notification(__event_emitter__, self._text(language, "done"))
            await self._emit_debug_log(__event_emitter__, "quiet-hours", {"chat": chat})
        return body
