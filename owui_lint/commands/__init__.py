"""Commands beside ``check``: one module each, with ``register(app)``; heavy imports stay inside the functions."""
