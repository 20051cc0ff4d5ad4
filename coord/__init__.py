"""The domain of coord: everything that is true without a browser."""
