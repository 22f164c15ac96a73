"""The engine beside its peers: what is timed, by whom, and how it is told."""
