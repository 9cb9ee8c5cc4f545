-- title_en: Which sentences say that two agencies worked together?
-- title_id: Kalimat mana yang menyebut dua lembaga bekerja sama?
-- param: agency_a = | part of the name or the id of one agency | bagian nama atau id satu lembaga
-- param: agency_b = | part of the name or the id of the other | bagian nama atau id lembaga lain
-- param: since = 2000-01-01 | first day | hari pertama
-- param: until = 2100-01-01 | last day | hari terakhir
WITH taking_part AS (
    SELECT DISTINCT p.event_report_id, p.agency_id, g.agency_name
    FROM event_participants p JOIN agencies g USING (agency_id)
)
SELECT DISTINCT coalesce(r.start_date, t.published_date) AS event_date, r.event_type, r.status_type,
    a.agency_name AS agency_a, b.agency_name AS agency_b, r.evidence, t.url, r.article_id, r.start_offset, r.end_offset
FROM event_reports r
JOIN taking_part a ON a.event_report_id = r.event_report_id
JOIN taking_part b ON b.event_report_id = r.event_report_id AND b.agency_id <> a.agency_id
JOIN articles t ON t.article_id = r.article_id
WHERE is_agency(a.agency_id, $agency_a)
    AND is_agency(b.agency_id, $agency_b)
    AND ($agency_a <> '' OR $agency_b <> '' OR a.agency_id < b.agency_id)
    AND coalesce(r.start_date, t.published_date) BETWEEN CAST($since AS DATE) AND CAST($until AS DATE)
ORDER BY event_date, agency_a, agency_b, t.url, r.start_offset
