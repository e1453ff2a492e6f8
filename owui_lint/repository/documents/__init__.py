"""What a Markdown document says: its lines, links, badges, tables and sections."""
