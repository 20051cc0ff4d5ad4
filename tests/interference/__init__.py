"""Non-interference: answers never depend on rows that the viewer may not see."""
