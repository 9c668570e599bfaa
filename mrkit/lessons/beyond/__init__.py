"""What lesson 13 shows beyond one machine: engines of others, and one job on several of them side by side."""
