"""Deploying: what runs on an OpenWebUI server compared with the repository, and bringing the two together.

Only this package talks to a network, and only when a command asks for it. ``httpx`` comes with the extra
``owui-lint[deploy]``; it is imported inside the function that needs it.
"""
