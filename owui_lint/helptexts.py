"""What ``--help`` says in Chinese. The English text stands with each command and option, and is the key here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

CHINESE = {
    "Linter and release-consistency checker for repositories of OpenWebUI plugins.": "OpenWebUI 插件仓库的代码检查与发布一致性检查工具。",
    "Exit codes: 0 clean, 1 findings, 2 usage or configuration, 3 internal error.": "退出码：0 无问题，1 有问题，2 用法或配置错误，3 内部错误。",
    "Print the version.": "显示版本。",
    "Install completion for the current shell.": "为当前 shell 安装命令补全。",
    "Show completion for the current shell, to copy it or customize the installation.": "显示当前 shell 的补全脚本，便于复制或自定义安装。",
    "Show this message and exit.": "显示本帮助。",
    "Write the findings of today to a baseline; `check` then reports new ones only.": "将现有问题写入基线，之后 `check` 只报告新问题。",
    "The repository.": "仓库。",
    "Only take out what is not found any more.": "只移除不再出现的问题。",
    "The baseline; .owui-lint-baseline.json without it.": "基线文件；默认为 .owui-lint-baseline.json。",
    "Which rules apply.": "采用哪个规则集。",
    "Language of messages.": "消息语言。",
    "Raise a plugin's version at every place, set date badges, prepare What's New and release notes.": "在所有位置提升插件版本，更新日期徽章，准备“最新更新”和发布说明。",
    "The plugins to raise.": "要提升版本的插件。",
    "What to raise, or the version to be.": "提升哪一位，或直接给出目标版本。",
    "Show what would change; write nothing.": "只显示将要修改的内容，不写入。",
    "The day for date badges; by default today.": "日期徽章的日期；默认为今天。",
    "Also go to a lower or the same version.": "允许改为更低或相同的版本。",
    "Check the repository (the default command).": "检查仓库（默认命令）。",
    "Report only what lies here; everything is read.": "只报告这些路径中的问题；仍会读取整个仓库。",
    "List only what lies here; everything is read.": "只列出这些路径下的内容；仍会读取整个仓库。",
    "Apply safe fixes.": "应用安全的修复。",
    "With --fix: also fixes that a person should look at.": "与 --fix 同用：也应用需要人工复核的修复。",
    "Bring all versions in line with the code; report versions only (family 6).": "使所有位置的版本与代码一致；只报告版本问题（规则族 6）。",
    "Show what fixing would change; write nothing.": "只显示修复将改动的内容，不写入。",
    "The day that date badges must show.": "日期徽章必须显示的日期。",
    "Only this plugin.": "只针对此插件。",
    "Also rewrite places that are newer than the code.": "也改写比代码更新的位置。",
    "The Lucide icon that --plugin must have; --fix sets it.": "--plugin 应使用的 Lucide 图标；--fix 会写入。",
    "Only these rules: codes, names or families, with commas between them.": "只用这些规则：编号、名称或规则族，以逗号分隔。",
    "Not these rules, written likewise.": "不用这些规则，写法同上。",
    "Report only what the changes since REF (REF...HEAD and the work tree) brought or touch.": "只报告与 REF 之后的改动（REF...HEAD 和工作区）有关的问题。",
    "The least severity that gives exit code 1.": "达到此级别的问题使退出码为 1。",
    "How to print the report.": "报告格式。",
    "Also write the report to a file.": "同时把报告写入文件。",
    "Hide the findings that this file accepts.": "隐藏此基线文件已接受的问题。",
    "Hide nothing by a baseline.": "不使用基线。",
    "Count findings per rule, as text or json.": "按规则统计问题数，仅限 text 和 json 格式。",
    "Print each setting and where it comes from; check nothing.": "显示每项设置及其来源，不检查。",
    "Print findings and nothing else.": "只显示问题。",
    "Processes to use; by default as many as pay.": "进程数；默认自动决定。",
    "Neither use nor keep results of earlier runs.": "不使用也不保存缓存结果。",
    "Exit 0 whatever is found.": "无论有无问题都以 0 退出。",
    "Go through the list before a release; exit code 1 where an item fails.": "逐项核对发布清单；有未通过项时退出码为 1。",
    "The plugins.": "插件。",
    "Also look at this server; without it no network is used.": "同时查看此服务器；不指定则不访问网络。",
    "Where deployments are saved (.owui-lint/backups).": "部署备份的位置（默认 .owui-lint/backups）。",
    "File with OPENWEBUI_API_KEY (.env in the root).": "含 OPENWEBUI_API_KEY 的文件（默认为根目录的 .env）。",
    "Longest wait for an answer (30; 300 to save).": "等待响应的最长秒数（默认 30，保存时 300）。",
    "Send the key over plain http to another machine: anybody between can read it.": "允许以明文 http 将密钥发往其他机器：途中任何人都能读到。",
    "How to print.": "输出格式。",
    "Check a commit message: Conventional Commits, English, one to three bullets (a hook for commit-msg).": "检查提交信息：Conventional Commits、英文、一至三个要点（可作 commit-msg 钩子）。",
    "The message's file, or - for standard input.": "提交信息文件；- 表示标准输入。",
    "Deploy plugins to an OpenWebUI server: release checks, update or create, read back. --rollback goes back.": "将插件部署到 OpenWebUI 服务器：发布检查、更新或创建、回读核对。--rollback 可回滚。",
    "The server. Else OPENWEBUI_URL, in the environment or in .env.": "服务器；默认取环境变量或 .env 中的 OPENWEBUI_URL。",
    "Say what would be done; change nothing.": "只说明将要做什么，不作改动。",
    "Deploy although the release checks find errors.": "即使发布检查发现错误也部署。",
    "Also replace a newer version on the server.": "也覆盖服务器上更新的版本。",
    "Save nothing: there is no way back.": "不备份：无法回滚。",
    "Bring back what the newest deployment replaced (--backup: folder or file).": "恢复最近一次部署所替换的内容（--backup 可指定目录或文件）。",
    "Compare what an OpenWebUI server runs with the repository; exit code 1 where they differ.": "比较 OpenWebUI 服务器上运行的插件与仓库；不一致时退出码为 1。",
    "Only these plugins.": "只针对这些插件。",
    "Does not count as drift (can be given twice).": "不计为不一致（可重复指定）。",
    "Print the dependency graph: plugin, packages, and whether OpenWebUI ships them.": "显示依赖关系：插件、软件包，以及 OpenWebUI 是否自带。",
    "The OpenWebUI release to compare with.": "作为比较对象的 OpenWebUI 版本。",
    "Print a Lucide icon as an icon_url line.": "以 icon_url 行的形式输出 Lucide 图标。",
    "A Lucide icon, e.g. file-text; former names too.": "Lucide 图标名，如 file-text；也可用旧名。",
    "Print the SVG itself.": "输出 SVG 本身。",
    "Write configuration, a pre-commit hook and a GitHub workflow; existing files stay as they are.": "写入配置、pre-commit 钩子和 GitHub 工作流；已有文件保持不变。",
    "Show what would be written; write nothing.": "只显示将要写入的内容，不写入。",
    "Do not accept what is found today.": "不把现有问题写入基线。",
    "Print what was found: type, class, title, version and valves of each plugin.": "列出找到的插件：类型、类、标题、版本和 Valves。",
    "Draft a release: commit message, changes in both languages, checked locations, what is missing (exit 1).": "起草发布：提交信息、双语变更、版本位置核对，以及缺少的内容（退出码 1）。",
    "The plugin to release.": "要发布的插件。",
    "Go through the list before a release instead (see `checklist`).": "改为逐项核对发布清单（见 `checklist`）。",
    "With --checklist: also look at this server.": "与 --checklist 同用：同时查看此服务器。",
    "Explain a rule: what, why, and examples.": "说明一条规则：内容、原因和示例。",
    "A rule's name or code.": "规则的名称或编号。",
    "List the rules.": "列出规则。",
    "Only this family: name or number.": "只列出此规则族：名称或编号。",
    "List the clauses of the standard with the rules that check them.": "列出规范条款及对应的规则。",
    "Only rules of this severity.": "只列出此级别的规则。",
    "Only rules that can fix what they find.": "只列出可自动修复的规则。",
    "Only rules that check this clause of the standard.": "只列出检查此条款的规则。",
    "Print the JSON Schema of the configuration, or of rule files.": "输出配置或规则文件的 JSON Schema。",
    "The schema of rule files, not of the configuration.": "输出规则文件而非配置的 Schema。",
    "Serve an editor: the Language Server Protocol on standard input and output.": "为编辑器提供服务：通过标准输入输出使用语言服务器协议。",
    "Print the matrix: each plugin's version at each of its places, and the date badges.": "显示版本矩阵：每个插件在各处的版本，以及日期徽章。",
    "Also draw a badge: how many places agree.": "同时生成徽章：有多少处一致。",
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


def _formatter(base: Any) -> Any:
    class Formatter(base):  # type: ignore[misc]  # of typer's own or of click, as its version has it
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or "用法：")

        def write_heading(self, heading: str) -> None:
            self.write(f"{'':>{self.current_indent}}{_HEADINGS.get(heading, heading)}：\n")

        def write_dl(self, rows: Sequence[tuple[str, str]], *args: Any, **options: Any) -> None:
            super().write_dl([(name, _REMARKS.sub(_in_chinese, text)) for name, text in rows], *args, **options)

    return Formatter
