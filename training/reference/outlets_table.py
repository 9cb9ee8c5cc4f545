"""Make ``crawlers/outlets.toml`` from the research table of regional outlets.

Run once; from then on the TOML file is edited by hand. Only what differs from an outlet's family is written.
Every entry is unverified until a live machine has probed it.

    python training/reference/outlets_table.py outlets.tsv > crawlers/outlets.toml
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

from crawlers.registry import families, provinces

HEADER = """\
# Regional outlets of Indonesia. One [[outlets]] table each; an entry says only where its outlet differs from its family
# (families.toml explains the keys). Zone follows the province unless the entry says otherwise. No province: national.
# status: unverified until a live machine has probed the entry. evidence: "seen" was read in stored pages or public code
# up to August 2026, "assumed" is by analogy.

"""
# Hosts that carry the same articles, seen in stored pages.
ALIASES = {"kp2mi": ["www.kp2mi.go.id", "bp2mi.go.id", "www.bp2mi.go.id"], "riau24": ["citizen.riau24.com"]}


def toml(key: str, value: object) -> str:
    """One ``key = value`` line; regular expressions keep their backslashes."""
    if isinstance(value, str) and "\\" in value and "'" not in value:
        return f"{key} = '{value}'"
    return f"{key} = {json.dumps(value, ensure_ascii=False)}"


def entry(row: dict[str, str]) -> str:
    """The TOML table of one outlet."""
    family = families()[row["cms_family"]]
    host, slash, path = row["domain"].partition("/")
    codes = {province.iso: province.code for province in provinces()}
    inherited = family.article_pattern.replace("{host}", re.escape(host).replace(r"\-", "-"))
    inherited = inherited.replace("{path}", slash + path)
    lines = ["[[outlets]]", toml("outlet_id", row["outlet_id"]), toml("name", row["name"])]
    lines.append(toml("domain", row["domain"]))
    if row["province_iso"] != "ID":
        lines.append(toml("province_code", codes[row["province_iso"]]))
    lines += [toml("family", family.name), f"priority = {int(row['priority'])}", toml("status", "unverified")]
    if row["outlet_id"] in ALIASES:
        lines.append(toml("aliases", ALIASES[row["outlet_id"]]))
    if row["article_url_regex"] != inherited:
        lines.append(toml("article_pattern", row["article_url_regex"]))
    lines.append(toml("owner", row["owner_group"]))
    lines.append(toml("evidence", row["evidence_domain"]))
    if row["note"]:
        lines.append(toml("note", row["note"]))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Read the table named on the command line and print the registry."""
    with Path(sys.argv[1]).open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    print(HEADER + "\n".join(entry(row) for row in rows), end="")


if __name__ == "__main__":
    main()
