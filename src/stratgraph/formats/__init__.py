"""Formats that plans come in: one module a format, both directions."""
