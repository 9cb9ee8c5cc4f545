-- title_en: Which officials and experts are quoted most, and for whom do they speak?
-- title_id: Pejabat dan ahli mana yang paling banyak dikutip, dan untuk lembaga apa?
-- param: since = 2000-01-01 | first day | hari pertama
-- param: until = 2100-01-01 | last day | hari terakhir
SELECT p.person_name, p.capacity_type, count(DISTINCT q.quote_id) AS quotes, count(DISTINCT q.article_id) AS articles,
    (SELECT string_agg(DISTINCT x.agency_name, '; ' ORDER BY x.agency_name)
     FROM person_roles x WHERE x.person_id = p.person_id) AS agencies
FROM quotes q
JOIN persons p USING (person_id)
JOIN articles t USING (article_id)
WHERE NOT p.is_protected AND t.published_date BETWEEN CAST($since AS DATE) AND CAST($until AS DATE)
GROUP BY p.person_id, p.person_name, p.capacity_type
ORDER BY quotes DESC, p.person_name
