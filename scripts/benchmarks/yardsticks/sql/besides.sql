-- Who sent people, why people were not oriented, and the median of days until the departure.
WITH registered AS (
  SELECT DISTINCT ON (c.person_id)
    c.person_id, o.code AS mop, coalesce(c.referral_source_id, 'not_stated') AS source
  FROM cases_case c JOIN accounts_office o ON o.id = c.office_id
  WHERE c.programme_id = %(programme)s AND c.registered_on <= %(as_of)s
  ORDER BY c.person_id, c.registered_on, c.id
), oriented AS (
  SELECT DISTINCT c.person_id
  FROM training_invitation i JOIN cases_case c ON c.id = i.case_id
  WHERE c.programme_id = %(programme)s AND i.attended_on <= %(as_of)s
), invited AS (
  SELECT DISTINCT ON (c.person_id) c.person_id,
    CASE WHEN (i.answer = 'declined' AND i.answered_on <= %(as_of)s)
           OR (i.attendance = 'absent' AND i.called_on <= %(as_of)s)
         THEN coalesce(nullif(i.reason, ''), 'not_stated') ELSE 'waiting' END AS reason
  FROM training_invitation i JOIN cases_case c ON c.id = i.case_id
  WHERE c.programme_id = %(programme)s AND i.invited_on <= %(as_of)s
  ORDER BY c.person_id, i.invited_on DESC, i.id DESC
), departed AS (
  SELECT DISTINCT ON (c.person_id)
    c.person_id, j.departed_on, j.departed_on - c.registered_on AS days
  FROM travel_journey j JOIN cases_case c ON c.id = j.case_id
  WHERE c.programme_id = %(programme)s AND j.departed_on <= %(as_of)s
  ORDER BY c.person_id, j.departed_on, j.id
)
SELECT 'source', source, '', count(*)::float FROM registered GROUP BY 2
UNION ALL
SELECT 'reason', coalesce(i.reason, 'not_invited'), r.mop, count(*)
FROM registered r LEFT JOIN invited i USING (person_id)
WHERE NOT EXISTS (SELECT FROM oriented o WHERE o.person_id = r.person_id)
GROUP BY 2, 3
UNION ALL
SELECT 'days', coalesce(to_char(date_trunc('month', d.departed_on), 'YYYY-MM'), ''),
  coalesce(r.mop, ''), percentile_cont(0.5) WITHIN GROUP (ORDER BY d.days)
FROM registered r JOIN oriented USING (person_id) JOIN departed d USING (person_id)
GROUP BY GROUPING SETS ((), (r.mop), (date_trunc('month', d.departed_on)))
