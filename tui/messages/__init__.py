"""What the desk tells: the message line's state, and the messages panes post to their screen."""
