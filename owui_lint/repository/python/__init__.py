"""What a file of Python says: its syntax tree, what control and values do in it, and the edits that change it."""
