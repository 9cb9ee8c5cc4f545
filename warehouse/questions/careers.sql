-- title_en: Which officials held several offices, and when?
-- title_id: Pejabat mana yang memegang beberapa jabatan, dan kapan?
-- param: name = | part of a name; empty for all | bagian nama; kosong untuk semua
-- param: offices = 2 | smallest number of offices | jumlah jabatan paling sedikit
SELECT person_name, title_name, agency_name, first_seen_date, last_seen_date, article_count, person_id
FROM person_roles
WHERE contains(lower(person_name), lower($name))
QUALIFY count(*) OVER (PARTITION BY person_id) >= CAST($offices AS INTEGER)
ORDER BY person_name, person_id, first_seen_date, title_name
