-- title_en: Which outlets report most on the subject?
-- title_id: Media mana yang paling banyak memberitakan?
-- param: since = 2000-01-01 | first day | hari pertama
-- param: until = 2100-01-01 | last day | hari terakhir
SELECT coalesce(o.outlet_name, a.outlet_id) AS outlet, o.province_name, count(*) AS articles,
    count(*) FILTER (WHERE a.relevance_type = 'core') AS core_articles,
    count(*) FILTER (WHERE a.relevance_type IN ('core', 'context')) AS relevant_articles,
    count(DISTINCT a.cluster_id) FILTER (WHERE a.relevance_type IN ('core', 'context')) AS different_texts,
    max(a.published_date) AS latest
FROM articles a LEFT JOIN outlets o USING (outlet_id)
WHERE a.published_date BETWEEN CAST($since AS DATE) AND CAST($until AS DATE)
GROUP BY ALL
ORDER BY relevant_articles DESC, outlet
