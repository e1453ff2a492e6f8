"""Adopting the linter: what a repository needs to be checked from now on, and accepting what is found today."""
