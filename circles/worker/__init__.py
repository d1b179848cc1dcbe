"""The process nobody clicks: it plans, reminds, invites and sends what is due."""
