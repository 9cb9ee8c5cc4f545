-- Facts: what analysts see. Published as they stand here, with names of protected people replaced.

CREATE TABLE outlets (
    outlet_id VARCHAR PRIMARY KEY,
    outlet_name VARCHAR NOT NULL,
    domain_name VARCHAR,
    base_url VARCHAR,
    province_code VARCHAR,
    province_name VARCHAR,
    timezone_name VARCHAR,
    family_type VARCHAR,
    priority INTEGER,
    status_type VARCHAR
);
COMMENT ON TABLE outlets IS 'News outlets of the registry that was crawled.';
COMMENT ON COLUMN outlets.outlet_id IS 'Identifier in the registry.';
COMMENT ON COLUMN outlets.outlet_name IS 'Name as the outlet writes it.';
COMMENT ON COLUMN outlets.domain_name IS 'Host name.';
COMMENT ON COLUMN outlets.base_url IS 'Address of its front page.';
COMMENT ON COLUMN outlets.province_code IS 'Kemendagri code of the province it reports on.';
COMMENT ON COLUMN outlets.province_name IS 'Name of that province.';
COMMENT ON COLUMN outlets.timezone_name IS 'IANA time zone of the newsroom.';
COMMENT ON COLUMN outlets.family_type IS 'Family of content-management system.';
COMMENT ON COLUMN outlets.priority IS '1 is crawled first.';
COMMENT ON COLUMN outlets.status_type IS 'verified or unverified: whether somebody has checked its entry.';

