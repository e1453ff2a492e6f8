"""owui-lint: linter and release-consistency checker for OpenWebUI plugin repositories."""

__version__ = "0.1.0"

#: For ``if TYPE_CHECKING:`` as with the name of ``typing``, whose import takes a short run as long as reading all rules.
TYPE_CHECKING = False

#: Exit codes; an error of usage or configuration, or nothing to check, is ``EXIT_USAGE``.
EXIT_CLEAN, EXIT_FINDINGS, EXIT_USAGE, EXIT_INTERNAL = 0, 1, 2, 3
