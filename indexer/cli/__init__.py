"""Commands: one file each; they parse, call the library and print. No number is computed here."""
