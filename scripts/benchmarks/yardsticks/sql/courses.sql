-- Trained people by what they attended, by group, orientation point and country.
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
), attended AS (
  SELECT c.person_id, count(DISTINCT m.code) AS modules, count(DISTINCT m."group") AS subjects,
    bool_or(m."group" = 'personal_development') AS personal_development,
    bool_or(m."group" = 'business') AS business,
    bool_or(m."group" = 'handicraft') AS handicraft,
    bool_or(m."group" = 'agriculture') AS agriculture
  FROM training_enrolment e
  JOIN cases_case c ON c.id = e.case_id
  JOIN training_edition d ON d.id = e.edition_id
  JOIN training_moduleversion v ON v.id = d.module_version_id
  JOIN training_module m ON m.code = v.module_id
  WHERE c.programme_id = %(programme)s AND EXISTS (
    SELECT FROM training_attendancemark a
    WHERE a.enrolment_id = e.id AND a.day <= %(as_of)s AND a.mark IN ('present', 'late'))
  GROUP BY 1
)
SELECT r.who, o.code, r.country_id, count(*) FILTER (WHERE modules >= 2),
  count(*) FILTER (WHERE subjects >= 2), count(*) FILTER (WHERE personal_development),
  count(*) FILTER (WHERE business), count(*) FILTER (WHERE handicraft),
  count(*) FILTER (WHERE agriculture)
FROM attended a JOIN oriented USING (person_id) JOIN registered r USING (person_id)
JOIN accounts_office o ON o.id = r.office_id
GROUP BY 1, 2, 3
