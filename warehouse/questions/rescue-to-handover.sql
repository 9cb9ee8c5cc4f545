-- title_en: How long does it take from a rescue to a handover by the same agency?
-- title_id: Berapa lama dari penyelamatan sampai serah terima oleh lembaga yang sama?
-- param: days = 60 | longest time between the two | jarak terlama antara keduanya
SELECT r.start_date AS rescue_date, h.start_date AS handover_date, h.start_date - r.start_date AS days_between,
    g.agency_name, p.place_name, r.event_id AS rescue_id, h.event_id AS handover_id
FROM events r
JOIN event_participants a ON a.event_id = r.event_id AND a.role_type IN ('lead', 'partner', 'organiser')
JOIN event_participants b ON b.agency_id = a.agency_id AND b.role_type IN ('giver', 'lead')
JOIN events h ON h.event_id = b.event_id AND h.event_type = 'HANDOVER'
JOIN agencies g ON g.agency_id = a.agency_id
LEFT JOIN places p ON p.place_code = r.place_code
WHERE r.event_type = 'RESCUE' AND h.start_date BETWEEN r.start_date AND r.start_date + CAST($days AS INTEGER)
    AND (r.province_code IS NULL OR h.province_code IS NULL OR r.province_code = h.province_code)
GROUP BY ALL
ORDER BY rescue_date, days_between, g.agency_name
