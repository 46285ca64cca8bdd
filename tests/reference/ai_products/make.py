"""Make indicators/_reference/products/ai_products.csv from the two published lists and the HS concordances.

    python tests/reference/ai_products/make.py <folder of ai_goods_hs6.csv and hs_concordance.csv> > ai_products.csv

Goods: M. E. Waugh (Federal Reserve Bank of Minneapolis), Trade in AI-Related Products, list version 3 (MIT), and the US
presidential memorandum of 11 April 2025 (public domain). Concordances: World Bank WITS, HS 2022 to 2017 to 2012.
"""

import csv
import sys
from pathlib import Path

CORE = ("computing_power", "semiconductors", "semiconductor_equipment", "network_equipment")
DEVICES = {"847130": "portable computers", "851713": "smartphones", "852852": "monitors for computers"}
REASONS = {
    "computing_power": "computers, storage and their parts: what models are trained and run on",
    "semiconductors": "chips, their materials and components",
    "semiconductor_equipment": "machines and instruments that make and test chips",
    "network_equipment": "moves data within and between data centres",
    "electronic_components_and_other_compute": "parts of computing equipment with many other uses",
    "power_equipment": "supplies data centres with power; most of it is used elsewhere",
    "cooling": "cools data centres; most of it is used elsewhere",
    "building": "builds data centres; most of it is used elsewhere",
    "materials": "materials of computing equipment; most of it is used elsewhere",
    "safety": "protects data centres; most of it is used elsewhere",
    "displays": "display modules of the devices on which applications run",
}
SERVICES = (
    ("SI", "data_services", "core", "Telecommunications, computer and information services",
     "in total, where no part is given; computer services are then in it too"),
    ("SI1", "data_services", "core", "Telecommunications services", "carries data across borders"),
    ("SI2", "models", "core", "Computer services",
     "software and services on it, models sold as a service among them; nothing isolates models"),
    ("SI3", "data_services", "core", "Information services",
     "databases, data processing and hosting as far as recorded there"),
    ("SH", "models", "core", "Charges for the use of intellectual property n.i.e.",
     "in total, where licences of software are not given; franchises, trademarks and patents are then in it too"),
    ("SH3", "models", "core", "Licences to reproduce and/or distribute computer software",
     "licences of software, models among them; nothing isolates models"),
    ("SJ", "downstream_applications", "wide", "Other business services",
     "in total, where no part is given; services that AI is applied in"),
    ("SJ1", "models", "wide", "Research and development services", "development of models among all other research"),
    ("SJ2", "downstream_applications", "wide", "Professional and management consulting services",
     "services that AI is applied in"),
    ("SJ3", "downstream_applications", "wide", "Technical, trade-related and other business services",
     "services that AI is applied in"),
    ("SK1", "downstream_applications", "wide", "Audiovisual and related services", "content that AI is applied in"),
)  # fmt: skip
COLUMNS = (
    "classification", "code", "category", "tier", "stable", "mapping", "from_hs2022", "n_hs10_listed", "n_hs10_in_hs6",
    "source", "group", "reason", "description",
)  # fmt: skip


def read(path):
    """Rows of a CSV."""
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(folder):
    """The six-digit codes of HS 2022: one row each, of the source that lists the greater part of it."""
    found = {}
    for row in read(folder / "ai_goods_hs6.csv"):
        group, code = row["category"], row["hs6"]
        device = DEVICES.get(code)
        one = {
            "classification": "HS2022", "code": code,
            "category": "downstream_applications" if device or group == "displays" else "computing_power",
            "tier": "core" if device or group in CORE else "wide",
            "mapping": "listed", "from_hs2022": code,
            "n_hs10_listed": int(row["n_hs10_listed"]), "n_hs10_in_hs6": int(row["n_hs10_in_hs6"]),
            "source": row["source"], "group": "end_devices" if device else group,
            "reason": f"{device}: a device that AI is used on" if device else REASONS[group],
            "description": row["description"].strip(" ,"),
        }  # fmt: skip
        other = found.setdefault(code, one)
        if other is not one:
            if one["n_hs10_listed"] * other["n_hs10_in_hs6"] > other["n_hs10_listed"] * one["n_hs10_in_hs6"]:
                other |= {name: one[name] for name in ("n_hs10_listed", "n_hs10_in_hs6")}
            other["source"] = f"{other['source']} {one['source']}"
    return found


def older(rows, steps, vintage):
    """The codes of an older vintage that listed ones were taken from, within the same heading."""
    found = {}
    for row in rows:
        code = row["code"]
        for step in steps:
            code = step.get(code, "")
        if code[:4] != row["code"][:4]:
            continue
        mapping = "same_code" if code == row["code"] else "renumbered"
        one = found.setdefault(code, row | {"classification": vintage, "code": code, "mapping": mapping})
        if one["from_hs2022"] != row["from_hs2022"]:
            one |= {
                "mapping": "several_into_one",
                "from_hs2022": f"{one['from_hs2022']} {row['from_hs2022']}",
                "n_hs10_listed": one["n_hs10_listed"] + row["n_hs10_listed"],
                "n_hs10_in_hs6": one["n_hs10_in_hs6"] + row["n_hs10_in_hs6"],
            }
            if row["tier"] == "core":
                one["tier"] = "core"
    return found


def split_8541(rows, vintage):
    """8541.50 was split into 8541.51 and 8541.59 in HS 2022; the concordance sends these to telephones instead."""
    parts = [row for row in rows if row["code"] in ("854151", "854159")]
    return parts[1] | {
        "classification": vintage, "code": "854150", "mapping": "several_into_one", "from_hs2022": "854151 854159",
        "n_hs10_listed": sum(row["n_hs10_listed"] for row in parts),
        "n_hs10_in_hs6": sum(row["n_hs10_in_hs6"] for row in parts),
        "description": "Semiconductor devices; other than photosensitive ones, diodes, transistors and thyristors",
    }  # fmt: skip


def make(folder):
    """All rows, in the order of classification and code."""
    steps = {"HS2022": {}, "HS2017": {}}
    for row in read(folder / "hs_concordance.csv"):
        steps[row["vintage_from"]][row["hs6_from"]] = row["hs6_to"]
    new = listed(folder)
    tables = {"HS2022": new}
    for vintage, chain in (("HS2017", [steps["HS2022"]]), ("HS2012", [steps["HS2022"], steps["HS2017"]])):
        tables[vintage] = older(new.values(), chain, vintage)
        tables[vintage]["854150"] = split_8541(list(new.values()), vintage)
    stable = {
        code for code in new if all(tables[v].get(code, {}).get("mapping") == "same_code" for v in ("HS2017", "HS2012"))
    }
    rows = [
        row | {"stable": int(code in stable and row["from_hs2022"] == code)}
        for vintage in ("HS2012", "HS2017", "HS2022")
        for code, row in sorted(tables[vintage].items())
    ]
    services = [
        dict.fromkeys(COLUMNS, "")
        | {
            "classification": "EBOPS2010", "code": code, "category": category, "tier": tier, "stable": 1,
            "mapping": "listed", "source": "this_project", "group": "services", "reason": reason, "description": name,
        }
        for code, category, tier, name, reason in SERVICES
    ]  # fmt: skip
    return services + rows


def write(rows, file):
    """Write the rows as CSV."""
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: row[name] for name in COLUMNS} for row in rows)


if __name__ == "__main__":
    write(make(Path(sys.argv[1])), sys.stdout)
