"""owui-lint: linter and release-consistency checker for OpenWebUI plugin repositories."""

__version__ = "0.1.0"
