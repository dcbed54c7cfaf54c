"""The map of the flows, drawn from the code that runs: what `decide` does in every reachable state.

Nothing here is consulted by a turn. `explore` tries a fixed set of events on every state it finds,
`pictures` says what is drawn of it, `mermaid` and `svg` draw.
"""
