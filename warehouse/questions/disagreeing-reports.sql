-- title_en: Where do reports of one event give different dates?
-- title_id: Di mana berita tentang satu kegiatan menyebut tanggal yang berbeda?
SELECT e.event_type, e.start_date AS date_taken, r.start_date AS date_reported, r.date_basis, r.evidence, t.url,
    e.event_id
FROM events e
JOIN event_reports r ON r.event_id = e.event_id
JOIN articles t ON t.article_id = r.article_id
WHERE e.has_date_conflict
ORDER BY e.start_date, e.event_id, r.start_date, t.url
