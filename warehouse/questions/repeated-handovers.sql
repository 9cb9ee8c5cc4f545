-- title_en: Between which agencies are people or cases handed over again and again?
-- title_id: Antara lembaga mana serah terima terjadi berulang kali?
-- param: least = 1 | smallest number of handovers | jumlah serah terima paling sedikit
SELECT g.agency_name AS giver, r.agency_name AS receiver, count(DISTINCT e.event_id) AS handovers,
    min(e.start_date) AS first_date, max(e.start_date) AS last_date
FROM events e
JOIN event_participants a ON a.event_id = e.event_id AND a.role_type IN ('giver', 'lead')
JOIN event_participants b ON b.event_id = e.event_id AND b.role_type = 'receiver' AND b.agency_id <> a.agency_id
JOIN agencies g ON g.agency_id = a.agency_id
JOIN agencies r ON r.agency_id = b.agency_id
WHERE e.event_type IN ('HANDOVER', 'REPATRIATION') AND e.status_type IN ('held', 'ongoing')
GROUP BY ALL
HAVING count(DISTINCT e.event_id) >= CAST($least AS INTEGER)
ORDER BY handovers DESC, giver, receiver
