"""Where scores go: nbgrader's database and folders; files for Canvas, Gradescope and spreadsheets."""
