"""The domain of Zveno: what an interaction, a chain and a deal are, and what may be done with them."""
