"""Pure matching: a price-time queue, a feed followed from outside, the walk through levels, fees, latency.

Prices are integer ticks, quantities integer lots, quote amounts integer ticks x lots, so nothing here rounds.
`Grid` is the only way from Decimal to integers and back; it refuses what is not on the grid.
"""
