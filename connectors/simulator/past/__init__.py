"""What has traded: bars of every length, made-up and real, and the trades one may still ask about."""
