"""Importing people: a hospital's list of clients, with what the form of the record asks for."""
