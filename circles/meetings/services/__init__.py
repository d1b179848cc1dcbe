"""Changing when circles meet. By noun: planning, changing, subjects, turns, announcing, replies, reminding, feeds."""
