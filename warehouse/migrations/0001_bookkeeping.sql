-- Bookkeeping: what was crawled, loaded and extracted, and what is private.
-- Times are UTC; published dates are the newsroom's own calendar date.

CREATE TABLE pipeline.crawls (
    crawl_id VARCHAR PRIMARY KEY,
    started_at TIMESTAMP,
    finished_at TIMESTAMP,
    outlet_count INTEGER,
    fetched_count INTEGER,
    new_count INTEGER,
    unchanged_count INTEGER,
    failed_count INTEGER
);
COMMENT ON TABLE pipeline.crawls IS 'One row per crawl, with the counts the crawler reported when it finished.';
COMMENT ON COLUMN pipeline.crawls.crawl_id IS 'Identifier the crawler gave itself; archive files start with it.';
COMMENT ON COLUMN pipeline.crawls.started_at IS 'When the crawl began, UTC.';
COMMENT ON COLUMN pipeline.crawls.finished_at IS 'When the crawl ended, UTC; empty when it was killed.';
COMMENT ON COLUMN pipeline.crawls.outlet_count IS 'Outlets visited.';
COMMENT ON COLUMN pipeline.crawls.fetched_count IS 'Article pages asked for, whatever the answer.';
COMMENT ON COLUMN pipeline.crawls.new_count IS 'Article pages that were new or had changed, and were archived.';
COMMENT ON COLUMN pipeline.crawls.unchanged_count IS 'Article pages the outlet said had not changed (HTTP 304) or whose payload was the same.';
COMMENT ON COLUMN pipeline.crawls.failed_count IS 'Article pages that could not be fetched.';

CREATE TABLE pipeline.pages (
    page_id VARCHAR PRIMARY KEY,
    article_id VARCHAR NOT NULL,
    outlet_id VARCHAR NOT NULL,
    crawl_id VARCHAR NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    payload_sha256 VARCHAR NOT NULL,
    warc_name VARCHAR NOT NULL,
    warc_offset BIGINT NOT NULL CHECK (warc_offset >= 0)
);
COMMENT ON TABLE pipeline.pages IS 'Archived pages behind the articles: the evidence everything else can be rebuilt from.';
COMMENT ON COLUMN pipeline.pages.page_id IS 'Deterministic: hash of archive file and offset.';
COMMENT ON COLUMN pipeline.pages.article_id IS 'Article the page was read as.';
COMMENT ON COLUMN pipeline.pages.outlet_id IS 'Outlet it was fetched from.';
COMMENT ON COLUMN pipeline.pages.crawl_id IS 'Crawl that fetched it.';
COMMENT ON COLUMN pipeline.pages.fetched_at IS 'When it was fetched, UTC.';
COMMENT ON COLUMN pipeline.pages.payload_sha256 IS 'SHA-256 of the body as received.';
COMMENT ON COLUMN pipeline.pages.warc_name IS 'Archive file that holds the page.';
COMMENT ON COLUMN pipeline.pages.warc_offset IS 'Byte offset of its record in the archive file.';

CREATE TABLE pipeline.loads (
    part_name VARCHAR PRIMARY KEY,
    loaded_at TIMESTAMP NOT NULL,
    line_count INTEGER NOT NULL,
    article_count INTEGER NOT NULL,
    mention_count INTEGER NOT NULL,
    issue_count INTEGER NOT NULL
);
COMMENT ON TABLE pipeline.loads IS 'Facts files that are in the warehouse. A file stands here only when all of it was loaded.';
COMMENT ON COLUMN pipeline.loads.part_name IS 'Name of the facts file.';
COMMENT ON COLUMN pipeline.loads.loaded_at IS 'When its transaction was committed, UTC.';
COMMENT ON COLUMN pipeline.loads.line_count IS 'Lines read.';
COMMENT ON COLUMN pipeline.loads.article_count IS 'Articles that became the current version.';
COMMENT ON COLUMN pipeline.loads.mention_count IS 'Mentions of those articles.';
COMMENT ON COLUMN pipeline.loads.issue_count IS 'Lines that were issues or could not be read.';

