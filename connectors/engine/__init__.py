"""What the desk decides: a pure reducer ``step(state, input) → (state, effects)``; it awaits nothing, asks no clock."""
