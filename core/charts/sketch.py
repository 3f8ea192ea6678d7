"""A figure while it is being drawn: plain dictionaries, made into a Plotly figure once, at the end.

Plotly's own update_… calls check paths and copy at every step; drawing that way costs ten times as much.
"""

from typing import Any

import plotly.graph_objects as go


class Sketch:
    """Traces and a layout. Axes are named as Plotly names them: xaxis, yaxis, xaxis2, yaxis2."""

    def __init__(self, **layout: Any) -> None:
        self.data: list[dict[str, Any]] = []
        self.layout: dict[str, Any] = {"shapes": [], "annotations": [], **layout}

    def trace(self, type: str, **spec: Any) -> None:
        """Add a trace; what is None is left out. Named nothing, so that no hover repeats it."""
        self.data.append(
            {"type": type, "name": "", **{key: value for key, value in spec.items() if value is not None}}
        )

    def shape(self, **spec: Any) -> None:
        """Add a shape."""
        self.layout["shapes"].append(spec)

    def note(self, **spec: Any) -> None:
        """Add words at a place, without an arrow."""
        self.layout["annotations"].append({"showarrow": False, **spec})

    def axis(self, name: str, **spec: Any) -> None:
        """Describe an axis, or add to what was said of it."""
        self.layout[name] = {**self.layout.get(name, {}), **spec}

    def figure(self) -> go.Figure:
        """The finished figure; Plotly checks it here, whole."""
        return go.Figure(data=self.data, layout=self.layout)
