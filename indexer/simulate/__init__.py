"""The index under other assumptions: draws of weights, methods and cells, and what they do to scores and ranks."""
