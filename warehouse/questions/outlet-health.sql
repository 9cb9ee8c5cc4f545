-- title_en: Which outlets yield nothing, or fail?
-- title_id: Media mana yang tidak memberi hasil, atau gagal?
SELECT * FROM outlet_health ORDER BY article_count, issue_count DESC, outlet_id
