-- title_en: What has an agency taken part in, day by day?
-- title_id: Apa saja yang diikuti sebuah lembaga, hari demi hari?
-- param: agency = | part of the name or the id of an agency; empty for all | bagian nama atau id lembaga; kosong untuk semua
-- param: since = 2000-01-01 | first day | hari pertama
-- param: until = 2100-01-01 | last day | hari terakhir
SELECT t.event_date, t.is_date_of_report, t.agency_name, t.role_type, t.event_type, t.status_type,
    p.place_name, t.report_count, t.event_id
FROM agency_timeline t LEFT JOIN places p USING (place_code)
WHERE t.event_date BETWEEN CAST($since AS DATE) AND CAST($until AS DATE)
    AND is_agency(t.agency_id, $agency)
ORDER BY t.event_date, t.agency_name, t.event_id, t.role_type
