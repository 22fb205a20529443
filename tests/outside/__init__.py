"""The city and the parties outside that vouch for people, over real sockets."""
