-- Linking a load at a time: what is compared, what was found alike, what people decided; and cases, made of events.

-- Cases have ids that must stay resolvable too. DuckDB cannot widen a CHECK, so both tables are made anew.
CREATE TEMP TABLE kept_links AS SELECT * FROM pipeline.links;
CREATE TEMP TABLE kept_merges AS SELECT * FROM pipeline.merges;
DROP TABLE pipeline.links;
DROP TABLE pipeline.merges;
CREATE TABLE pipeline.links (
    entity_type VARCHAR NOT NULL CHECK (entity_type IN ('person', 'event', 'case')),
    reported_id VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL,
    rule_name VARCHAR NOT NULL,
    PRIMARY KEY (entity_type, reported_id)
);
COMMENT ON TABLE pipeline.links IS 'Which reported person or event report belongs to which person or event, to which case, and by which rule.';
COMMENT ON COLUMN pipeline.links.entity_type IS 'person, event or case.';
COMMENT ON COLUMN pipeline.links.reported_id IS 'reported_person_id, or event_report_id for events and cases.';
COMMENT ON COLUMN pipeline.links.entity_id IS 'person_id, event_id or case_id it was given.';
COMMENT ON COLUMN pipeline.links.rule_name IS 'Strongest rule that joined it to another one; alone when nothing did.';
CREATE TABLE pipeline.merges (
    entity_type VARCHAR NOT NULL CHECK (entity_type IN ('person', 'event', 'case')),
    old_id VARCHAR NOT NULL,
    new_id VARCHAR,
    merged_at TIMESTAMP NOT NULL,
    PRIMARY KEY (entity_type, old_id)
);
COMMENT ON TABLE pipeline.merges IS 'Ids that were given out earlier and are no longer in use, and what to read instead. A row goes when its old id returns.';
COMMENT ON COLUMN pipeline.merges.entity_type IS 'person, event or case.';
COMMENT ON COLUMN pipeline.merges.old_id IS 'Id no longer in use.';
COMMENT ON COLUMN pipeline.merges.new_id IS 'Id that took its place; empty when every report of it is gone.';
COMMENT ON COLUMN pipeline.merges.merged_at IS 'When it was replaced, UTC.';
INSERT INTO pipeline.links SELECT * FROM kept_links;
INSERT INTO pipeline.merges SELECT * FROM kept_merges;
DROP TABLE kept_links;
DROP TABLE kept_merges;

CREATE TABLE pipeline.copies (
    first_id VARCHAR NOT NULL,
    second_id VARCHAR NOT NULL
);
COMMENT ON TABLE pipeline.copies IS 'Pairs of articles with nearly the same wording. articles.cluster_id is made from them.';
COMMENT ON COLUMN pipeline.copies.first_id IS 'Article with the smaller id.';
COMMENT ON COLUMN pipeline.copies.second_id IS 'The other article.';

CREATE TABLE pipeline.event_traits (
    event_report_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    cluster_id VARCHAR NOT NULL,
    event_type VARCHAR NOT NULL,
    start_date DATE,
    date_precision VARCHAR,
    published_date DATE NOT NULL,
    place_code VARCHAR,
    province_code VARCHAR,
    agency_ids VARCHAR[] NOT NULL,
    person_keys VARCHAR[] NOT NULL,
    target_keys VARCHAR[] NOT NULL,
    victim_count INTEGER,
    suspect_count INTEGER
);
COMMENT ON TABLE pipeline.event_traits IS 'What event reports are compared by, one row each. Holds names: never published.';
COMMENT ON COLUMN pipeline.event_traits.event_report_id IS 'Event report.';
COMMENT ON COLUMN pipeline.event_traits.article_id IS 'Article it stands in.';
COMMENT ON COLUMN pipeline.event_traits.cluster_id IS 'Articles with nearly the same wording share it.';
COMMENT ON COLUMN pipeline.event_traits.event_type IS 'Type as in events.';
COMMENT ON COLUMN pipeline.event_traits.start_date IS 'First day, as the article says.';
COMMENT ON COLUMN pipeline.event_traits.date_precision IS 'day, month, year or span.';
COMMENT ON COLUMN pipeline.event_traits.published_date IS 'Day the article was published; where unknown, the day it was fetched.';
COMMENT ON COLUMN pipeline.event_traits.place_code IS 'Narrowest place the article gives.';
COMMENT ON COLUMN pipeline.event_traits.province_code IS 'Province of that place; the place itself where it is a country.';
COMMENT ON COLUMN pipeline.event_traits.agency_ids IS 'Agencies that took part.';
COMMENT ON COLUMN pipeline.event_traits.person_keys IS 'Full names of people who took part, for comparison.';
COMMENT ON COLUMN pipeline.event_traits.target_keys IS 'Names, short names and initials of the suspects and victims it is about, for comparison.';
COMMENT ON COLUMN pipeline.event_traits.victim_count IS 'Victims, where the article counts them.';
COMMENT ON COLUMN pipeline.event_traits.suspect_count IS 'Suspects, where the article counts them.';

