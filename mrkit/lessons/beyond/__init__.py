"""What lesson 13 shows beyond one machine: engines of others, and a virtual cluster."""
