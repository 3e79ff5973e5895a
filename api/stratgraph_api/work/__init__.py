"""What is done with files that somebody sent, in processes of their own."""
