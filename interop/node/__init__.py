"""The node: a gateway behind HTTP, for other regions and for its own application."""
