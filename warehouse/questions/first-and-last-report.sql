-- title_en: When was each event first and last reported, and how long after it happened?
-- title_id: Kapan tiap kegiatan pertama dan terakhir diberitakan, dan berapa lama setelah terjadi?
-- param: since = 2000-01-01 | first day | hari pertama
-- param: until = 2100-01-01 | last day | hari terakhir
SELECT e.event_type, e.start_date, p.place_name, e.first_reported_at, e.last_reported_at,
    date_diff('day', e.start_date, CAST(e.first_reported_at AS DATE)) AS days_until_reported,
    date_diff('day', CAST(e.first_reported_at AS DATE), CAST(e.last_reported_at AS DATE)) AS days_in_the_news,
    e.report_count, e.outlet_count, e.event_id
FROM events e LEFT JOIN places p USING (place_code)
WHERE CAST(e.first_reported_at AS DATE) BETWEEN CAST($since AS DATE) AND CAST($until AS DATE)
ORDER BY e.first_reported_at, e.event_id
