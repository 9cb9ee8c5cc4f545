-- Views that answer the questions asked most.
CREATE MACRO current_id(old) AS coalesce((SELECT m.new_id FROM pipeline.merges m WHERE m.old_id = old), old);

-- Whether an agency is meant by part of its id or of any of its names; an empty wish means every agency.
CREATE MACRO is_agency(id, wanted) AS (
    wanted = '' OR contains(id, lower(wanted))
    OR id IN (SELECT n.agency_id FROM agency_names n WHERE contains(lower(n.agency_name), lower(wanted)))
);

CREATE VIEW coordination_pairs AS
WITH taking_part AS (
    SELECT DISTINCT event_id, agency_id
    FROM event_participants
    WHERE agency_id IS NOT NULL AND event_id IS NOT NULL
)
SELECT
    a.agency_id AS agency_a_id,
    b.agency_id AS agency_b_id,
    date_trunc('month', coalesce(e.start_date, CAST(e.first_reported_at AS DATE)))::DATE AS month_date,
    CAST(count(*) FILTER (WHERE e.status_type IN ('held', 'ongoing')) AS INTEGER) AS held_count,
    CAST(count(*) FILTER (WHERE e.status_type IN ('planned', 'proposed')) AS INTEGER) AS planned_count,
    CAST(sum(e.cluster_count) AS INTEGER) AS cluster_count,
    round(coalesce(sum(1 + ln(greatest(e.cluster_count, 1))) FILTER (WHERE e.status_type IN ('held', 'ongoing')), 0), 3) AS weight,
    min(e.first_reported_at) AS first_reported_at,
    max(e.last_reported_at) AS last_reported_at
FROM taking_part a
JOIN taking_part b ON a.event_id = b.event_id AND a.agency_id < b.agency_id
JOIN events e ON e.event_id = a.event_id
WHERE e.event_type <> 'STATEMENT'
GROUP BY ALL;
COMMENT ON VIEW coordination_pairs IS 'Which two agencies took part in the same events, month by month. Statements do not count.';
COMMENT ON COLUMN coordination_pairs.agency_a_id IS 'First agency, in the order of ids.';
COMMENT ON COLUMN coordination_pairs.agency_b_id IS 'Second agency.';
COMMENT ON COLUMN coordination_pairs.month_date IS 'First day of the month of the event, or of its first report where its date is unknown.';
COMMENT ON COLUMN coordination_pairs.held_count IS 'Events held or ongoing.';
COMMENT ON COLUMN coordination_pairs.planned_count IS 'Events planned or proposed.';
COMMENT ON COLUMN coordination_pairs.cluster_count IS 'Reports of all these events that differ in wording.';
COMMENT ON COLUMN coordination_pairs.weight IS 'Sum over held and ongoing events of 1 + ln(reports that differ in wording).';
COMMENT ON COLUMN coordination_pairs.first_reported_at IS 'First report of any of them, UTC.';
COMMENT ON COLUMN coordination_pairs.last_reported_at IS 'Last report of any of them, UTC.';

CREATE VIEW agency_timeline AS
SELECT DISTINCT
    p.agency_id,
    a.agency_name,
    e.event_id,
    coalesce(e.start_date, CAST(e.first_reported_at AS DATE)) AS event_date,
    e.start_date IS NULL AS is_date_of_report,
    e.event_type,
    e.status_type,
    p.role_type,
    e.place_code,
    e.report_count
FROM event_participants p
JOIN events e ON e.event_id = p.event_id
LEFT JOIN agencies a ON a.agency_id = p.agency_id
WHERE p.agency_id IS NOT NULL;
COMMENT ON VIEW agency_timeline IS 'What each agency took part in, in which role, day by day.';
COMMENT ON COLUMN agency_timeline.agency_id IS 'Agency, see agencies.';
COMMENT ON COLUMN agency_timeline.agency_name IS 'Its canonical name.';
COMMENT ON COLUMN agency_timeline.event_id IS 'Event, see events.';
COMMENT ON COLUMN agency_timeline.event_date IS 'First day of the event, or of its first report where its date is unknown.';
COMMENT ON COLUMN agency_timeline.is_date_of_report IS 'True when event_date is that of the report.';
COMMENT ON COLUMN agency_timeline.event_type IS 'Type of the event.';
COMMENT ON COLUMN agency_timeline.status_type IS 'held, ongoing, planned or proposed.';
COMMENT ON COLUMN agency_timeline.role_type IS 'Role of the agency in it.';
COMMENT ON COLUMN agency_timeline.place_code IS 'Place of the event.';
COMMENT ON COLUMN agency_timeline.report_count IS 'Articles that report it.';

CREATE VIEW events_by_month AS
SELECT
    date_trunc('month', coalesce(e.start_date, CAST(e.first_reported_at AS DATE)))::DATE AS month_date,
    e.province_code,
    p.place_name AS province_name,
    e.event_type,
    e.status_type,
    CAST(count(*) AS INTEGER) AS event_count,
    CAST(sum(e.report_count) AS INTEGER) AS report_count