CREATE TABLE articles (
    article_id VARCHAR PRIMARY KEY,
    outlet_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    canonical_url VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    published_at TIMESTAMP,
    published_date DATE,
    modified_at TIMESTAMP,
    fetched_at TIMESTAMP NOT NULL,
    language_code VARCHAR NOT NULL,
    section_name VARCHAR,
    relevance_type VARCHAR NOT NULL CHECK (relevance_type IN ('core', 'context', 'incidental', 'none')),
    relevance_score DOUBLE NOT NULL,
    cluster_id VARCHAR,
    text_length INTEGER NOT NULL,
    payload_sha256 VARCHAR NOT NULL,
    extraction_id VARCHAR NOT NULL,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE articles IS 'One row per article, in the version fetched last. Bodies are kept apart and never published.';
COMMENT ON COLUMN articles.article_id IS 'Deterministic: hash of the canonical address.';
COMMENT ON COLUMN articles.outlet_id IS 'Outlet, see outlets.';
COMMENT ON COLUMN articles.url IS 'Address it was fetched from.';
COMMENT ON COLUMN articles.canonical_url IS 'Address that identifies it.';
COMMENT ON COLUMN articles.title IS 'Headline, without the name of the site.';
COMMENT ON COLUMN articles.published_at IS 'When it was published, UTC; empty when unknown.';
COMMENT ON COLUMN articles.published_date IS 'Day it was published, in the newsroom''s own time.';
COMMENT ON COLUMN articles.modified_at IS 'When the outlet says it was changed, UTC.';
COMMENT ON COLUMN articles.fetched_at IS 'When the page was fetched, UTC.';
COMMENT ON COLUMN articles.language_code IS 'ISO 639-1 code, or und.';
COMMENT ON COLUMN articles.section_name IS 'Section of the outlet.';
COMMENT ON COLUMN articles.relevance_type IS 'core: about trafficking or people smuggling; context: protection with a stated link; incidental: a mention in passing; none.';
COMMENT ON COLUMN articles.relevance_score IS 'Sum of the weights of the words that decided relevance.';
COMMENT ON COLUMN articles.cluster_id IS 'Articles with nearly the same wording share it: the article_id of the earliest of them. Empty until resolved.';
COMMENT ON COLUMN articles.text_length IS 'Length of the body in characters.';
COMMENT ON COLUMN articles.payload_sha256 IS 'SHA-256 of the archived page.';
COMMENT ON COLUMN articles.extraction_id IS 'Version of the article, see pipeline.extractions.';
COMMENT ON COLUMN articles.extractor_version IS 'Version of the extractor that read it.';

CREATE TABLE mentions (
    mention_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    mention_type VARCHAR NOT NULL CHECK (mention_type IN ('person', 'agency', 'place', 'date')),
    surface VARCHAR NOT NULL,
    start_offset INTEGER NOT NULL CHECK (start_offset >= 0),
    end_offset INTEGER NOT NULL,
    sentence_number INTEGER NOT NULL,
    confidence FLOAT NOT NULL,
    source_name VARCHAR NOT NULL,
    person_id VARCHAR,
    reported_person_id VARCHAR,
    agency_id VARCHAR,
    place_code VARCHAR,
    start_date DATE,
    end_date DATE,
    date_precision VARCHAR,
    has_date_conflict BOOLEAN NOT NULL,
    extractor_version VARCHAR NOT NULL,
    CHECK (end_offset >= start_offset)
);
COMMENT ON TABLE mentions IS 'Every place in an article that names a person, agency, place or date. mention_id is unique by construction; an index would halve the speed of loading.';
COMMENT ON COLUMN mentions.mention_id IS 'Deterministic: hash of article, type, offsets and order.';
COMMENT ON COLUMN mentions.article_id IS 'Article, see articles.';
COMMENT ON COLUMN mentions.mention_type IS 'person, agency, place or date.';
COMMENT ON COLUMN mentions.surface IS 'The words as printed.';
COMMENT ON COLUMN mentions.start_offset IS 'Offset of the first character in the body, from 0.';
COMMENT ON COLUMN mentions.end_offset IS 'Offset behind the last character.';
COMMENT ON COLUMN mentions.sentence_number IS 'Sentence of the body, from 0.';
COMMENT ON COLUMN mentions.confidence IS 'Between 0 and 1.';
COMMENT ON COLUMN mentions.source_name IS 'Rule or model that found it.';
COMMENT ON COLUMN mentions.person_id IS 'Person, see persons.';
COMMENT ON COLUMN mentions.reported_person_id IS 'The person within this article, before joining across articles. Not published.';
COMMENT ON COLUMN mentions.agency_id IS 'Agency, see agencies.';
COMMENT ON COLUMN mentions.place_code IS 'Place, see places.';
COMMENT ON COLUMN mentions.start_date IS 'First day a date expression means.';
COMMENT ON COLUMN mentions.end_date IS 'Last day it means.';
COMMENT ON COLUMN mentions.date_precision IS 'day, month, year or span.';
COMMENT ON COLUMN mentions.has_date_conflict IS 'True when weekday and number of the expression disagree.';
COMMENT ON COLUMN mentions.extractor_version IS 'Version of the extractor that found it.';

CREATE TABLE persons (
    person_id VARCHAR PRIMARY KEY,
    person_name VARCHAR NOT NULL,
    alias_names VARCHAR[] NOT NULL,
    capacity_type VARCHAR NOT NULL,
    protection_type VARCHAR NOT NULL CHECK (protection_type IN ('none', 'initials', 'pseudonym')),
    is_protected BOOLEAN NOT NULL,
    first_reported_at TIMESTAMP,
    last_reported_at TIMESTAMP,
    article_count INTEGER NOT NULL,
    outlet_count INTEGER NOT NULL
);
COMMENT ON TABLE persons IS 'People, joined across articles. Only officials and experts are published by name.';
COMMENT ON COLUMN persons.person_id IS 'Deterministic; an id that was given out earlier stays resolvable by current_id().';
COMMENT ON COLUMN persons.person_name IS 'Fullest name; a pseudonym or initials where the person is protected.';
COMMENT ON COLUMN persons.alias_names IS 'Every form of the name that was printed; empty where the person is protected.';
COMMENT ON COLUMN persons.capacity_type IS 'The capacity that needs most protection of all that were reported: victim, witness, public, suspect, expert or official.';
COMMENT ON COLUMN persons.protection_type IS 'none: by name; initials: suspects; pseudonym: victims, witnesses, minors and the public.';
COMMENT ON COLUMN persons.is_protected IS 'True when the name is not published.';
COMMENT ON COLUMN persons.first_reported_at IS 'Publication of the first article that names the person, UTC.';
COMMENT ON COLUMN persons.last_reported_at IS 'Publication of the last one, UTC.';
COMMENT ON COLUMN persons.article_count IS 'Articles that name the person.';
COMMENT ON COLUMN persons.outlet_count IS 'Outlets that name the person.';

CREATE TABLE agencies (
    agency_id VARCHAR PRIMARY KEY,
    agency_name VARCHAR NOT NULL,
    sector_type VARCHAR,
    level_type VARCHAR,
    place_code VARCHAR,
    province_code VARCHAR,
    parent_name VARCHAR,
    is_known BOOLEAN NOT NULL,
    first_reported_at TIMESTAMP,
    last_reported_at TIMESTAMP,
    article_count INTEGER NOT NULL
);
COMMENT ON TABLE agencies IS 'Agencies and organisations the articles name.';
COMMENT ON COLUMN agencies.agency_id IS 'Slug of the name, for example polda-nusa-tenggara-timur.';
COMMENT ON COLUMN agencies.agency_name IS 'Canonical name.';
COMMENT ON COLUMN agencies.sector_type IS 'Sector, for example police.';
COMMENT ON COLUMN agencies.level_type IS 'national, provincial, regency, international or ngo.';
COMMENT ON COLUMN agencies.place_code IS 'Place it is responsible for, see places.';
COMMENT ON COLUMN agencies.province_code IS 'Province of that place.';
COMMENT ON COLUMN agencies.parent_name IS 'Canonical name of the agency above it.';
COMMENT ON COLUMN agencies.is_known IS 'False when it is not in the list of agencies and only a pattern or model found it.';
COMMENT ON COLUMN agencies.first_reported_at IS 'Publication of the first article that names it, UTC.';
COMMENT ON COLUMN agencies.last_reported_at IS 'Publication of the last one, UTC.';
COMMENT ON COLUMN agencies.article_count IS 'Articles that name it.';

CREATE TABLE agency_names (
    agency_id VARCHAR NOT NULL,
    agency_name VARCHAR NOT NULL,
    name_type VARCHAR NOT NULL CHECK (name_type IN ('canonical', 'printed')),
    mention_count INTEGER NOT NULL,
    PRIMARY KEY (agency_id, agency_name)
);
COMMENT ON TABLE agency_names IS 'Every name under which an agency was printed.';
COMMENT ON COLUMN agency_names.agency_id IS 'Agency, see agencies.';
COMMENT ON COLUMN agency_names.agency_name IS 'Name, exactly as printed.';
COMMENT ON COLUMN agency_names.name_type IS 'canonical or printed.';
COMMENT ON COLUMN agency_names.mention_count IS 'How often it was printed.';

CREATE TABLE places (
    place_code VARCHAR PRIMARY KEY,
    place_name VARCHAR NOT NULL,
    level_type VARCHAR NOT NULL CHECK (level_type IN ('province', 'regency', 'district', 'village', 'country')),
    parent_code VARCHAR,
    province_code VARCHAR,
    latitude DOUBLE CHECK (latitude BETWEEN -90 AND 90),
    longitude DOUBLE CHECK (longitude BETWEEN -180 AND 180),
    is_in_gazetteer BOOLEAN NOT NULL
);
COMMENT ON TABLE places IS 'Provinces, regencies and cities of Indonesia, and smaller places and countries the articles name.';
COMMENT ON COLUMN places.place_code IS 'Kemendagri code, or ISO 3166-1 alpha-2 of a country.';
COMMENT ON COLUMN places.place_name IS 'Official name.';
COMMENT ON COLUMN places.level_type IS 'province, regency (regencies and cities), district, village or country.';
COMMENT ON COLUMN places.parent_code IS 'Place it lies in.';
COMMENT ON COLUMN places.province_code IS 'Province it lies in; its own code for a province; empty for a country.';
COMMENT ON COLUMN places.latitude IS 'Degrees north, WGS 84.';
COMMENT ON COLUMN places.longitude IS 'Degrees east, WGS 84.';
COMMENT ON COLUMN places.is_in_gazetteer IS 'True when its row comes from the official gazetteer, false when only articles name it.';

CREATE TABLE roles (
    role_id VARCHAR PRIMARY KEY,
    article_id VARCHAR NOT NULL,
    person_id VARCHAR,
    reported_person_id VARCHAR,
    title_name VARCHAR NOT NULL,
    agency_id VARCHAR,
    agency_name VARCHAR,
    evidence VARCHAR,
    start_offset INTEGER,
    end_offset INTEGER,
    sentence_number INTEGER,
    confidence FLOAT,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE roles IS 'Titles people hold, as articles print them. person_roles joins them over time.';
COMMENT ON COLUMN roles.role_id IS 'Deterministic: hash of article, title and order.';
COMMENT ON COLUMN roles.article_id IS 'Article that says so.';
COMMENT ON COLUMN roles.person_id IS 'Person, see persons.';
COMMENT ON COLUMN roles.reported_person_id IS 'The person within this article, before joining across articles. Not published.';
COMMENT ON COLUMN roles.title_name IS 'Title without the name of the agency.';
COMMENT ON COLUMN roles.agency_id IS 'Agency, see agencies.';
COMMENT ON COLUMN roles.agency_name IS 'Canonical name of the agency.';
COMMENT ON COLUMN roles.evidence IS 'Sentence it was read from.';
COMMENT ON COLUMN roles.start_offset IS 'Offset of the title in the body.';
COMMENT ON COLUMN roles.end_offset IS 'Offset behind it.';
COMMENT ON COLUMN roles.sentence_number IS 'Sentence of the body, from 0.';
COMMENT ON COLUMN roles.confidence IS 'Between 0 and 1.';
COMMENT ON COLUMN roles.extractor_version IS 'Version of the extractor that found it.';

CREATE TABLE quotes (
    quote_id VARCHAR PRIMARY KEY,
    article_id VARCHAR NOT NULL,
    person_id VARCHAR,
    reported_person_id VARCHAR,
    speaker_name VARCHAR NOT NULL,
    quote_text VARCHAR NOT NULL,
    start_offset INTEGER,
    end_offset INTEGER,
    sentence_number INTEGER,
    confidence FLOAT,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE quotes IS 'Direct speech of named people.';
COMMENT ON COLUMN quotes.quote_id IS 'Deterministic: hash of article, offsets and order.';
COMMENT ON COLUMN quotes.article_id IS 'Article that prints it.';
COMMENT ON COLUMN quotes.person_id IS 'Speaker, see persons.';
COMMENT ON COLUMN quotes.reported_person_id IS 'The speaker within this article, before joining across articles. Not published.';
COMMENT ON COLUMN quotes.speaker_name IS 'Name of the speaker.';
COMMENT ON COLUMN quotes.quote_text IS 'The words quoted.';
COMMENT ON COLUMN quotes.start_offset IS 'Offset in the body.';
COMMENT ON COLUMN quotes.end_offset IS 'Offset behind it.';
COMMENT ON COLUMN quotes.sentence_number IS 'Sentence of the body, from 0.';
COMMENT ON COLUMN quotes.confidence IS 'Between 0 and 1.';
COMMENT ON COLUMN quotes.extractor_version IS 'Version of the extractor that found it.';

CREATE TABLE events (
    event_id VARCHAR PRIMARY KEY,
    event_type VARCHAR NOT NULL,
    status_type VARCHAR NOT NULL,
    start_date DATE,
    end_date DATE,
    date_precision VARCHAR,
    date_basis VARCHAR,
    place_code VARCHAR,
    province_code VARCHAR,
    first_reported_at TIMESTAMP,
    last_reported_at TIMESTAMP,
    report_count INTEGER NOT NULL,
    cluster_count INTEGER NOT NULL,
    outlet_count INTEGER NOT NULL,
    has_date_conflict BOOLEAN NOT NULL,
    confidence FLOAT NOT NULL
);
COMMENT ON TABLE events IS 'Things agencies did, do or will do, each once, however many articles report it.';
COMMENT ON COLUMN events.event_id IS 'Deterministic; an id that was given out earlier stays resolvable by current_id().';
COMMENT ON COLUMN events.event_type IS 'COORD_MEETING, AGREEMENT, TASKFORCE, JOINT_OP, RESCUE, ARREST, PROSECUTION, HANDOVER, REPATRIATION, VICTIM_SERVICE, AWARENESS, TRAINING, DIALOGUE, LIAISON_VISIT, POLICY or STATEMENT.';
COMMENT ON COLUMN events.status_type IS 'held, ongoing, planned or proposed: the furthest that any report says.';
COMMENT ON COLUMN events.start_date IS 'First day it took place, from the report with the most exact date; empty when unknown.';
COMMENT ON COLUMN events.end_date IS 'Last day; empty when unknown or ongoing.';
COMMENT ON COLUMN events.date_precision IS 'day, month, year or span.';
COMMENT ON COLUMN events.date_basis IS 'What the date rests on, for example the sentence or the publication date.';
COMMENT ON COLUMN events.place_code IS 'Narrowest place known, see places.';
COMMENT ON COLUMN events.province_code IS 'Province of that place.';
COMMENT ON COLUMN events.first_reported_at IS 'Publication of the first report, UTC.';
COMMENT ON COLUMN events.last_reported_at IS 'Publication of the last report, UTC.';
COMMENT ON COLUMN events.report_count IS 'Articles that report it.';
COMMENT ON COLUMN events.cluster_count IS 'Of those, how many differ in wording: a press release printed eight times counts once.';
COMMENT ON COLUMN events.outlet_count IS 'Outlets that report it.';
COMMENT ON COLUMN events.has_date_conflict IS 'True when reports give different days; each is in event_reports.';
COMMENT ON COLUMN events.confidence IS 'Highest confidence of its reports, between 0 and 1.';

CREATE TABLE event_reports (
    event_report_id VARCHAR PRIMARY KEY,
    event_id VARCHAR,
    article_id VARCHAR NOT NULL,
    event_type VARCHAR NOT NULL,
    status_type VARCHAR NOT NULL CHECK (status_type IN ('held', 'ongoing', 'planned', 'proposed')),
    start_date DATE,
    end_date DATE,
    date_precision VARCHAR,
    date_basis VARCHAR,
    place_code VARCHAR,
    evidence VARCHAR,
    start_offset INTEGER,
    end_offset INTEGER,
    sentence_number INTEGER,
    confidence FLOAT NOT NULL,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE event_reports IS 'Events as single articles report them: the evidence behind events.';
COMMENT ON COLUMN event_reports.event_report_id IS 'Deterministic: hash of article, type, date and order.';
COMMENT ON COLUMN event_reports.event_id IS 'Event, see events. Empty until resolved.';
COMMENT ON COLUMN event_reports.article_id IS 'Article that reports it.';
COMMENT ON COLUMN event_reports.event_type IS 'Type as in events.';
COMMENT ON COLUMN event_reports.status_type IS 'held, ongoing, planned or proposed, as this article says.';
COMMENT ON COLUMN event_reports.start_date IS 'First day, as this article says.';
COMMENT ON COLUMN event_reports.end_date IS 'Last day, as this article says.';
COMMENT ON COLUMN event_reports.date_precision IS 'day, month, year or span.';
COMMENT ON COLUMN event_reports.date_basis IS 'What the date rests on.';
COMMENT ON COLUMN event_reports.place_code IS 'Narrowest place this article gives.';
COMMENT ON COLUMN event_reports.evidence IS 'Sentences that say so.';
COMMENT ON COLUMN event_reports.start_offset IS 'Offset of the evidence in the body.';
COMMENT ON COLUMN event_reports.end_offset IS 'Offset behind it.';
COMMENT ON COLUMN event_reports.sentence_number IS 'First sentence of the evidence, from 0.';
COMMENT ON COLUMN event_reports.confidence IS 'Between 0 and 1.';
COMMENT ON COLUMN event_reports.extractor_version IS 'Version of the extractor that found it.';

CREATE TABLE event_participants (
    participant_id VARCHAR PRIMARY KEY,
    event_report_id VARCHAR NOT NULL,
    event_id VARCHAR,
    article_id VARCHAR NOT NULL,
    role_type VARCHAR NOT NULL CHECK (
        role_type IN ('organiser', 'chair', 'party', 'attendee', 'speaker', 'lead', 'partner', 'giver', 'receiver', 'target')
    ),
    agency_id VARCHAR,
    person_id VARCHAR,
    reported_person_id VARCHAR,
    start_offset INTEGER,
    end_offset INTEGER,
    sentence_number INTEGER,
    confidence FLOAT,
    extractor_version VARCHAR NOT NULL
);
COMMENT ON TABLE event_participants IS 'Who took part in an event, as agency, person or both, one row per report that says so.';
COMMENT ON COLUMN event_participants.participant_id IS 'Deterministic: hash of event report and order.';
COMMENT ON COLUMN event_participants.event_report_id IS 'Report that says so, see event_reports.';
COMMENT ON COLUMN event_participants.event_id IS 'Event, see events. Empty until resolved.';
COMMENT ON COLUMN event_participants.article_id IS 'Article that says so.';
COMMENT ON COLUMN event_participants.role_type IS 'organiser, chair, party, attendee, speaker, lead, partner, giver, receiver or target.';
COMMENT ON COLUMN event_participants.agency_id IS 'Agency, see agencies.';
COMMENT ON COLUMN event_participants.person_id IS 'Person, see persons.';
COMMENT ON COLUMN event_participants.reported_person_id IS 'The person within this article, before joining across articles. Not published.';
COMMENT ON COLUMN event_participants.start_offset IS 'Offset of the name in the body.';
COMMENT ON COLUMN event_participants.end_offset IS 'Offset behind it.';
COMMENT ON COLUMN event_participants.sentence_number IS 'Sentence of the body, from 0.';
COMMENT ON COLUMN event_participants.confidence IS 'Between 0 and 1.';
COMMENT ON COLUMN event_participants.extractor_version IS 'Version of the extractor that found it.';
