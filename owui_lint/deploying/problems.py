"""What can go wrong with a server or a plugin on its way there: a kind, what happened, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from owui_lint.finding import Finding, Message
from owui_lint.language import in_turn
from owui_lint.wording import fill_both


class Kind(StrEnum):
    """The kinds of problems; their names are what JSON reports show."""

    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    REDIRECT = "redirect"
    UNAUTHORIZED = "unauthorized"
    NOT_ADMIN = "not-admin"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    INVALID = "invalid"
    RATE_LIMITED = "rate-limited"
    SERVER_ERROR = "server-error"
    NOT_JSON = "not-json"
    TOO_LARGE = "too-large"
    UNEXPECTED = "unexpected"
    REJECTED = "rejected"
    ID_TAKEN = "id-taken"
    LOAD_ERROR = "load-error"
    LOAD_ERROR_HIDDEN = "load-error-hidden"
    PIP = "pip"
    VALVES = "valves"
    NOT_APPLIED = "not-applied"
    FINDINGS = "findings"
    DOWNGRADE = "downgrade"
    OTHER_ID = "other-id"
    WRONG_TYPE = "wrong-type"
    SAME_ID = "same-id"
    NOT_DEPLOYABLE = "not-deployable"
    UNREADABLE = "unreadable"
    EDITED_SINCE = "edited-since"
    KEY_IN_CODE = "key-in-code"


#: The value that says whether a problem came up while nothing had been saved (true), or while a save was read back (false).
READING = "reading"

#: What a request that ended like this has done on the server is not known: reading back tells.
UNCERTAIN = frozenset(
    {Kind.UNREACHABLE, Kind.TIMEOUT, Kind.SERVER_ERROR, Kind.NOT_JSON, Kind.TOO_LARGE, Kind.UNEXPECTED, Kind.REDIRECT}
)

#: Found before anything is sent: the server has no part in it.
PLANNING = frozenset(
    {
        Kind.FINDINGS,
        Kind.DOWNGRADE,
        Kind.OTHER_ID,
        Kind.WRONG_TYPE,
        Kind.SAME_ID,
        Kind.NOT_DEPLOYABLE,
        Kind.UNREADABLE,
        Kind.EDITED_SINCE,
        Kind.KEY_IN_CODE,
    }
)

_TEXTS: dict[Kind, tuple[Message, Message]] = {
    Kind.UNREACHABLE: (
        Message("{url} cannot be reached: {detail}.", "无法连接 {url}：{detail}。"),
        Message(
            "Is OpenWebUI running there? --url or OPENWEBUI_URL names the server, with its port.",
            "请确认 OpenWebUI 已在该地址运行；服务器地址（含端口）由 --url 或 OPENWEBUI_URL 指定。",
        ),
    ),
    Kind.TLS: (
        Message("No trusted TLS connection to {url}: {detail}.", "无法与 {url} 建立可信的 TLS 连接：{detail}。"),
        Message(
            "Give the server a valid certificate, or name the file of a private authority in SSL_CERT_FILE. "
            "The check is never switched off.",
            "请为服务器配置有效证书；如使用私有 CA，请用 SSL_CERT_FILE 指定其证书文件。证书校验始终开启。",
        ),
    ),
    Kind.TIMEOUT: (
        Message("{url} did not answer in time ({detail}).", "{url} 未在限定时间内响应（{detail}）。"),
        Message(
            "A save installs the plugin's requirements with pip, which takes time: raise --timeout, and see with "
            "`owui-lint deployed` what has arrived.",
            "保存插件时服务器会用 pip 安装依赖，可能较慢：请调大 --timeout，并用 `owui-lint deployed` 查看实际结果。",
        ),
    ),
    Kind.REDIRECT: (
        Message("{url} redirects to {detail}.", "{url} 重定向到 {detail}。"),
        Message(
            "Redirects are not followed, and the key was not sent there. If OpenWebUI is there, give that URL.",
            "程序不会跟随重定向，密钥也没有发往该地址。如果 OpenWebUI 确实在那里，请直接使用该地址。",
        ),
    ),
    Kind.UNAUTHORIZED: (
        Message(
            "The server does not accept the key ({status}: {detail}).", "服务器不接受该密钥（{status}：{detail}）。"
        ),
        Message(
            "Create a key in OpenWebUI (Settings > Account > API keys) and put it into OPENWEBUI_API_KEY or .env.",
            "请在 OpenWebUI 的“设置 > 账号 > API 密钥”中新建密钥，并写入 OPENWEBUI_API_KEY 或 .env。",
        ),
    ),
    Kind.NOT_ADMIN: (
        Message(
            "The key's owner is not allowed to do this ({status}: {detail}).",
            "该密钥的用户没有权限（{status}：{detail}）。",
        ),
        Message("Use the key of an administrator.", "请使用管理员的密钥。"),
    ),
    Kind.FORBIDDEN: (
        Message("The server refuses the key ({status}: {detail}).", "服务器拒绝了该密钥（{status}：{detail}）。"),
        Message(
            "API keys may be switched off, or limited to some addresses: allow them in the admin settings, "
            "with /api/v1/functions and /api/v1/tools.",
            "服务器可能未启用 API 密钥，或限制了可访问的接口：请在管理员设置中启用，并放行 /api/v1/functions 与 /api/v1/tools。",
        ),
    ),
    Kind.NOT_FOUND: (
        Message("{url} is not there ({status}: {detail}).", "{url} 不存在（{status}：{detail}）。"),
        Message(
            "Does the URL name OpenWebUI itself, with its path if it has one? OpenWebUI before 0.5 is not supported.",
            "请确认地址指向 OpenWebUI 本身（如部署在子路径下，需包含该路径）。不支持 0.5 之前的 OpenWebUI。",
        ),
    ),
    Kind.INVALID: (
        Message(
            "The server does not understand the request ({status}: {detail}).",
            "服务器无法识别请求（{status}：{detail}）。",
        ),
        Message(
            "This release of OpenWebUI may take another form than the known ones. Please report it.",
            "该版本的 OpenWebUI 可能更改了接口格式，请反馈此问题。",
        ),
    ),
    Kind.RATE_LIMITED: (
        Message(
            "The server wants fewer requests ({status}: {detail}).", "服务器限制了请求频率（{status}：{detail}）。"
        ),
        Message("Wait and try again.", "请稍后重试。"),
    ),
    Kind.SERVER_ERROR: (
        Message("The server failed ({status}: {detail}).", "服务器内部出错（{status}：{detail}）。"),
        Message(
            "Its log says why. `owui-lint deployed` shows what has arrived.",
            "请查看服务器日志；用 `owui-lint deployed` 可查看实际结果。",
        ),
    ),
    Kind.NOT_JSON: (
        Message("{url} answered with {detail} in place of JSON.", "{url} 返回的是 {detail}，而不是 JSON。"),
        Message(
            "That is a web page of a proxy, a login or OpenWebUI's own front page: does the URL name OpenWebUI itself?",
            "这通常是代理、登录页或 OpenWebUI 的网页：请确认地址指向 OpenWebUI 的根地址。",
        ),
    ),
    Kind.TOO_LARGE: (
        Message(
            "The answer of {url} is larger than {detail}: not read further.", "{url} 的响应超过 {detail}，已停止读取。"
        ),
        Message(
            "No plugin needs that much: does the URL name OpenWebUI?",
            "正常的插件不会这么大：请确认地址指向 OpenWebUI。",
        ),
    ),
    Kind.UNEXPECTED: (
        Message(
            "The answer of {url} is not what OpenWebUI sends: {detail}.",
            "{url} 的响应不符合 OpenWebUI 的格式：{detail}。",
        ),
        Message(
            "Does the URL name OpenWebUI, of a release from 0.5 on?", "请确认地址指向 0.5 或更新版本的 OpenWebUI。"
        ),
    ),
    Kind.REJECTED: (
        Message("The server rejects the request ({status}: {detail}).", "服务器拒绝了请求（{status}：{detail}）。"),
        Message("Nothing was changed on the server.", "服务器上没有任何改动。"),
    ),
    Kind.ID_TAKEN: (
        Message(
            "The id {id} is taken on the server, but not shown to this key.",
            "服务器上的 id {id} 已被占用，但该密钥看不到它。",
        ),
        Message(
            "It belongs to somebody else, or was created a moment ago. Choose another id in `openwebui-ids`, or try again.",
            "它可能属于其他用户，或刚刚被创建。请在 `openwebui-ids` 中换一个 id，或重试。",
        ),
    ),
    Kind.LOAD_ERROR: (
        Message("The server could not load the plugin: {detail}", "服务器无法加载该插件：{detail}"),
        Message(
            "Nothing was changed on the server. Fix the code and deploy again.",
            "服务器上没有任何改动。请修复代码后重新部署。",
        ),
    ),
    Kind.LOAD_ERROR_HIDDEN: (
        Message(
            "The server could not load the plugin and does not say why: {detail}",
            "服务器无法加载该插件，且没有说明原因：{detail}",
        ),
        Message(
            'Nothing was changed on the server; its log names the error ("Failed to load the tool").',
            "服务器上没有任何改动；具体错误见服务器日志（“Failed to load the tool”）。",
        ),
    ),
    Kind.PIP: (
        Message("pip failed on the server: {detail}", "服务器上的 pip 安装失败：{detail}"),
        Message(
            "Nothing was changed. Check `requirements`, and that the server reaches its package index; its log has "
            "pip's own words.",
            "服务器上没有任何改动。请检查 `requirements` 以及服务器能否访问软件包索引；pip 的输出见服务器日志。",
        ),
    ),
    Kind.VALVES: (
        Message(
            "The values saved on the server do not fit the new code: {detail}",
            "服务器上保存的 Valves 与新代码不兼容：{detail}",
        ),
        Message(
            "Nothing was changed. Change the saved values in OpenWebUI, or keep the old type of the field.",
            "服务器上没有任何改动。请先在 OpenWebUI 中修改已保存的值，或保留字段原来的类型。",
        ),
    ),
    Kind.NOT_APPLIED: (
        Message("Reading back shows something else than was sent: {detail}.", "回读结果与发送的内容不一致：{detail}。"),
        Message(
            "Somebody else may be changing it. `owui-lint deployed` shows the state, `--rollback` goes back.",
            "可能有人同时在修改。用 `owui-lint deployed` 查看状态，用 `--rollback` 回滚。",
        ),
    ),
    Kind.FINDINGS: (
        Message("The release checks find errors: {detail}", "发布检查发现错误：{detail}"),
        Message(
            "`owui-lint check --plugin {id}` shows them all. --no-verify deploys all the same.",
            "用 `owui-lint check --plugin {id}` 查看全部问题；--no-verify 可跳过检查强行部署。",
        ),
    ),
    Kind.DOWNGRADE: (
        Message(
            "The server has {detail}, which is newer than the repository's version.",
            "服务器上是 {detail}，比仓库中的版本更新。",
        ),
        Message(
            "Was the version in the code forgotten? --allow-downgrade deploys the older one.",
            "是否忘记修改代码中的版本？--allow-downgrade 可部署旧版本。",
        ),
    ),
    Kind.OTHER_ID: (
        Message("The server has this plugin under another id: {detail}.", "服务器上该插件使用了别的 id：{detail}。"),
        Message(
            "A second copy would run beside it. Say in `openwebui-ids` which id is meant: {id}: {suggestion}.",
            "直接部署会产生重复的插件。请在 `openwebui-ids` 中写明要使用的 id：{id}: {suggestion}。",
        ),
    ),
    Kind.WRONG_TYPE: (
        Message(
            "The id {detail} belongs to something else on the server.", "服务器上的 id {detail} 属于其他类型的插件。"
        ),
        Message("Choose another id in `openwebui-ids`.", "请在 `openwebui-ids` 中换一个 id。"),
    ),
    Kind.SAME_ID: (
        Message("{detail} would have the same id on the server.", "{detail} 在服务器上会使用同一个 id。"),
        Message("Give them different ids in `openwebui-ids`.", "请在 `openwebui-ids` 中为它们设置不同的 id。"),
    ),
    Kind.NOT_DEPLOYABLE: (
        Message(
            "A pipeline runs on a Pipelines server, not in OpenWebUI.",
            "pipeline 运行在 Pipelines 服务器上，而不是 OpenWebUI 中。",
        ),
        Message("It cannot be deployed with this command.", "无法用此命令部署。"),
    ),
    Kind.UNREADABLE: (
        Message("The code cannot be read: {detail}.", "无法读取代码：{detail}。"),
        Message(
            "Fix the file first; `owui-lint check` says what is wrong.",
            "请先修复该文件；`owui-lint check` 会说明问题。",
        ),
    ),
    Kind.EDITED_SINCE: (
        Message("It was created by the deployment and changed since.", "它由该次部署创建，之后又被修改过。"),
        Message(
            "Going back would delete that work: delete it in OpenWebUI if that is meant.",
            "回滚会删除这些修改：如确实需要，请在 OpenWebUI 中手动删除。",
        ),
    ),
    Kind.KEY_IN_CODE: (
        Message("The code holds the API key itself.", "代码中包含 API 密钥本身。"),
        Message("Remove it from the code and create a new key.", "请从代码中删除它，并重新生成密钥。"),
    ),
}


#: What to do where nothing was to be saved: the server was only asked for something.
_OF_READING: dict[Kind, Message] = {
    Kind.TIMEOUT: Message(
        "Is OpenWebUI running there, and not overloaded? --timeout SECONDS waits longer.",
        "请确认 OpenWebUI 运行正常、负载不高；--timeout SECONDS 可延长等待时间。",
    ),
    Kind.SERVER_ERROR: Message(
        "Its log says why. Nothing was sent to be saved.", "具体原因见服务器日志。此次请求只是读取，没有提交任何改动。"
    ),
}


class Problem(Exception):
    """Something that keeps a plugin, or all of them, from being compared or deployed.

    ``values`` fill the text (``detail``, ``url``, ``status``, ``id``), and one, ``READING``, says when it came up where that
    was in reading; the API key is in none of them.
    """

    def __init__(self, kind: Kind, values: Mapping[str, object] | None = None) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.values = dict(values or {})

    @property
    def status(self) -> int | None:
        """The HTTP status, where there was an answer."""
        value = self.values.get("status")
        return value if isinstance(value, int) else None

    @property
    def detail(self) -> str:
        """What the server, or the system, said."""
        detail = self.values.get("detail", "")
        return detail.en if isinstance(detail, Message) else str(detail)

    @property
    def message(self) -> Message:
        """What happened."""
        return fill_both(_TEXTS[self.kind][0], self.values)

    @property
    def advice(self) -> Message:
        """What to do about it."""
        usual = _TEXTS[self.kind][1]
        return fill_both(_OF_READING.get(self.kind, usual) if self.values.get(READING) else usual, self.values)


def places_of(findings: Sequence[Finding], most: int) -> Message:
    """Return where findings stand and which they are, the first of many."""
    shown = in_turn(f"{item.path}:{item.place.span.line} {item.name}" for item in findings[:most])
    rest = len(findings) - most
    return Message(f"{shown.en} (+{rest})", f"{shown.zh}（另有 {rest} 处）") if rest > 0 else shown
