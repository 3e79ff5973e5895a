"""A folder to begin a plan of one's own in: a workbook, settings, shapes, queries, a review in CI."""

from stratgraph.starter.folder import Begun, begin

__all__ = ["Begun", "begin"]
