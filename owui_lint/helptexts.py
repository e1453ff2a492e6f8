"""What ``--help`` says in Chinese. The English text stands with each command and option, and is the key here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

CHINESE = {
    "Linter and release-consistency checker for repositories of OpenWebUI plugins.": "OpenWebUI 插件仓库的代码检查与发布一致性检查工具。",
    "Exit codes: 0 clean, 1 findings, 2 usage or configuration error, 3 internal error.": "退出码：0 无问题，1 有问题，2 用法或配置错误，3 内部错误。",
    "Print the version.": "显示版本。",
    "Install completion for the current shell.": "为当前 shell 安装命令补全。",
    "Show completion for the current shell, to copy it or customize the installation.": "显示当前 shell 的补全脚本，便于复制或自定义安装。",
    "Show this message and exit.": "显示本帮助。",
    "Write the current findings to a baseline; `check` then reports only new ones.": "将现有问题写入基线，之后 `check` 只报告新问题。",
    "The repository.": "仓库。",
    "Only remove entries that no longer occur.": "只移除不再出现的问题。",
    "The baseline file (default: .owui-lint-baseline.json).": "基线文件；默认为 .owui-lint-baseline.json。",
    "The profile: which rules apply.": "采用哪个规则集。",
    "Language of messages.": "消息语言。",
    "Raise a plugin's version everywhere, set date badges, and prepare What's New and release notes.": "在所有位置提升插件版本，更新日期徽章，准备“最新更新”和发布说明。",
    "The plugins to raise.": "要提升版本的插件。",
    "The part to raise, or the new version.": "提升哪一位，或直接给出目标版本。",
    "Show the changes without writing them.": "只显示将要修改的内容，不写入。",
    "The date for date badges (default: today).": "日期徽章的日期；默认为今天。",
    "Allow a lower version, or the same one.": "允许改为更低或相同的版本。",
    "Check the repository (the default command).": "检查仓库（默认命令）。",
    "Report only findings below these paths; the whole repository is still read.": "只报告这些路径中的问题；仍会读取整个仓库。",
    "List only what is below these paths; the whole repository is still read.": "只列出这些路径下的内容；仍会读取整个仓库。",
    "Apply safe fixes.": "应用安全的修复。",
    "With --fix or --diff: include fixes that need review.": "与 --fix 或 --diff 同用：也包含需要人工复核的修复。",
    "Set every stated version to the code's; report only versions (family 6).": "使所有位置的版本与代码一致；只报告版本问题（规则族 6）。",
    "Show what fixes would change without writing it.": "只显示修复将改动的内容，不写入。",
    "The date that date badges must show.": "日期徽章必须显示的日期。",
    "Only this plugin.": "只针对此插件。",
    "Also rewrite versions that are newer than the code's.": "也改写比代码更新的位置。",
    "The Lucide icon that --plugin must have; --fix sets it.": "--plugin 应使用的 Lucide 图标；--fix 会写入。",
    "Rules to run: codes, names or families, comma-separated.": "只用这些规则：编号、名称或规则族，以逗号分隔。",
    "Rules to skip (same syntax as --select).": "不用这些规则，写法同 --select。",
    "Report only findings that the changes since REF (REF...HEAD and the work tree) introduced or touched.": "只报告 REF 之后的改动（REF...HEAD 和工作区）引入或涉及的问题。",
    "The lowest severity that gives exit code 1.": "有问题达到此级别时，退出码为 1。",
    "The format of the report.": "报告格式。",
    "Also write the report to a file.": "同时把报告写入文件。",
    "Hide the findings that this file accepts.": "隐藏此基线文件已接受的问题。",
    "Ignore the baseline.": "不使用基线。",
    "Count findings per rule, as text or json.": "按规则统计问题数，仅限 text 和 json 格式。",
    "Print each setting and where it comes from, without checking.": "显示每项设置及其来源，不检查。",
    "Print only findings.": "只显示问题。",
    "Number of processes (default: up to 4, fewer for small changes).": "进程数；默认最多 4 个，改动较小时更少。",
    "Do not use or write .owui-lint-cache.": "不使用也不写入 .owui-lint-cache。",
    "Exit with 0 even if there are findings.": "即使有问题，退出码也为 0。",
    "Go through the release checklist; exit with 1 if an item fails.": "逐项核对发布清单；有未通过项时退出码为 1。",
    "The plugins.": "插件。",
    "Also check this server; without it, no network is used.": "同时查看此服务器；不指定则不访问网络。",
    "Folder for backups (default: .owui-lint/backups).": "部署备份的位置（默认 .owui-lint/backups）。",
    "File with OPENWEBUI_API_KEY (default: .env in the root).": "含 OPENWEBUI_API_KEY 的文件（默认为根目录的 .env）。",
    "Time limit for each answer, with repeated attempts (default: 30, and 300 for saving).": "等待每个响应的最长秒数，含重试（默认 30，保存时 300）。",
    "Send the key to another machine over plain http, where others can read it.": "允许以明文 http 将密钥发往其他机器：途中任何人都能读到。",
    "The output format.": "输出格式。",
    "Check a commit message: Conventional Commits, English, one to three bullets (for a commit-msg hook).": "检查提交信息：Conventional Commits、英文、一至三个要点（可作 commit-msg 钩子）。",
    "File with the message, or - for standard input.": "提交信息文件；- 表示标准输入。",
    "Deploy plugins to an OpenWebUI server: run the release checks, update or create, read back. Undo with --rollback.": "将插件部署到 OpenWebUI 服务器：发布检查、更新或创建、回读核对。--rollback 可回滚。",
    "The server (default: OPENWEBUI_URL from the environment or .env).": "服务器；默认取环境变量或 .env 中的 OPENWEBUI_URL。",
    "Show what would be done without doing it.": "只说明将要做什么，不作改动。",
    "Deploy even if the release checks find errors.": "即使发布检查发现错误也部署。",
    "Also replace a newer version on the server.": "也覆盖服务器上更新的版本。",
    "Save no backup; you cannot roll back.": "不备份：无法回滚。",
    "Restore what the latest deployment replaced (--backup: folder or file).": "恢复最近一次部署所替换的内容（--backup 可指定目录或文件）。",
    "Compare the plugins on an OpenWebUI server with the repository; exit with 1 if they differ.": "比较 OpenWebUI 服务器上运行的插件与仓库；不一致时退出码为 1。",
    "Only these plugins.": "只针对这些插件。",
    "A state that does not count as a difference.": "不计为不一致的状态。",
    "Print the dependency graph: plugin, packages, and whether OpenWebUI ships them.": "显示依赖关系：插件、软件包，以及 OpenWebUI 是否自带。",
    "The OpenWebUI release to compare with.": "作为比较对象的 OpenWebUI 版本。",
    "Print a Lucide icon as an icon_url line.": "以 icon_url 行的形式输出 Lucide 图标。",
    "Name of a Lucide icon, such as file-text; former names work too.": "Lucide 图标名，如 file-text；也可用旧名。",
    "Print the SVG itself.": "输出 SVG 本身。",
    "Write a configuration, a pre-commit hook and a GitHub workflow; existing files are not changed.": "写入配置、pre-commit 钩子和 GitHub 工作流；已有文件保持不变。",
    "Show what would be written without writing it.": "只显示将要写入的内容，不写入。",
    "Do not accept the current findings.": "不把现有问题写入基线。",
    "List the plugins that were found: type, class, title, version and valves.": "列出找到的插件：类型、类、标题、版本和 Valves。",
    "Draft a release: commit message, changes in both languages, checked locations; exit with 1 if something is missing.": "起草发布：提交信息、双语变更、已核对的版本位置；有内容缺失时退出码为 1。",
    "The plugin to release.": "要发布的插件。",
    "Go through the release checklist instead (see `checklist`).": "改为逐项核对发布清单（见 `checklist`）。",
    "With --checklist: also check this server.": "与 --checklist 同用：同时查看此服务器。",
    "Explain a rule: what it checks, why, and examples.": "说明一条规则：内容、原因和示例。",
    "A rule's name or code.": "规则的名称或编号。",
    "List the rules.": "列出规则。",
    "Only rules of this family (name or number).": "只列出此规则族：名称或编号。",
    "List the clauses of the standard with the rules that check them.": "列出规范条款及对应的规则。",
    "Only rules of this severity.": "只列出此级别的规则。",
    "Only rules that can fix what they find.": "只列出可自动修复的规则。",
    "Only rules that check this clause of the standard.": "只列出检查此条款的规则。",
    "Print the JSON Schema of the configuration, or of rule files.": "输出配置或规则文件的 JSON Schema。",
    "Print the schema of rule files instead of the configuration's.": "输出规则文件而非配置的 Schema。",
    "Run a language server for editors on standard input and output.": "为编辑器运行语言服务器，通过标准输入输出通信。",
    "Show each plugin's version at every location as a matrix, and the date badges.": "显示版本矩阵：每个插件在各处的版本，以及日期徽章。",
    "Also write a badge of how many locations agree.": "同时生成徽章，显示有多少处版本一致。",
}


def texts_of(command: Any, parent: Any = None) -> list[tuple[Any, str]]:
    """Return every help text of a command and the commands below it: who has it, and in which attribute.

    ``parent`` is the context of the command above: it says by which names an option asks for help.
    """
    context = command.make_context(command.name, [], parent=parent, resilient_parsing=True)
    options = [*command.params, command.get_help_option(context)]
    found = [(command, "help"), (command, "epilog"), *((option, "help") for option in options)]
    for below in getattr(command, "commands", {}).values():
        found += texts_of(below, context)
    return [(owner, name) for owner, name in found if getattr(owner, name, None)]


_HEADINGS = {"Arguments": "参数", "Options": "选项", "Commands": "命令"}


def translate(command: Any) -> None:
    """Make a command and all below it speak Chinese where they explain themselves."""
    for owner, name in texts_of(command):
        text = getattr(owner, name)
        setattr(owner, name, CHINESE.get(" ".join(text.split()), text))
    formatter = _formatter(command.context_class.formatter_class)
    context = type("Context", (command.context_class,), {"formatter_class": formatter})
    for one in (command, *getattr(command, "commands", {}).values()):
        one.context_class = context


# What typer adds behind a text: "[default: text]", "[1<=x<=64; required]".
_REMARKS = re.compile(r"\[(?:default: [^\[\]]*|[^\[\]]*\brequired)\]$")


def _in_chinese(remarks: re.Match[str]) -> str:
    return remarks[0].replace("default: ", "默认：").replace("required", "必填")


# What click writes for the kinds of values of a usage line and of an option without a name for its value.
_KINDS = {
    "[OPTIONS]": "[选项]",
    "COMMAND": "命令",
    "[ARGS]...": "[参数]...",
    "<int range>": "<整数>",
    "<int>": "<整数>",
    "<float range>": "<数值>",
    "<float>": "<数值>",
    "<text>": "<文本>",
    "<str>": "<文本>",
}
_KIND = re.compile("|".join(map(re.escape, _KINDS)))


def _kinds_in_chinese(text: str) -> str:
    return _KIND.sub(lambda found: _KINDS[found[0]], text)


def _formatter(base: Any) -> Any:
    class Formatter(base):  # type: ignore[misc]  # of typer's own or of click, as its version has it
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, _kinds_in_chinese(args), prefix or "用法：")

        def write_heading(self, heading: str) -> None:
            self.write(f"{'':>{self.current_indent}}{_HEADINGS.get(heading, heading)}：\n")

        def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:
            shown = [(_kinds_in_chinese(name), _REMARKS.sub(_in_chinese, text)) for name, text in rows]
            super().write_dl(shown, *args, **options)

    return Formatter
