"""Pictures as SVG within a page: functions from data to text, which know of no store and no request.

No picture has an inline style, which the policy of pages forbids: geometry is in attributes, colours and type are in
``static/plan.css`` by class, for both schemes and for paper. None has an ``id``, so that a page may have several.
"""

from stratgraph_api.drawings.bars import Panel, bars
from stratgraph_api.drawings.flow import Flow, flow
from stratgraph_api.drawings.neighbourhood import Bunch, neighbourhood
from stratgraph_api.drawings.network import Arrow, Box, network

__all__ = ["Arrow", "Box", "Bunch", "Flow", "Panel", "bars", "flow", "neighbourhood", "network"]
