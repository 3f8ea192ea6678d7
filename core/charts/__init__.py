"""Frames -> Plotly figures, meters and tables. Pure: no store, no clock, no screen. The one door to plotly."""
