"""Candles: pure scale, grid, axes, volume and indicators, and a thin widget over them."""

from __future__ import annotations

from tui.widgets.chart.chart import Chart

__all__ = ["Chart"]
