"""The desk's addresses, a module for each part of a clerk's day."""
