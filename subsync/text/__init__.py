"""What is written and how it may be said: scripts, sentences, words and their spoken forms, addresses."""
