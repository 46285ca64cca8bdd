"""One file a question; `indexer.study.<name>` calls its `study`."""
