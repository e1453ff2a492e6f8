"""Where versions and their days are written, whose they are, and where missing ones belong."""