CREATE TABLE pipeline.extractors (
    extractor_version VARCHAR PRIMARY KEY,
    order_number INTEGER NOT NULL UNIQUE,
    registered_at TIMESTAMP NOT NULL
);
COMMENT ON TABLE pipeline.extractors IS 'Extractor versions in the order they came into use. Of two readings of one page, that of the later extractor is shown.';
COMMENT ON COLUMN pipeline.extractors.extractor_version IS 'Version, as in the facts files.';
COMMENT ON COLUMN pipeline.extractors.order_number IS 'From 1; a greater number is newer.';
COMMENT ON COLUMN pipeline.extractors.registered_at IS 'When it came into use, UTC.';

CREATE TABLE pipeline.extractions (
    extraction_id VARCHAR PRIMARY KEY,
    article_id VARCHAR NOT NULL,
    part_name VARCHAR NOT NULL,
    fetched_at TIMESTAMP NOT NULL,
    payload_sha256 VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL,
    relevance_type VARCHAR NOT NULL,
    mention_count INTEGER NOT NULL,
    event_count INTEGER NOT NULL,
    is_current BOOLEAN NOT NULL
);
COMMENT ON TABLE pipeline.extractions IS 'Every version of every article that was ever loaded. The current one is in the tables of facts; the others are in their facts file.';
COMMENT ON COLUMN pipeline.extractions.extraction_id IS 'Deterministic: hash of article, fetch time, payload and extractor version.';
COMMENT ON COLUMN pipeline.extractions.article_id IS 'Article.';
COMMENT ON COLUMN pipeline.extractions.part_name IS 'Facts file that holds the version whole.';
COMMENT ON COLUMN pipeline.extractions.fetched_at IS 'When the page was fetched, UTC. The version fetched last is current; of one page, that of the extractor registered last.';
COMMENT ON COLUMN pipeline.extractions.payload_sha256 IS 'SHA-256 of the page it was made from.';
COMMENT ON COLUMN pipeline.extractions.extractor_version IS 'Version of the extractor that made it.';
COMMENT ON COLUMN pipeline.extractions.relevance_type IS 'Relevance this version found: core, context, incidental, none.';
COMMENT ON COLUMN pipeline.extractions.mention_count IS 'Mentions in this version.';
COMMENT ON COLUMN pipeline.extractions.event_count IS 'Event reports in this version.';
COMMENT ON COLUMN pipeline.extractions.is_current IS 'True for the one version the tables of facts show.';

CREATE TABLE pipeline.issues (
    issue_id VARCHAR PRIMARY KEY,
    reported_at TIMESTAMP,
    stage_name VARCHAR NOT NULL,
    issue_type VARCHAR NOT NULL,
    outlet_id VARCHAR,
    url VARCHAR,
    detail VARCHAR,
    part_name VARCHAR
);
COMMENT ON TABLE pipeline.issues IS 'Everything that went wrong with one feed, page or line, and did not stop the rest.';
COMMENT ON COLUMN pipeline.issues.issue_id IS 'Deterministic: hash of the other columns, so that reading an issue twice adds nothing.';
COMMENT ON COLUMN pipeline.issues.reported_at IS 'When it happened, UTC; empty for lines of a facts file that could not be read.';
COMMENT ON COLUMN pipeline.issues.stage_name IS 'Stage: crawl, extract, load, resolve or publish.';
COMMENT ON COLUMN pipeline.issues.issue_type IS 'Kind, for example http-404 or invalid-record.';
COMMENT ON COLUMN pipeline.issues.outlet_id IS 'Outlet, where known.';
COMMENT ON COLUMN pipeline.issues.url IS 'Address, where there is one.';
COMMENT ON COLUMN pipeline.issues.detail IS 'What was wrong, with which input.';
COMMENT ON COLUMN pipeline.issues.part_name IS 'Facts file it was met in, and line, where there is one.';

