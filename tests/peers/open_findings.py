"""What the simulator does not do yet as a client expects it: by script and step, with the finding's number and reason.

A step that is mended turns its test red until its line is taken off here.
"""

from __future__ import annotations

OPEN: dict[tuple[str, str], str] = {}
