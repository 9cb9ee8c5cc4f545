-- title_en: Which planned events were not reported as held afterwards?
-- title_id: Rencana mana yang kemudian tidak diberitakan terlaksana?
-- param: days = 180 | days to wait for the event after it was announced | hari tunggu setelah diumumkan
-- param: today = 2100-01-01 | day from which one looks back; plans younger than the wait are left out | hari acuan; rencana yang lebih muda dari masa tunggu tidak dihitung
WITH planned AS (
    SELECT *, coalesce(start_date, CAST(first_reported_at AS DATE)) AS promised_date
    FROM events WHERE status_type IN ('planned', 'proposed')
), shared AS (
    SELECT DISTINCT a.event_id AS planned_id, b.event_id AS other_id
    FROM event_participants a JOIN event_participants b ON a.agency_id = b.agency_id AND a.event_id <> b.event_id
)
SELECT p.promised_date, p.event_type, p.status_type, l.place_name,
    (SELECT string_agg(DISTINCT g.agency_name, '; ' ORDER BY g.agency_name)
     FROM event_participants x JOIN agencies g USING (agency_id) WHERE x.event_id = p.event_id) AS agencies,
    p.report_count, p.event_id
FROM planned p LEFT JOIN places l USING (place_code)
WHERE p.promised_date + CAST($days AS INTEGER) <= CAST($today AS DATE)
    AND NOT EXISTS (
        SELECT 1 FROM shared s JOIN events h ON h.event_id = s.other_id
        WHERE s.planned_id = p.event_id AND h.event_type = p.event_type AND h.status_type IN ('held', 'ongoing')
            AND coalesce(h.start_date, CAST(h.first_reported_at AS DATE))
                BETWEEN p.promised_date - 1 AND p.promised_date + CAST($days AS INTEGER)
    )
ORDER BY p.promised_date, p.event_id