CREATE TABLE pipeline.article_texts (
    article_id VARCHAR PRIMARY KEY,
    text VARCHAR NOT NULL,
    dateline VARCHAR,
    author_names VARCHAR[],
    tag_names VARCHAR[],
    sentence_bounds INTEGER[],
    duplicate_signature UBIGINT[]
);
COMMENT ON TABLE pipeline.article_texts IS 'Bodies of the articles. Never published.';
COMMENT ON COLUMN pipeline.article_texts.article_id IS 'Article.';
COMMENT ON COLUMN pipeline.article_texts.text IS 'Cleaned body, paragraphs separated by one newline. All offsets count its characters from 0.';
COMMENT ON COLUMN pipeline.article_texts.dateline IS 'Place and outlet words cut off from the start of the body.';
COMMENT ON COLUMN pipeline.article_texts.author_names IS 'Reporters.';
COMMENT ON COLUMN pipeline.article_texts.tag_names IS 'Keywords of the outlet.';
COMMENT ON COLUMN pipeline.article_texts.sentence_bounds IS 'Start and end offset of each sentence in turn: start, end, start, end, and so on.';
COMMENT ON COLUMN pipeline.article_texts.duplicate_signature IS 'MinHash of the body; equal places of two signatures estimate how much of the wording is shared.';

