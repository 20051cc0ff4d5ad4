"""The GraphQL door: parses documents, opens one unit, calls one function of coord, renders the answer."""
