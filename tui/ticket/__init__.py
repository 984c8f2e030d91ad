"""An order before it is one: what is typed or pressed, judged against what was on the screen, and put into words."""