CREATE TABLE pipeline.reported_persons (
    reported_person_id VARCHAR PRIMARY KEY,
    article_id VARCHAR NOT NULL,
    person_name VARCHAR NOT NULL,
    normalised_name VARCHAR NOT NULL,
    alias_names VARCHAR[] NOT NULL,
    capacity_type VARCHAR NOT NULL CHECK (capacity_type IN ('official', 'expert', 'suspect', 'victim', 'witness', 'public')),
    age INTEGER CHECK (age BETWEEN 0 AND 130),
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE pipeline.reported_persons IS 'People as one article names them, before they are joined across articles. Full names: never published.';
COMMENT ON COLUMN pipeline.reported_persons.reported_person_id IS 'Deterministic: hash of article and name.';
COMMENT ON COLUMN pipeline.reported_persons.article_id IS 'Article.';
COMMENT ON COLUMN pipeline.reported_persons.person_name IS 'Fullest form of the name in the article, without rank, honorific and degree.';
COMMENT ON COLUMN pipeline.reported_persons.normalised_name IS 'The name in lower case without diacritics and punctuation, for comparison.';
COMMENT ON COLUMN pipeline.reported_persons.alias_names IS 'Every form of the name the article prints.';
COMMENT ON COLUMN pipeline.reported_persons.capacity_type IS 'official, expert, suspect, victim, witness or public.';
COMMENT ON COLUMN pipeline.reported_persons.age IS 'Age in years, where printed.';
COMMENT ON COLUMN pipeline.reported_persons.extractor_version IS 'Version of the extractor that found it.';

CREATE TABLE pipeline.reported_agencies (
    article_id VARCHAR NOT NULL,
    agency_id VARCHAR NOT NULL,
    agency_name VARCHAR NOT NULL,
    sector_type VARCHAR,
    level_type VARCHAR,
    place_code VARCHAR,
    parent_name VARCHAR,
    is_known BOOLEAN NOT NULL,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE pipeline.reported_agencies IS 'Agencies as one article names them; main.agencies is made from them.';
COMMENT ON COLUMN pipeline.reported_agencies.article_id IS 'Article.';
COMMENT ON COLUMN pipeline.reported_agencies.agency_id IS 'Slug of the canonical name.';
COMMENT ON COLUMN pipeline.reported_agencies.agency_name IS 'Canonical name.';
COMMENT ON COLUMN pipeline.reported_agencies.sector_type IS 'Sector, for example police.';
COMMENT ON COLUMN pipeline.reported_agencies.level_type IS 'national, provincial, regency, international or ngo.';
COMMENT ON COLUMN pipeline.reported_agencies.place_code IS 'Kemendagri code of the place it is responsible for.';
COMMENT ON COLUMN pipeline.reported_agencies.parent_name IS 'Canonical name of the agency above it.';
COMMENT ON COLUMN pipeline.reported_agencies.is_known IS 'False when only a model or a generic pattern found it.';
COMMENT ON COLUMN pipeline.reported_agencies.extractor_version IS 'Version of the extractor that found it.';

CREATE TABLE pipeline.reported_places (
    article_id VARCHAR NOT NULL,
    place_code VARCHAR NOT NULL,
    place_name VARCHAR NOT NULL,
    level_type VARCHAR NOT NULL CHECK (level_type IN ('province', 'regency', 'district', 'village', 'country'))
);
COMMENT ON TABLE pipeline.reported_places IS 'Places as one article names them; those the gazetteer rows lack are added to main.places from here.';
COMMENT ON COLUMN pipeline.reported_places.article_id IS 'Article.';
COMMENT ON COLUMN pipeline.reported_places.place_code IS 'Kemendagri code, or ISO 3166-1 alpha-2 of a country.';
COMMENT ON COLUMN pipeline.reported_places.place_name IS 'Official name.';
COMMENT ON COLUMN pipeline.reported_places.level_type IS 'province, regency, district, village or country.';

CREATE TABLE pipeline.links (
    entity_type VARCHAR NOT NULL CHECK (entity_type IN ('person', 'event')),
    reported_id VARCHAR NOT NULL,
    entity_id VARCHAR NOT NULL,
    rule_name VARCHAR NOT NULL,
    PRIMARY KEY (entity_type, reported_id)
);
COMMENT ON TABLE pipeline.links IS 'Which reported person or event report belongs to which person or event, and by which rule it was joined.';
COMMENT ON COLUMN pipeline.links.entity_type IS 'person or event.';
COMMENT ON COLUMN pipeline.links.reported_id IS 'reported_person_id or event_report_id.';
COMMENT ON COLUMN pipeline.links.entity_id IS 'person_id or event_id it was given.';
COMMENT ON COLUMN pipeline.links.rule_name IS 'Strongest rule that joined it to another report; alone when nothing did.';

CREATE TABLE pipeline.merges (
    entity_type VARCHAR NOT NULL CHECK (entity_type IN ('person', 'event')),
    old_id VARCHAR NOT NULL,
    new_id VARCHAR,
    merged_at TIMESTAMP NOT NULL,
    PRIMARY KEY (entity_type, old_id)
);
COMMENT ON TABLE pipeline.merges IS 'Ids that were given out earlier and are no longer in use, and what to read instead.';
COMMENT ON COLUMN pipeline.merges.entity_type IS 'person or event.';
COMMENT ON COLUMN pipeline.merges.old_id IS 'Id no longer in use.';
COMMENT ON COLUMN pipeline.merges.new_id IS 'Id that took its place; empty when every report of it is gone.';
COMMENT ON COLUMN pipeline.merges.merged_at IS 'When it was replaced, UTC.';

CREATE TABLE pipeline.exports (
    exported_at TIMESTAMP NOT NULL,
    what_name VARCHAR NOT NULL,
    format_name VARCHAR NOT NULL,
    out_name VARCHAR NOT NULL,
    row_count BIGINT NOT NULL,
    reason VARCHAR NOT NULL CHECK (reason <> '')
);
COMMENT ON TABLE pipeline.exports IS 'Exports that left without protection, each with the reason given for it.';
COMMENT ON COLUMN pipeline.exports.exported_at IS 'When, UTC.';
COMMENT ON COLUMN pipeline.exports.what_name IS 'persons, agencies, places or events.';
COMMENT ON COLUMN pipeline.exports.format_name IS 'csv, xlsx, parquet or jsonl.';
COMMENT ON COLUMN pipeline.exports.out_name IS 'File it was written to.';
COMMENT ON COLUMN pipeline.exports.row_count IS 'Rows written.';
COMMENT ON COLUMN pipeline.exports.reason IS 'Why protection was left off, in the words of whoever asked for it.';

CREATE TABLE pipeline.publications (
    published_at TIMESTAMP NOT NULL,
    last_fetched_at TIMESTAMP,
    article_count INTEGER NOT NULL,
    event_count INTEGER NOT NULL
);
COMMENT ON TABLE pipeline.publications IS 'In a published snapshot: one row that says how fresh it is. In the warehouse: empty.';
COMMENT ON COLUMN pipeline.publications.published_at IS 'When the snapshot was made, UTC.';
COMMENT ON COLUMN pipeline.publications.last_fetched_at IS 'Fetch of the latest page in it, UTC.';
COMMENT ON COLUMN pipeline.publications.article_count IS 'Articles in it.';
COMMENT ON COLUMN pipeline.publications.event_count IS 'Events in it.';
