-- title_en: Which sectors meet which, and in what kind of event?
-- title_id: Sektor mana bertemu sektor mana, dan dalam kegiatan apa?
-- param: since = 2000-01-01 | first day | hari pertama
-- param: until = 2100-01-01 | last day | hari terakhir
WITH taking_part AS (
    SELECT DISTINCT p.event_id, coalesce(g.sector_type, '(unknown)') AS sector
    FROM event_participants p JOIN agencies g USING (agency_id)
)
SELECT a.sector AS sector_a, b.sector AS sector_b, e.event_type, count(*) AS events
FROM taking_part a
JOIN taking_part b ON a.event_id = b.event_id AND a.sector < b.sector
JOIN events e ON e.event_id = a.event_id
WHERE e.status_type IN ('held', 'ongoing')
    AND coalesce(e.start_date, CAST(e.first_reported_at AS DATE)) BETWEEN CAST($since AS DATE) AND CAST($until AS DATE)
GROUP BY ALL
ORDER BY events DESC, sector_a, sector_b, e.event_type
