import marimo

app = marimo.App(width="medium", app_title="Jejak: a first look / pandangan pertama")


@app.cell
def _():
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    return Path, alt, duckdb, mo, os


@app.cell
def _(Path, duckdb, mo, os):
    # `jejak dashboard` sets the path; opened by hand, the notebook looks for the live snapshot, then the demo's.
    candidates = [os.environ.get("JEJAK_SNAPSHOT"), "data/published.duckdb", "data/demo/published.duckdb"]
    snapshot = next((Path(name) for name in candidates if name and Path(name).exists()), None)
    mo.stop(
        snapshot is None,
        mo.md(
            "No snapshot yet. Run `jejak run --demo`, then open this page again. / Jalankan `jejak run --demo` dahulu."
        ),
    )
    con = duckdb.connect(str(snapshot), read_only=True)
    con.execute("SET TimeZone = 'UTC'")

    def rows(sql, parameters=()):
        """Rows of a query as dictionaries: small enough to be drawn, so no data frame library is needed."""
        found = con.execute(sql, list(parameters))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return con, rows, snapshot


@app.cell
def _(mo, rows, snapshot):
    counts = rows(
        """
        SELECT (SELECT count(*) FROM articles) AS articles,
               (SELECT count(*) FROM articles WHERE relevance_type IN ('core', 'context')) AS relevant,
               (SELECT count(*) FROM events) AS events,
               (SELECT count(*) FROM agencies) AS agencies,
               (SELECT count(DISTINCT outlet_id) FROM articles) AS outlets
        """
    )[0]
    mo.vstack(
        [
            mo.md(
                f"""
                # Who works with whom against trafficking
                *Siapa bekerja dengan siapa melawan perdagangan orang* — read from `{snapshot}`.
                Victims and minors are pseudonyms, suspects are initials.
                """
            ),
            mo.hstack(
                [
                    mo.stat(counts["articles"], label="articles / berita"),
                    mo.stat(counts["relevant"], label="relevant / relevan"),
                    mo.stat(counts["events"], label="events / peristiwa"),
                    mo.stat(counts["agencies"], label="agencies / lembaga"),
                    mo.stat(counts["outlets"], label="outlets / media"),
                ],
                widths="equal",
            ),
        ]
    )
    return


@app.cell
def _(mo, rows):
    provinces = rows(
        "SELECT DISTINCT province_name AS name FROM events_by_month WHERE province_name IS NOT NULL ORDER BY name"
    )
    province = mo.ui.dropdown(
        options=["all / semua", *(row["name"] for row in provinces)], value="all / semua", label="Province / provinsi"
    )
    province
    return (province,)


@app.cell
def _(province):
    chosen = None if province.value == "all / semua" else province.value
    return (chosen,)


@app.cell
def _(alt, chosen, mo, rows):
    by_month = rows(
        """
        SELECT month_date, event_type, sum(event_count)::INTEGER AS event_count
        FROM events_by_month
        WHERE status_type IN ('held', 'ongoing') AND event_type <> 'STATEMENT' AND (? IS NULL OR province_name = ?)
        GROUP BY ALL ORDER BY month_date, event_type
        """,
        (chosen, chosen),
    )
    for row in by_month:
        row["month_date"] = row["month_date"].isoformat()
    if by_month:
        over_time = mo.ui.altair_chart(
            alt.Chart(alt.Data(values=by_month))
            .mark_bar()
            .encode(
                x=alt.X("yearmonth(month_date):T", title="month / bulan"),
                y=alt.Y("event_count:Q", title="events / peristiwa", axis=alt.Axis(tickMinStep=1)),
                color=alt.Color("event_type:N", title="type / jenis", scale=alt.Scale(scheme="tableau20")),
                tooltip=["event_type:N", "event_count:Q", alt.Tooltip("yearmonth(month_date):T", title="month")],
            )
            .properties(width="container", height=260),
            chart_selection=False,
            legend_selection=False,
        )
    else:
        over_time = mo.md("No events here yet. / Belum ada peristiwa.")
    mo.vstack([mo.md("## Events over time / Peristiwa dari waktu ke waktu"), over_time])
    return


@app.cell
def _(alt, chosen, mo, rows):
    pairs = rows(
        """
        WITH held AS (
            SELECT DISTINCT p.event_id, p.agency_id
            FROM event_participants p JOIN events e USING (event_id)
            LEFT JOIN places v ON v.place_code = e.province_code
            WHERE p.agency_id IS NOT NULL AND e.event_type <> 'STATEMENT' AND e.status_type IN ('held', 'ongoing')
              AND (? IS NULL OR v.place_name = ?)
        ), busiest AS (
            SELECT agency_id FROM held GROUP BY agency_id ORDER BY count(*) DESC, agency_id LIMIT 18
        )
        SELECT first.agency_name AS agency, second.agency_name AS partner, count(*)::INTEGER AS event_count
        FROM held a JOIN held b ON a.event_id = b.event_id AND a.agency_id <> b.agency_id
        JOIN agencies first ON first.agency_id = a.agency_id JOIN agencies second ON second.agency_id = b.agency_id
        WHERE a.agency_id IN (FROM busiest) AND b.agency_id IN (FROM busiest)
        GROUP BY ALL ORDER BY event_count DESC, agency, partner
        """,
        (chosen, chosen),
    )
    if pairs:
        together = mo.ui.altair_chart(
            alt.Chart(alt.Data(values=pairs))
            .mark_rect()
            .encode(
                x=alt.X("partner:N", title=None, axis=alt.Axis(labelAngle=-40, labelLimit=220)),
                y=alt.Y("agency:N", title=None, axis=alt.Axis(labelLimit=320)),
                color=alt.Color("event_count:Q", title="events together", scale=alt.Scale(scheme="teals")),
                tooltip=["agency:N", "partner:N", "event_count:Q"],
            )
            .properties(width="container", height=420),
            chart_selection=False,
            legend_selection=False,
        )
    else:
        together = mo.md("No two agencies met here yet. / Belum ada dua lembaga yang bertemu.")
    mo.vstack([mo.md("## Who works with whom / Siapa bekerja dengan siapa"), together])
    return


@app.cell
def _(chosen, mo, rows):
    evidence = rows(
        """
        SELECT coalesce(e.start_date, CAST(e.first_reported_at AS DATE)) AS "date", e.event_type AS "type",
               e.status_type AS "status", v.place_name AS "place", o.outlet_name AS "outlet",
               r.evidence AS "sentence", a.url AS "source"
        FROM events e
        JOIN event_reports r USING (event_id) JOIN articles a USING (article_id) JOIN outlets o USING (outlet_id)
        LEFT JOIN places v ON v.place_code = e.place_code LEFT JOIN places w ON w.place_code = e.province_code
        WHERE (? IS NULL OR w.place_name = ?)
        ORDER BY "date" DESC, e.event_id, a.url LIMIT 200
        """,
        (chosen, chosen),
    )
    mo.vstack(
        [
            mo.md("## The sentence that says so / Kalimat yang membuktikannya"),
            mo.ui.table(evidence, page_size=10, selection=None)
            if evidence
            else mo.md("No events here yet. / Belum ada peristiwa."),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
