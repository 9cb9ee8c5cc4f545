-- title_en: Who coordinates with whom?
-- title_id: Siapa berkoordinasi dengan siapa?
-- param: since = 2000-01-01 | first day | hari pertama
-- param: until = 2100-01-01 | last day | hari terakhir
-- param: agency = | part of the name or the id of an agency; empty for all | bagian nama atau id lembaga; kosong untuk semua
SELECT a.agency_name AS agency_a, b.agency_name AS agency_b,
    sum(p.held_count) AS held_events, sum(p.planned_count) AS planned_events, round(sum(p.weight), 2) AS weight,
    min(p.month_date) AS first_month, max(p.month_date) AS last_month
FROM coordination_pairs p
JOIN agencies a ON a.agency_id = p.agency_a_id
JOIN agencies b ON b.agency_id = p.agency_b_id
WHERE p.month_date BETWEEN date_trunc('month', CAST($since AS DATE)) AND CAST($until AS DATE)
    AND (is_agency(a.agency_id, $agency) OR is_agency(b.agency_id, $agency))
GROUP BY ALL
ORDER BY weight DESC, held_events DESC, agency_a, agency_b
