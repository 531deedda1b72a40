"""A file becomes page pictures, or words where it holds sound text of its own."""