CREATE TABLE pipeline.article_traits (
    article_id VARCHAR NOT NULL,
    published_date DATE NOT NULL,
    trait_keys VARCHAR[] NOT NULL
);
COMMENT ON TABLE pipeline.article_traits IS 'What articles with events are compared by, one row each. Holds names: never published.';
COMMENT ON COLUMN pipeline.article_traits.article_id IS 'Article.';
COMMENT ON COLUMN pipeline.article_traits.published_date IS 'Day it was published; where unknown, the day it was fetched.';
COMMENT ON COLUMN pipeline.article_traits.trait_keys IS 'Agencies (g:), people (p:), people known by initials (i:), days (d:), regencies and districts (l:) and numbers of people (n:) it names.';

CREATE TABLE pipeline.event_pairs (
    first_id VARCHAR NOT NULL,
    second_id VARCHAR NOT NULL,
    score INTEGER NOT NULL,
    rule_name VARCHAR NOT NULL
);
COMMENT ON TABLE pipeline.event_pairs IS 'Pairs of event reports in different articles that are alike enough to be of one event.';
COMMENT ON COLUMN pipeline.event_pairs.first_id IS 'Event report with the smaller id.';
COMMENT ON COLUMN pipeline.event_pairs.second_id IS 'The other event report.';
COMMENT ON COLUMN pipeline.event_pairs.score IS 'Points of likeness; where joining all pairs would contradict itself, the weakest go first.';
COMMENT ON COLUMN pipeline.event_pairs.rule_name IS 'same text; date, place and participant; same story; or decision.';

CREATE TABLE pipeline.link_decisions (
    decision_id VARCHAR PRIMARY KEY,
    entity_type VARCHAR NOT NULL CHECK (entity_type IN ('event', 'case')),
    first_id VARCHAR NOT NULL,
    second_id VARCHAR NOT NULL,
    decision_type VARCHAR NOT NULL CHECK (decision_type IN ('together', 'apart')),
    decided_by VARCHAR NOT NULL CHECK (decided_by <> ''),
    decided_at TIMESTAMP NOT NULL,
    reason VARCHAR NOT NULL CHECK (reason <> '')
);
COMMENT ON TABLE pipeline.link_decisions IS 'What people decided about links. They stand above every rule and survive re-extraction; withdrawing one undoes it.';
COMMENT ON COLUMN pipeline.link_decisions.decision_id IS 'Deterministic: hash of kind and both reports.';
COMMENT ON COLUMN pipeline.link_decisions.entity_type IS 'event: are two reports of one event; case: do the events of two reports belong to one case.';
COMMENT ON COLUMN pipeline.link_decisions.first_id IS 'Event report with the smaller id.';
COMMENT ON COLUMN pipeline.link_decisions.second_id IS 'The other event report.';
COMMENT ON COLUMN pipeline.link_decisions.decision_type IS 'together or apart.';
COMMENT ON COLUMN pipeline.link_decisions.decided_by IS 'Who decided.';
COMMENT ON COLUMN pipeline.link_decisions.decided_at IS 'When, UTC.';
COMMENT ON COLUMN pipeline.link_decisions.reason IS 'Why.';

