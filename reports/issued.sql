-- title: Выпущенные сертификаты
-- about: Сколько сертификатов выпустил каждый оператор по дням.
-- who: report.own report.all
-- param: from date "С" month_start
-- param: to date "По" today
-- param: centre centre "Сервисный центр"
-- param: operator operator "Оператор"
-- column: day date "День"
-- column: operator text "Оператор"
-- column: centre text "Сервисный центр"
-- column: issued number "Выпущено" total
-- column: revoked number "Из них аннулировано" total
-- chart: bar x=day:day y=issued series=operator "Выпущено сертификатов"
SELECT (c.issued_at AT TIME ZONE :zone)::date AS day,
       e.name AS operator,
       s.name AS centre,
       count(*) AS issued,
       count(c.revoked_at) AS revoked
FROM certificate AS c
JOIN application AS a ON a.id = c.application_id
JOIN centre AS s ON s.id = a.centre_id
JOIN employee AS e ON e.id = c.issued_by
WHERE c.partner_id = :partner
  AND c.issued_at >= :from::timestamp AT TIME ZONE :zone
  AND c.issued_at < (:to + 1)::timestamp AT TIME ZONE :zone
  AND (:centre IS NULL OR a.centre_id = :centre)
  AND (:operator IS NULL OR c.issued_by = :operator)
GROUP BY 1, e.id, e.name, s.id, s.name
ORDER BY 1 DESC, e.name, e.id, s.name, s.id
