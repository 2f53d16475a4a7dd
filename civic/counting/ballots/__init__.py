"""What is counted: projects in their order, and equal ballots as one with a weight."""
