"""The venue's refusals as errors a trader can act on: every code falls in one class, unknown ones too."""
