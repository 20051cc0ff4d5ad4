"""The foundation's side of reporting."""
