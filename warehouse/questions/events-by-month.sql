-- title_en: How many events per month and province?
-- title_id: Berapa kegiatan per bulan dan provinsi?
-- param: since = 2000-01-01 | first day | hari pertama
-- param: until = 2100-01-01 | last day | hari terakhir
-- param: province = | code or name of a province; empty for all | kode atau nama provinsi; kosong untuk semua
SELECT month_date, coalesce(province_name, '(unknown)') AS province, event_type, status_type, event_count, report_count
FROM events_by_month
WHERE month_date BETWEEN date_trunc('month', CAST($since AS DATE)) AND CAST($until AS DATE)
    AND ($province = '' OR province_code = $province OR lower(province_name) = lower($province))
ORDER BY month_date, province, event_type, status_type
