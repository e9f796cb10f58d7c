"""What the parts of a card share. No colour says anything that is not said otherwise, too."""

# They stand out from white and from black.
EXPECTED, GOT = "#2f81f7", "#e8590c"
LARGER, SMALLER = GOT, "#8957e5"
EITHER = "#808080"

# What may be wider than the page is scrolled, with the keyboard as well.
SCROLLED = 'tabindex="0" role="group"'
