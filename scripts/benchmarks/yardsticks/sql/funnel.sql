-- People who reached each stage, by group, orientation point and country; and by month.
WITH registered AS (
  SELECT DISTINCT ON (c.person_id)
    c.person_id, c.office_id, c.country_id, c.registered_on,
    CASE WHEN p.birth_on <= c.registered_on - interval '18 years'
           THEN CASE p.sex WHEN 'male' THEN 'men' WHEN 'female' THEN 'women' ELSE 'not_stated' END
         WHEN p.birth_on > c.registered_on - interval '18 years'
           THEN CASE p.sex WHEN 'male' THEN 'boys' WHEN 'female' THEN 'girls' ELSE 'not_stated' END
         ELSE 'not_stated' END AS who
  FROM cases_case c JOIN cases_person p ON p.id = c.person_id
  WHERE c.programme_id = %(programme)s AND c.registered_on <= %(as_of)s
  ORDER BY c.person_id, c.registered_on, c.id
), oriented AS (
  SELECT c.person_id, min(i.attended_on) AS day
  FROM training_invitation i JOIN cases_case c ON c.id = i.case_id
  WHERE c.programme_id = %(programme)s AND i.attended_on <= %(as_of)s GROUP BY 1
), trained AS (
  SELECT c.person_id, min(m.day) AS day
  FROM training_attendancemark m
  JOIN training_enrolment e ON e.id = m.enrolment_id JOIN cases_case c ON c.id = e.case_id
  WHERE c.programme_id = %(programme)s AND m.day <= %(as_of)s AND m.mark IN ('present', 'late')
  GROUP BY 1
), departed AS (
  SELECT c.person_id, min(j.departed_on) AS day
  FROM travel_journey j JOIN cases_case c ON c.id = j.case_id
  WHERE c.programme_id = %(programme)s AND j.departed_on <= %(as_of)s GROUP BY 1
), contacted AS (
  SELECT c.person_id, min(f."on") AS day
  FROM reintegration_firstcontact f JOIN cases_case c ON c.id = f.case_id
  WHERE c.programme_id = %(programme)s AND f."on" <= %(as_of)s GROUP BY 1
), with_project AS (
  SELECT c.person_id, min(e."on") AS day
  FROM reintegration_projectevent e
  JOIN reintegration_plan l ON l.id = e.plan_id JOIN cases_case c ON c.id = l.case_id
  WHERE c.programme_id = %(programme)s AND e."on" <= %(as_of)s AND e.step = 'begun'
    AND NOT e.is_taken_back
  GROUP BY 1
), scored AS (
  SELECT DISTINCT ON (c.person_id) c.person_id, r.answered_on AS day, s.is_sustainable
  FROM surveys_score s
  JOIN surveys_response r ON r.id = s.response_id JOIN cases_case c ON c.id = r.case_id
  WHERE c.programme_id = %(programme)s AND s.composite IS NOT NULL AND r.is_current
    AND r.answered_on <= %(as_of)s
  ORDER BY c.person_id, r.answered_on DESC, r.id DESC
), people AS MATERIALIZED (
  SELECT r.*, o.day AS oriented, t.day AS trained, d.day AS departed, f.day AS contacted,
    w.day AS with_project, s.day AS scored, s.is_sustainable
  FROM registered r
  LEFT JOIN oriented o USING (person_id)
  LEFT JOIN trained t ON t.person_id = o.person_id
  LEFT JOIN departed d ON d.person_id = o.person_id
  LEFT JOIN contacted f ON f.person_id = d.person_id
  LEFT JOIN with_project w ON w.person_id = f.person_id
  LEFT JOIN scored s ON s.person_id = d.person_id
)
SELECT 'splits', p.who, o.code, p.country_id, count(*), count(oriented), count(trained),
  count(departed), count(contacted), count(with_project), count(scored),
  count(*) FILTER (WHERE is_sustainable)
FROM people p JOIN accounts_office o ON o.id = p.office_id GROUP BY 2, 3, 4
UNION ALL
SELECT 'months', to_char(day, 'YYYY-MM'), stage, '', count(*), 0, 0, 0, 0, 0, 0, 0
FROM (
  SELECT 'registered' AS stage, registered_on AS day FROM people
  UNION ALL SELECT 'oriented', oriented FROM people
  UNION ALL SELECT 'trained', trained FROM people
  UNION ALL SELECT 'departed', departed FROM people
  UNION ALL SELECT 'contacted', contacted FROM people
  UNION ALL SELECT 'with_project', with_project FROM people
  UNION ALL SELECT 'scored', scored FROM people
  UNION ALL SELECT 'sustainable', scored FROM people WHERE is_sustainable
) AS stages
WHERE day IS NOT NULL GROUP BY 2, 3
