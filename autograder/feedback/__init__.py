"""What people see: text for terminals, HTML for notebooks and pages."""
