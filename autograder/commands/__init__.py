"""What stands behind `autograder …`: a module for each kind of people."""
