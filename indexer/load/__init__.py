"""From bytes to text, typed tables and plain documents; nothing is coerced in silence."""
