"""Tiny files with the headers of the real formats; numbers are there to be added by hand, never to be estimated on."""

_TODAY = """
    typeCode freqCode refPeriodId refYear refMonth period reporterCode reporterISO reporterDesc flowCode flowDesc
    partnerCode partnerISO partnerDesc partner2Code partner2ISO partner2Desc classificationCode
    classificationSearchCode isOriginalClassification cmdCode cmdDesc aggrLevel isLeaf customsCode customsDesc mosCode
    motCode motDesc qtyUnitCode qtyUnitAbbr qty isQtyEstimated altQtyUnitCode altQtyUnitAbbr altQty isAltQtyEstimated
    netWgt isNetWgtEstimated grossWgt isGrossWgtEstimated cifvalue fobvalue primaryValue legacyEstimationFlag
    isReported isAggregate
"""
COMTRADE = tuple(_TODAY.split())
_BEFORE = """
    Classification, Year, Period, Period Desc., Aggregate Level, Is Leaf Code, Trade Flow Code, Trade Flow,
    Reporter Code, Reporter, Reporter ISO, Partner Code, Partner, Partner ISO, 2nd Partner Code, 2nd Partner,
    2nd Partner ISO, Customs Proc. Code, Customs, Mode of Transport Code, Mode of Transport, Commodity Code, Commodity,
    Qty Unit Code, Qty Unit, Qty, Alt Qty Unit Code, Alt Qty Unit, Alt Qty, Netweight (kg), Gross weight (kg),
    Trade Value (US$), CIF Trade Value (US$), FOB Trade Value (US$), Flag
"""
OLD = tuple(one.strip() for one in _BEFORE.split(","))
BACI = "t,i,j,k,v,q\n"
COUNTRIES = (
    "country_code,country_name,country_iso2,country_iso3\n"
    "156,China,CN,CHN\n704,Viet Nam,VN,VNM\n490,Other Asia nes,,S19\n842,USA (…2011),US,USA\n697,Europe EFTA nes,,R20\n"
)


def comtrade(path, rows, encoding="utf-8", end="", **fixed):
    """Write rows of (year, reporter, flow, partner, code, value[, other columns]) with the header of today."""
    lines = [",".join(COMTRADE) + end]
    for year, reporter, flow, partner, code, value, *more in rows:
        cells = {
            "refYear": year, "reporterISO": reporter, "flowCode": flow, "partnerISO": partner, "cmdCode": code,
            "primaryValue": value, "classificationCode": "H5", "partner2ISO": "W00", "partner2Code": 0,
            "customsCode": "C00", "motCode": 0, "isAggregate": "false",
            "partnerDesc": '"Côte d\'Ivoire, say"',
        } | fixed | (more[0] if more else {})  # fmt: skip
        lines.append(",".join(str(cells.get(name, "")) for name in COMTRADE) + end)
    path.write_bytes("\n".join([*lines, ""]).encode(encoding))
    return path


def comtrade_old(path, rows):
    """Write rows of (year, reporter, flow, partner, code, value) with the header of before 2023."""
    lines = [",".join(OLD)]
    for year, reporter, flow, partner, code, value in rows:
        cells = {
            "Year": year, "Reporter ISO": reporter, "Trade Flow": flow, "Partner ISO": partner, "Commodity Code": code,
            "Trade Value (US$)": value, "Classification": "H4",
        }  # fmt: skip
        lines.append(",".join(str(cells.get(name, "")) for name in OLD))
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path
