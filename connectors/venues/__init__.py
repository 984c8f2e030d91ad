"""One room per venue, all furnished alike; a room is imported when its first connection is made."""
