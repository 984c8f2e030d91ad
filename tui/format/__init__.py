"""Pure text: numbers, times, words and glyphs as every screen writes them. Knows no widget."""
