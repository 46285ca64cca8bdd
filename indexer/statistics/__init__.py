"""Statistics of correlated columns that weights are made of and adequacy is judged by, each stated once."""
