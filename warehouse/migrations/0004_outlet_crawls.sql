-- Watching the crawl: what each crawl did at each outlet, and what its pages gave.

ALTER TABLE pipeline.crawls ADD COLUMN crawl_type VARCHAR DEFAULT 'daily';
COMMENT ON COLUMN pipeline.crawls.crawl_type IS 'daily, or backfill for one that goes back in time; only daily crawls tell how an outlet is.';

ALTER TABLE pipeline.issues ADD COLUMN crawl_id VARCHAR;
UPDATE pipeline.issues SET crawl_id = split_part(part_name, '.', 1) WHERE part_name IS NOT NULL;
COMMENT ON COLUMN pipeline.issues.crawl_id IS 'Crawl it belongs to, where known.';

ALTER TABLE pipeline.loads ADD COLUMN reading_count INTEGER;
COMMENT ON COLUMN pipeline.loads.reading_count IS 'Readings in the file; empty when it was loaded before readings were kept.';

CREATE TABLE pipeline.readings (
    reading_id VARCHAR PRIMARY KEY,
    outlet_id VARCHAR NOT NULL,
    crawl_id VARCHAR NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    failure_type VARCHAR,
    has_date BOOLEAN NOT NULL,
    has_author BOOLEAN NOT NULL,
    body_length INTEGER NOT NULL CHECK (body_length >= 0),
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE pipeline.readings IS 'What each fetched article gave when it was cleaned, also where nothing could be read. Inside the warehouse only.';
COMMENT ON COLUMN pipeline.readings.reading_id IS 'Deterministic: hash of address, crawl and time of fetching.';
COMMENT ON COLUMN pipeline.readings.outlet_id IS 'Outlet.';
COMMENT ON COLUMN pipeline.readings.crawl_id IS 'Crawl that fetched it.';
COMMENT ON COLUMN pipeline.readings.fetched_at IS 'When, UTC.';
COMMENT ON COLUMN pipeline.readings.failure_type IS 'Why no article could be read, for example no-body; empty where one was.';
COMMENT ON COLUMN pipeline.readings.has_date IS 'True when the page itself says when it was published, not only its feed or address.';
COMMENT ON COLUMN pipeline.readings.has_author IS 'True when it names an author.';
COMMENT ON COLUMN pipeline.readings.body_length IS 'Characters of the article''s text.';
COMMENT ON COLUMN pipeline.readings.extractor_version IS 'Version of the extractor; of two readings of one page that of the later one is kept.';

CREATE TABLE pipeline.outlet_crawls (
    crawl_id VARCHAR NOT NULL,
    outlet_id VARCHAR NOT NULL,
    crawled_at TIMESTAMP NOT NULL,
    is_done BOOLEAN NOT NULL,
    found_count INTEGER NOT NULL,
    planned_count INTEGER NOT NULL,
    fetched_count INTEGER NOT NULL,
    new_count INTEGER NOT NULL,
    changed_count INTEGER NOT NULL,
    unchanged_count INTEGER NOT NULL,
    skipped_count INTEGER NOT NULL,
    failed_count INTEGER NOT NULL,
    issue_count INTEGER NOT NULL,
    reading_count INTEGER NOT NULL,
    parse_failure_count INTEGER NOT NULL,
    empty_count INTEGER NOT NULL,
    last_article_date DATE,
    silent_day_count INTEGER,
    usual_gap_day_count DOUBLE,
    list_count INTEGER NOT NULL,
    half_list_count INTEGER NOT NULL,
    quarter_list_count INTEGER NOT NULL,
    off_list_count INTEGER NOT NULL,
    now_count INTEGER NOT NULL,
    now_body_share DOUBLE,
    now_date_share DOUBLE,
    now_author_share DOUBLE,
    now_body_length DOUBLE,
    before_count INTEGER NOT NULL,
    before_body_share DOUBLE,
    before_date_share DOUBLE,
    before_author_share DOUBLE,
    before_body_length DOUBLE,
    problem_types VARCHAR[] NOT NULL,
    assessed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (crawl_id, outlet_id)
);
COMMENT ON TABLE pipeline.outlet_crawls IS 'What each daily crawl did at each outlet, and how the outlet was then. Made from crawls/*.json, issues and readings.';
COMMENT ON COLUMN pipeline.outlet_crawls.crawl_id IS 'Crawl.';
COMMENT ON COLUMN pipeline.outlet_crawls.outlet_id IS 'Outlet.';
COMMENT ON COLUMN pipeline.outlet_crawls.crawled_at IS 'When the crawl began, UTC.';
COMMENT ON COLUMN pipeline.outlet_crawls.is_done IS 'False where the crawl broke off before the outlet''s end.';
COMMENT ON COLUMN pipeline.outlet_crawls.found_count IS 'Addresses of articles in its lists that were unknown before.';
COMMENT ON COLUMN pipeline.outlet_crawls.planned_count IS 'Articles the crawl meant to ask for.';
COMMENT ON COLUMN pipeline.outlet_crawls.fetched_count IS 'Articles asked for, whatever the answer.';
COMMENT ON COLUMN pipeline.outlet_crawls.new_count IS 'Of those, new ones.';
COMMENT ON COLUMN pipeline.outlet_crawls.changed_count IS 'Of those, known ones that had changed.';
COMMENT ON COLUMN pipeline.outlet_crawls.unchanged_count IS 'Of those, known ones that had not.';
COMMENT ON COLUMN pipeline.outlet_crawls.skipped_count IS 'Of those, not relevant, or one more address of a known article.';
COMMENT ON COLUMN pipeline.outlet_crawls.failed_count IS 'Of those, failed.';
COMMENT ON COLUMN pipeline.outlet_crawls.issue_count IS 'Problems the crawler recorded.';
COMMENT ON COLUMN pipeline.outlet_crawls.reading_count IS 'Articles of this crawl that were cleaned, with those that could not be.';
COMMENT ON COLUMN pipeline.outlet_crawls.parse_failure_count IS 'Of those, pages of which cleaning made no article.';
COMMENT ON COLUMN pipeline.outlet_crawls.empty_count IS 'Pages without content, and articles without a body.';
COMMENT ON COLUMN pipeline.outlet_crawls.last_article_date IS 'Day of the latest article its lists named, fetched or not.';
COMMENT ON COLUMN pipeline.outlet_crawls.silent_day_count IS 'Days from then to the crawl.';
COMMENT ON COLUMN pipeline.outlet_crawls.usual_gap_day_count IS 'Usual gap between two days with articles; empty where too few are known.';
COMMENT ON COLUMN pipeline.outlet_crawls.list_count IS 'Feeds, sitemaps, interfaces and list pages it is found by.';
COMMENT ON COLUMN pipeline.outlet_crawls.half_list_count IS 'Of those, asked every second crawl, for they gave nothing.';
COMMENT ON COLUMN pipeline.outlet_crawls.quarter_list_count IS 'Of those, asked every fourth crawl.';
COMMENT ON COLUMN pipeline.outlet_crawls.off_list_count IS 'Of those, asked by hand only.';
COMMENT ON COLUMN pipeline.outlet_crawls.now_count IS 'Latest articles that stand for the outlet as it is.';
COMMENT ON COLUMN pipeline.outlet_crawls.now_body_share IS 'Share of them with a whole body.';
COMMENT ON COLUMN pipeline.outlet_crawls.now_date_share IS 'Share of them with a date in the page.';
COMMENT ON COLUMN pipeline.outlet_crawls.now_author_share IS 'Share of them with an author.';
COMMENT ON COLUMN pipeline.outlet_crawls.now_body_length IS 'Their median body, in characters.';
COMMENT ON COLUMN pipeline.outlet_crawls.before_count IS 'Earlier articles they are compared with.';
COMMENT ON COLUMN pipeline.outlet_crawls.before_body_share IS 'Share of the earlier ones with a whole body.';
COMMENT ON COLUMN pipeline.outlet_crawls.before_date_share IS 'Share of the earlier ones with a date in the page.';
COMMENT ON COLUMN pipeline.outlet_crawls.before_author_share IS 'Share of the earlier ones with an author.';
COMMENT ON COLUMN pipeline.outlet_crawls.before_body_length IS 'Median body of the earlier ones, in characters.';
COMMENT ON COLUMN pipeline.outlet_crawls.problem_types IS 'What was wrong, for example silent or drift_body; the sentences stand in issues of stage health.';
COMMENT ON COLUMN pipeline.outlet_crawls.assessed_at IS 'When this row was made, UTC.';

CREATE OR REPLACE VIEW outlet_health AS
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
    SELECT outlet_id, count(*) AS issue_count FROM pipeline.issues
    WHERE outlet_id IS NOT NULL AND stage_name <> 'health' GROUP BY outlet_id
), latest AS (
    SELECT * FROM pipeline.outlet_crawls
    QUALIFY row_number() OVER (PARTITION BY outlet_id ORDER BY crawled_at DESC, crawl_id DESC) = 1
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
    w.last_published_date,
    l.last_article_date,
    l.silent_day_count,
    CASE
        WHEN l.list_count IS NULL OR l.list_count = 0 THEN NULL
        WHEN l.off_list_count > 0 THEN 'off'
        WHEN l.quarter_list_count > 0 THEN 'quarter'
        WHEN l.half_list_count > 0 THEN 'half'
        ELSE 'full'
    END AS list_grade_type,
    round(l.now_body_share, 3) AS body_share,
    round(l.now_date_share, 3) AS date_share,
    round(l.now_author_share, 3) AS author_share,
    coalesce(l.problem_types, []) AS problem_types
FROM outlets o
LEFT JOIN fetched f ON f.outlet_id = o.outlet_id
LEFT JOIN written w ON w.outlet_id = o.outlet_id
LEFT JOIN troubled i ON i.outlet_id = o.outlet_id
LEFT JOIN latest l ON l.outlet_id = o.outlet_id;
COMMENT ON VIEW outlet_health IS 'Per outlet: what it yielded, when last, how much went wrong, and how the latest daily crawl found it.';
COMMENT ON COLUMN outlet_health.outlet_id IS 'Outlet, see outlets.';
COMMENT ON COLUMN outlet_health.outlet_name IS 'Its name.';
COMMENT ON COLUMN outlet_health.page_count IS 'Archived pages that became articles.';
COMMENT ON COLUMN outlet_health.article_count IS 'Articles.';
COMMENT ON COLUMN outlet_health.relevant_count IS 'Articles of relevance core or context.';
COMMENT ON COLUMN outlet_health.undated_count IS 'Articles whose publication date is unknown.';
COMMENT ON COLUMN outlet_health.issue_count IS 'Issues recorded, those of stage health not counted.';
COMMENT ON COLUMN outlet_health.last_fetched_at IS 'Last fetch, UTC.';
COMMENT ON COLUMN outlet_health.last_published_date IS 'Publication of its latest article in the database.';
COMMENT ON COLUMN outlet_health.last_article_date IS 'Day of the latest article its lists named, fetched or not.';
COMMENT ON COLUMN outlet_health.silent_day_count IS 'Days from then to the latest crawl.';
COMMENT ON COLUMN outlet_health.list_grade_type IS 'How often its worst list is asked: full (every crawl), half, quarter, off.';
COMMENT ON COLUMN outlet_health.body_share IS 'Share of its latest articles with a whole body.';
COMMENT ON COLUMN outlet_health.date_share IS 'Share of its latest articles with a date in the page.';
COMMENT ON COLUMN outlet_health.author_share IS 'Share of its latest articles with an author.';
COMMENT ON COLUMN outlet_health.problem_types IS 'What is wrong with it, for example silent or drift_body; empty when nothing is.';
