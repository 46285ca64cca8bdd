from indexer import resources


def test_a_checkout_has_its_folders():
    assert (resources.folder("indicators") / "index.yaml").is_file()
    assert (resources.folder("schemas") / "edition.schema.json").is_file()
