-- title_en: Which agencies work with the most others?
-- title_id: Lembaga mana yang bekerja sama dengan paling banyak lembaga lain?
-- param: since = 2000-01-01 | first day | hari pertama
-- param: until = 2100-01-01 | last day | hari terakhir
WITH pairs AS (
    SELECT agency_a_id AS agency_id, agency_b_id AS partner_id, month_date, held_count, weight FROM coordination_pairs
    UNION ALL
    SELECT agency_b_id, agency_a_id, month_date, held_count, weight FROM coordination_pairs
)
SELECT a.agency_name, a.sector_type, count(DISTINCT p.partner_id) AS partners, round(sum(p.weight), 2) AS weight
FROM pairs p JOIN agencies a USING (agency_id)
WHERE p.held_count > 0 AND p.month_date BETWEEN date_trunc('month', CAST($since AS DATE)) AND CAST($until AS DATE)
GROUP BY a.agency_id, a.agency_name, a.sector_type
ORDER BY partners DESC, weight DESC, a.agency_name
