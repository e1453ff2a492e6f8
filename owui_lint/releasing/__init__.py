"""Releases: raising versions everywhere at once, what a change is responsible for, and the release draft."""
