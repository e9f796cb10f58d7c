"""The student's side of the wall: imports nothing of the package but itself."""
