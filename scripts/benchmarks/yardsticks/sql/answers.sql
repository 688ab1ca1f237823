-- Answers by questionnaire, question and option; and how many were asked.
WITH answered AS (
  SELECT r.id, q.kind
  FROM surveys_response r JOIN surveys_questionnaire q ON q.id = r.questionnaire_id
  LEFT JOIN cases_case c ON c.id = r.case_id
  WHERE r.is_current AND r.answered_on <= %(as_of)s
    AND q.kind IN ('orientation_feedback', 'module_feedback', 'usefulness')
    AND coalesce(r.programme_id, c.programme_id) = %(programme)s
)
SELECT a.kind, q.code, o.code, count(*)
FROM answered a JOIN surveys_answer w ON w.response_id = a.id
JOIN surveys_question q ON q.id = w.question_id JOIN surveys_option o ON o.id = w.option_id
WHERE q.code IN ('satisfaction', 'usefulness') GROUP BY 1, 2, 3
UNION ALL
SELECT kind, '', '', count(*) FROM answered GROUP BY 1
