-- Editions held and brochures handed out, by orientation point and month.
SELECT 'editions', o.code, to_char(e.starts_on, 'YYYY-MM'), count(*)
FROM training_edition e JOIN accounts_office o ON o.id = e.office_id
WHERE e.status <> 'cancelled' AND e.starts_on <= %(as_of)s AND e.id IN (
  SELECT n.edition_id FROM training_enrolment n JOIN cases_case c ON c.id = n.case_id
  WHERE c.programme_id = %(programme)s)
GROUP BY 2, 3
UNION ALL
SELECT 'brochures', o.code, to_char(h."on", 'YYYY-MM'), sum(h.quantity)
FROM cases_handout h JOIN accounts_office o ON o.id = h.office_id
WHERE h.programme_id = %(programme)s AND h."on" <= %(as_of)s
GROUP BY 2, 3
