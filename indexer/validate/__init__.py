"""Checks of what has been read: tables by their schema, documents by theirs, and files against each other."""