CREATE TABLE event_numbers (
    event_number_id VARCHAR NOT NULL,
    event_report_id VARCHAR NOT NULL,
    event_id VARCHAR,
    article_id VARCHAR NOT NULL,
    number_type VARCHAR NOT NULL CHECK (number_type IN ('victims', 'suspects', 'attendees')),
    number_value INTEGER NOT NULL CHECK (number_value >= 0),
    surface VARCHAR NOT NULL,
    start_offset INTEGER,
    end_offset INTEGER,
    sentence_number INTEGER,
    confidence FLOAT,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE event_numbers IS 'How many people an event is reported to concern, one row per report and kind of people.';
COMMENT ON COLUMN event_numbers.event_number_id IS 'Deterministic: hash of event report and order.';
COMMENT ON COLUMN event_numbers.event_report_id IS 'Report that says so, see event_reports.';
COMMENT ON COLUMN event_numbers.event_id IS 'Event, see events. Empty until resolved.';
COMMENT ON COLUMN event_numbers.article_id IS 'Article that says so.';
COMMENT ON COLUMN event_numbers.number_type IS 'victims (also prospective ones and migrants), suspects, or attendees (also trainees).';
COMMENT ON COLUMN event_numbers.number_value IS 'The number.';
COMMENT ON COLUMN event_numbers.surface IS 'The words as printed, number and noun.';
COMMENT ON COLUMN event_numbers.start_offset IS 'Offset of the words in the body.';
COMMENT ON COLUMN event_numbers.end_offset IS 'Offset behind them.';
COMMENT ON COLUMN event_numbers.sentence_number IS 'Sentence of the body, from 0.';
COMMENT ON COLUMN event_numbers.confidence IS 'Between 0 and 1.';
COMMENT ON COLUMN event_numbers.extractor_version IS 'Version of the extractor that found it.';

CREATE VIEW event_conflicts AS
WITH said AS (
    SELECT event_id, article_id, 'start_date' AS attribute_name, CAST(start_date AS VARCHAR) AS value_text
    FROM event_reports WHERE date_precision = 'day' AND start_date IS NOT NULL
    UNION ALL
    SELECT event_id, article_id, 'regency', array_to_string(string_split(place_code, '.')[:2], '.')
    FROM event_reports WHERE contains(place_code, '.')
    UNION ALL
    SELECT event_id, article_id, 'status', status_type FROM event_reports
    UNION ALL
    SELECT event_id, article_id, number_type, CAST(number_value AS VARCHAR) FROM event_numbers
), counted AS (
    SELECT s.event_id, s.attribute_name, s.value_text, count(DISTINCT s.article_id) AS report_count,
        count(DISTINCT a.outlet_id) AS outlet_count, list_sort(list(DISTINCT a.outlet_id)) AS outlet_ids,
        list_sort(list(DISTINCT a.url)) AS urls, min(a.published_at) AS first_reported_at
    FROM said s JOIN articles a USING (article_id)
    WHERE s.event_id IS NOT NULL
    GROUP BY ALL
)
SELECT event_id, attribute_name, value_text, CAST(report_count AS INTEGER) AS report_count,
    CAST(outlet_count AS INTEGER) AS outlet_count, outlet_ids, urls, first_reported_at
FROM counted
QUALIFY count(*) OVER (PARTITION BY event_id, attribute_name) > 1;
COMMENT ON VIEW event_conflicts IS 'Where reports of one event disagree: one row per value, with its sources. Nothing is decided here.';
COMMENT ON COLUMN event_conflicts.event_id IS 'Event, see events.';
COMMENT ON COLUMN event_conflicts.attribute_name IS 'start_date, regency, status, victims, suspects or attendees.';
COMMENT ON COLUMN event_conflicts.value_text IS 'What these reports say.';
COMMENT ON COLUMN event_conflicts.report_count IS 'Articles that say so.';
COMMENT ON COLUMN event_conflicts.outlet_count IS 'Outlets that say so.';
COMMENT ON COLUMN event_conflicts.outlet_ids IS 'Those outlets, see outlets.';
COMMENT ON COLUMN event_conflicts.urls IS 'Addresses of the articles.';
COMMENT ON COLUMN event_conflicts.first_reported_at IS 'When the first of them was published, UTC.';

CREATE TABLE cases (
    case_id VARCHAR PRIMARY KEY,
    first_date DATE,
    last_date DATE,
    place_code VARCHAR,
    province_code VARCHAR,
    stage_names VARCHAR[] NOT NULL,
    latest_stage VARCHAR NOT NULL,
    event_count INTEGER NOT NULL,
    report_count INTEGER NOT NULL,
    outlet_count INTEGER NOT NULL,
    agency_count INTEGER NOT NULL,
    first_reported_at TIMESTAMP,
    last_reported_at TIMESTAMP
);
COMMENT ON TABLE cases IS 'Cases: two or more events about the same suspects or victims, from rescue and arrest to verdict and restitution.';
COMMENT ON COLUMN cases.case_id IS 'Deterministic; an id that was given out earlier stays resolvable by current_id().';
COMMENT ON COLUMN cases.first_date IS 'First day of its earliest event.';
COMMENT ON COLUMN cases.last_date IS 'First day of its latest event that was held or goes on.';
COMMENT ON COLUMN cases.place_code IS 'Regency most of its events took place in; the province where no event says more.';
COMMENT ON COLUMN cases.province_code IS 'Province of that place.';
COMMENT ON COLUMN cases.stage_names IS 'Stages it went through, in their usual order: rescue, arrest, handover, return, service, trial, verdict, restitution.';
COMMENT ON COLUMN cases.latest_stage IS 'The furthest of those stages.';
COMMENT ON COLUMN cases.event_count IS 'Events.';
COMMENT ON COLUMN cases.report_count IS 'Articles that report any of them.';
COMMENT ON COLUMN cases.outlet_count IS 'Outlets that report any of them.';
COMMENT ON COLUMN cases.agency_count IS 'Agencies that took part in any of them.';
COMMENT ON COLUMN cases.first_reported_at IS 'Publication of the first report, UTC.';
COMMENT ON COLUMN cases.last_reported_at IS 'Publication of the last report, UTC.';

CREATE TABLE case_events (
    event_id VARCHAR PRIMARY KEY,
    case_id VARCHAR NOT NULL,
    stage_type VARCHAR NOT NULL,
    rule_name VARCHAR NOT NULL
);
COMMENT ON TABLE case_events IS 'Which events make up a case.';
COMMENT ON COLUMN case_events.event_id IS 'Event, see events.';
COMMENT ON COLUMN case_events.case_id IS 'Case, see cases.';
COMMENT ON COLUMN case_events.stage_type IS 'rescue, arrest, handover, return, service, trial, verdict or restitution.';
COMMENT ON COLUMN case_events.rule_name IS 'Strongest reason that joined it to another event of the case.';

CREATE VIEW case_timeline AS
SELECT
    c.case_id,
    CAST(row_number() OVER (
        PARTITION BY c.case_id ORDER BY coalesce(e.start_date, CAST(e.first_reported_at AS DATE)), s.stage_order, e.event_id
    ) AS INTEGER) AS step_number,
    coalesce(e.start_date, CAST(e.first_reported_at AS DATE)) AS event_date,
    e.start_date IS NULL AS is_date_of_report,
    c.stage_type,
    e.event_type,
    e.status_type,
    e.place_code,
    l.place_name,
    (
        SELECT string_agg(DISTINCT coalesce(g.agency_name, p.agency_id), '; ' ORDER BY coalesce(g.agency_name, p.agency_id))
        FROM event_participants p LEFT JOIN agencies g ON g.agency_id = p.agency_id
        WHERE p.event_id = e.event_id AND p.agency_id IS NOT NULL
    ) AS agency_names,
    e.report_count,
    e.outlet_count,
    c.rule_name,
    e.event_id
FROM case_events c
JOIN events e ON e.event_id = c.event_id
JOIN (VALUES
    ('rescue', 1), ('arrest', 2), ('handover', 3), ('return', 4), ('service', 5), ('trial', 6), ('verdict', 7), ('restitution', 8)
) AS s(stage_type, stage_order) ON s.stage_type = c.stage_type
LEFT JOIN places l ON l.place_code = e.place_code;
COMMENT ON VIEW case_timeline IS 'The events of each case in order of time.';
COMMENT ON COLUMN case_timeline.case_id IS 'Case, see cases.';
COMMENT ON COLUMN case_timeline.step_number IS 'Place in the case, from 1.';
COMMENT ON COLUMN case_timeline.event_date IS 'First day of the event, or of its first report where its date is unknown.';
COMMENT ON COLUMN case_timeline.is_date_of_report IS 'True when event_date is that of the report.';
COMMENT ON COLUMN case_timeline.stage_type IS 'rescue, arrest, handover, return, service, trial, verdict or restitution.';
COMMENT ON COLUMN case_timeline.event_type IS 'Type of the event.';
COMMENT ON COLUMN case_timeline.status_type IS 'held, ongoing, planned or proposed.';
COMMENT ON COLUMN case_timeline.place_code IS 'Place of the event.';
COMMENT ON COLUMN case_timeline.place_name IS 'Its name.';
COMMENT ON COLUMN case_timeline.agency_names IS 'Agencies that took part, in alphabetical order.';
COMMENT ON COLUMN case_timeline.report_count IS 'Articles that report the event.';
COMMENT ON COLUMN case_timeline.outlet_count IS 'Outlets that report the event.';
COMMENT ON COLUMN case_timeline.rule_name IS 'Strongest reason that joined it to another event of the case.';
COMMENT ON COLUMN case_timeline.event_id IS 'Event, see events.';

CREATE TABLE pipeline.case_traits (
    event_id VARCHAR NOT NULL,
    event_type VARCHAR NOT NULL,
    stage_type VARCHAR NOT NULL,
    event_date DATE,
    is_exact BOOLEAN NOT NULL,
    place_code VARCHAR,
    province_code VARCHAR,
    article_ids VARCHAR[] NOT NULL,
    agency_ids VARCHAR[] NOT NULL,
    person_keys VARCHAR[] NOT NULL,
    target_keys VARCHAR[] NOT NULL,
    initials_keys VARCHAR[] NOT NULL,
    victim_count INTEGER
);
COMMENT ON TABLE pipeline.case_traits IS 'What events are compared by to make cases, one row each. Holds names: never published.';
COMMENT ON COLUMN pipeline.case_traits.event_id IS 'Event.';
COMMENT ON COLUMN pipeline.case_traits.event_type IS 'Type as in events.';
COMMENT ON COLUMN pipeline.case_traits.stage_type IS 'Stage of a case that it is.';
COMMENT ON COLUMN pipeline.case_traits.event_date IS 'First day of the event; where unknown, of its first report.';
COMMENT ON COLUMN pipeline.case_traits.is_exact IS 'True when that is the day of the event, as reported to the day.';
COMMENT ON COLUMN pipeline.case_traits.place_code IS 'Place of the event.';
COMMENT ON COLUMN pipeline.case_traits.province_code IS 'Province of that place.';
COMMENT ON COLUMN pipeline.case_traits.article_ids IS 'Articles that report it.';
COMMENT ON COLUMN pipeline.case_traits.agency_ids IS 'Agencies that took part.';
COMMENT ON COLUMN pipeline.case_traits.person_keys IS 'Full names of people who took part, for comparison.';
COMMENT ON COLUMN pipeline.case_traits.target_keys IS 'Names, short names and initials of the suspects and victims it is about.';
COMMENT ON COLUMN pipeline.case_traits.initials_keys IS 'Initials and single names of all suspects and victims in the articles that report it.';
COMMENT ON COLUMN pipeline.case_traits.victim_count IS 'Victims, where reports count them: the highest count.';

CREATE TABLE pipeline.case_pairs (
    first_id VARCHAR NOT NULL,
    second_id VARCHAR NOT NULL,
    score INTEGER NOT NULL,
    rule_name VARCHAR NOT NULL
);
COMMENT ON TABLE pipeline.case_pairs IS 'Pairs of events that belong to one case.';
COMMENT ON COLUMN pipeline.case_pairs.first_id IS 'Event with the smaller id.';
COMMENT ON COLUMN pipeline.case_pairs.second_id IS 'The other event.';
COMMENT ON COLUMN pipeline.case_pairs.score IS 'Points of likeness; where joining all pairs would contradict itself, the weakest go first.';
COMMENT ON COLUMN pipeline.case_pairs.rule_name IS 'same person; same initials, place and more; same people counted; same article; or decision.';

-- Everything is linked anew, once, by the next resolving.
UPDATE articles SET cluster_id = NULL;
