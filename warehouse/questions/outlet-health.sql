-- title_en: Which outlets yield nothing, or fail?
-- title_id: Media mana yang tidak memberi hasil, atau gagal?
SELECT
    outlet_id, problem_types, silent_day_count, list_grade_type, body_share, date_share, author_share,
    article_count, relevant_count, undated_count, issue_count, last_article_date, last_fetched_at
FROM outlet_health
ORDER BY len(problem_types) DESC, article_count, issue_count DESC, outlet_id
