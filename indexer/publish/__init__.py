"""Publication: tables to files, files to a release that appears whole or not at all."""
