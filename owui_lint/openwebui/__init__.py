"""What OpenWebUI itself does with a plugin: its front matter, its requirements, and facts per release.

Import the modules by name; this package imports nothing, so that a caller pays only for what it uses.
"""
