"""Fuzzing of everything that reads text of strangers, and measurements of how its cost grows. See ``docs/security.md``."""
