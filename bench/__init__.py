"""What is claimed about speed, as commands anyone can run."""
