"""Modules are made, executed by Touchstone and by other engines, and what differs is shrunk and kept."""
