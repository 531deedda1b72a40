"""Commands that build everything in models/ from text and from rendered pages."""