FROM events e
LEFT JOIN places p ON p.place_code = e.province_code
GROUP BY ALL;
COMMENT ON VIEW events_by_month IS 'How many events of which type and status, by month and province.';
COMMENT ON COLUMN events_by_month.month_date IS 'First day of the month of the event, or of its first report where its date is unknown.';
COMMENT ON COLUMN events_by_month.province_code IS 'Province; empty when the place is unknown or abroad.';
COMMENT ON COLUMN events_by_month.province_name IS 'Name of the province.';
COMMENT ON COLUMN events_by_month.event_type IS 'Type of the events.';
COMMENT ON COLUMN events_by_month.status_type IS 'held, ongoing, planned or proposed.';
COMMENT ON COLUMN events_by_month.event_count IS 'Events, each counted once.';
COMMENT ON COLUMN events_by_month.report_count IS 'Articles that report them.';

CREATE VIEW person_roles AS
SELECT
    r.person_id,
    p.person_name,
    r.title_name,
    r.agency_id,
    coalesce(a.agency_name, r.agency_name) AS agency_name,
    min(t.published_date) AS first_seen_date,
    max(t.published_date) AS last_seen_date,
    CAST(count(DISTINCT r.article_id) AS INTEGER) AS article_count
FROM roles r
JOIN persons p ON p.person_id = r.person_id
JOIN articles t ON t.article_id = r.article_id
LEFT JOIN agencies a ON a.agency_id = r.agency_id
GROUP BY r.person_id, p.person_name, r.title_name, r.agency_id, coalesce(a.agency_name, r.agency_name);
COMMENT ON VIEW person_roles IS 'Who held which office, and from when to when articles show it. The real term may be longer.';
COMMENT ON COLUMN person_roles.person_id IS 'Person, see persons.';
COMMENT ON COLUMN person_roles.person_name IS 'Name, or what stands for it.';
COMMENT ON COLUMN person_roles.title_name IS 'Title.';
COMMENT ON COLUMN person_roles.agency_id IS 'Agency, see agencies.';
COMMENT ON COLUMN person_roles.agency_name IS 'Its canonical name.';
COMMENT ON COLUMN person_roles.first_seen_date IS 'Publication of the first article that gives the title.';
COMMENT ON COLUMN person_roles.last_seen_date IS 'Publication of the last one.';
COMMENT ON COLUMN person_roles.article_count IS 'Articles that give it.';

CREATE VIEW outlet_health AS
WITH fetched AS (
    SELECT outlet_id, count(*) AS page_count, max(fetched_at) AS last_fetched_at FROM pipeline.pages GROUP BY outlet_id
), written AS (
    SELECT
        outlet_id,
        count(*) AS article_count,
        count(*) FILTER (WHERE relevance_type IN ('core', 'context')) AS relevant_count,
        count(*) FILTER (WHERE published_at IS NULL) AS undated_count,
        max(published_date) AS last_published_date
    FROM articles GROUP BY outlet_id
), troubled AS (
    SELECT outlet_id, count(*) AS issue_count FROM pipeline.issues WHERE outlet_id IS NOT NULL GROUP BY outlet_id
)
SELECT
    o.outlet_id,
    o.outlet_name,
    CAST(coalesce(f.page_count, 0) AS INTEGER) AS page_count,
    CAST(coalesce(w.article_count, 0) AS INTEGER) AS article_count,
    CAST(coalesce(w.relevant_count, 0) AS INTEGER) AS relevant_count,
    CAST(coalesce(w.undated_count, 0) AS INTEGER) AS undated_count,
    CAST(coalesce(i.issue_count, 0) AS INTEGER) AS issue_count,
    f.last_fetched_at,
    w.last_published_date
FROM outlets o
LEFT JOIN fetched f ON f.outlet_id = o.outlet_id
LEFT JOIN written w ON w.outlet_id = o.outlet_id
LEFT JOIN troubled i ON i.outlet_id = o.outlet_id;
COMMENT ON VIEW outlet_health IS 'Per outlet: what it yielded, when last, and how much went wrong.';
COMMENT ON COLUMN outlet_health.outlet_id IS 'Outlet, see outlets.';
COMMENT ON COLUMN outlet_health.outlet_name IS 'Its name.';
COMMENT ON COLUMN outlet_health.page_count IS 'Archived pages that became articles.';
COMMENT ON COLUMN outlet_health.article_count IS 'Articles.';
COMMENT ON COLUMN outlet_health.relevant_count IS 'Articles of relevance core or context.';
COMMENT ON COLUMN outlet_health.undated_count IS 'Articles whose publication date is unknown.';
COMMENT ON COLUMN outlet_health.issue_count IS 'Issues recorded.';
COMMENT ON COLUMN outlet_health.last_fetched_at IS 'Last fetch, UTC.';
COMMENT ON COLUMN outlet_health.last_published_date IS 'Publication of its latest article.';
