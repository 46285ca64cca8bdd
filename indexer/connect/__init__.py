"""Trade tables and country facts, joined to what the gravity studies need."""
