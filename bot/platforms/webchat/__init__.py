"""The built-in web chat: a platform like the others, whose messages happen to lie in our own store."""
