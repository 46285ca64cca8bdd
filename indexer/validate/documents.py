"""Documents against their JSON Schema; every fault names its line and path."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache
from typing import Any

from indexer import schemas
from indexer.errors import Fault
from indexer.material import Document

_TYPES = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "a mapping of keys to values",
    "array": "a list",
    "null": "null",
}


def check(document: Document, schema: str) -> list[Fault]:
    """Name everything that the JSON Schema of that name refuses."""
    faults = [fault for error in _validator(schema).iter_errors(document.content) for fault in _faults(document, error)]
    # Two rules may refuse one value (a choice, and a narrower one where it stands): the narrower is last and is kept.
    once = {(fault.line, fault.column, fault.message): fault for fault in faults}
    return sorted(once.values(), key=lambda fault: (fault.line or 0, fault.column or ""))


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend
    from referencing import Registry, Resource

    def whole(checker: Any, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    strict = extend(Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", whole))
    shared = [(f"{one}.schema.json", Resource.from_contents(schemas.document(one))) for one in ("source", "edition")]
    return strict(schemas.document(name), registry=Registry().with_resources(shared))


def _faults(document: Document, error: Any) -> Iterator[Fault]:
    path = tuple(error.absolute_path)
    value, wants = error.instance, error.validator_value
    rule = error.validator
    shown = value if isinstance(value, str | int | float) else None
    if rule == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        for key in (key for key in value if key not in known):
            near = difflib.get_close_matches(key, known, n=1)
            remedy = f"write {near[0]}" if near else f"the keys are {', '.join(known)}"
            yield document.fault((*path, key), key, f"unknown key {key!r}", remedy)
    elif rule == "required":
        for key in (key for key in wants if key not in value):
            fault = document.fault(path, None, f"no key {key!r}", f"add {key}")
            yield Fault(
                fault.file, fault.line, ".".join(filter(None, [fault.column, key])), None, fault.message, fault.remedy
            )
    elif rule == "type":
        kinds = " or ".join(_TYPES[kind] for kind in ([wants] if isinstance(wants, str) else wants))
        quote = wants == "string" and isinstance(value, bool | int | float)
        remedy = f'write "{_json(value)}" in quotes' if quote else f"give {kinds}"
        yield document.fault(path, _json(value), f"is not {kinds}", remedy)
    elif rule == "enum":
        yield document.fault(path, _json(value), "is not one of the choices", f"one of: {', '.join(map(str, wants))}")
    elif rule == "pattern":
        yield document.fault(path, shown, "is not of the form wanted here", _form(wants))
    else:
        words = {
            "minimum": f"is below {wants}",
            "maximum": f"is above {wants}",
            "exclusiveMinimum": f"is not above {wants}",
            "minLength": "is empty",
            "minItems": f"has fewer than {wants} items",
            "maxItems": f"has more than {wants} items",
            "uniqueItems": "has an item twice",
            "minProperties": "leaves out what it is for",
        }
        remedies = {
            "minLength": "write a text",
            "minItems": f"give {wants} or more",
            "maxItems": f"give {wants}",
            "uniqueItems": "keep one of them",
            "minProperties": "add the key that says what differs or belongs here",
        }
        yield document.fault(
            path, shown, words.get(rule, error.message), remedies.get(rule, "give a value in that range")
        )


def _form(pattern: str) -> str:
    if pattern.startswith("^https?"):
        return "give an address that begins with https://"
    if "[A-Z]{3}" in pattern:
        return "use an ISO 3166-1 alpha-3 code in capitals, such as VNM"
    if pattern.startswith("^[0-9]{4}"):
        return "write a date as YYYY-MM-DD, YYYY-MM or YYYY"
    if "[a-z0-9_]" in pattern:
        return "use small letters, digits and underscores, a letter first"
    return "use letters, digits, dot, dash and underscore, a letter or digit first"


def _json(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return (
        str(value) if isinstance(value, str | int | float) else ("a list" if isinstance(value, list) else "a mapping")
    )
