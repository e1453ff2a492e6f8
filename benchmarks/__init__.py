"""Benchmarks measure; tests do not time."""
