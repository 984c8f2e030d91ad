"""Hand-drawn panes: fed frozen facts by ``put…``, painted by the pulse's ``flush`` (see `tui.widgets.pane`)."""
