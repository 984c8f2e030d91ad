"""What the desk stands on, one check a function: each looks at one thing and says what it found and what to do."""
