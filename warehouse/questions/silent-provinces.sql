-- title_en: From which provinces is no coordination reported?
-- title_id: Dari provinsi mana tidak ada koordinasi yang diberitakan?
-- param: since = 2000-01-01 | first day | hari pertama
-- param: until = 2100-01-01 | last day | hari terakhir
SELECT p.place_code, p.place_name,
    (SELECT count(*) FROM articles a JOIN outlets o USING (outlet_id) WHERE o.province_code = p.place_code) AS articles_from_there
FROM places p
WHERE p.level_type = 'province' AND NOT EXISTS (
    SELECT 1 FROM events e WHERE e.province_code = p.place_code AND e.event_type <> 'STATEMENT'
        AND coalesce(e.start_date, CAST(e.first_reported_at AS DATE)) BETWEEN CAST($since AS DATE) AND CAST($until AS DATE)
)
ORDER BY p.place_code
