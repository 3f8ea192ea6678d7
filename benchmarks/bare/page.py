"""The peer: a bare Streamlit page with one Plotly chart of 30 days, nothing else."""

import plotly.graph_objects as go
import streamlit as st

st.title("Bare")
st.plotly_chart(go.Figure(go.Scatter(x=list(range(30)), y=[(day * 7) % 11 for day in range(30)])))
