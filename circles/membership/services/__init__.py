"""Changing who sits where and what a circle agreed. By noun: circles, seats, invitations, asks, charter, changes."""
