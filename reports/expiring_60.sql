-- title: Истекающие сертификаты
-- about: Действующие сертификаты, срок которых скоро закончится, а нового у владельца ещё нет.
-- who: report.own report.all
-- param: days int "Истекают в ближайшие, дней" 60 min=1 max=366
-- param: centre centre "Сервисный центр"
-- param: operator operator "Выпустил оператор"
-- column: owner text "Владелец" masked
-- column: organisation text "Организация" masked
-- column: inn text "ИНН" masked
-- column: serial text "Серийный номер" masked
-- column: not_after date "Действует до"
-- column: days_left number "Осталось дней"
-- column: operator text "Оператор"
-- chart: bar x=not_after:week y=count "Истекает сертификатов"
SELECT concat_ws(' ', o.surname, NULLIF(o.name, ''), NULLIF(o.patronymic, '')) AS owner,
       COALESCE(NULLIF(g.short_name, ''), g.full_name) AS organisation,
       g.inn,
       c.serial,
       (c.not_after AT TIME ZONE :zone)::date AS not_after,
       (c.not_after AT TIME ZONE :zone)::date - :today AS days_left,
       e.name AS operator
FROM certificate AS c
JOIN application AS a ON a.id = c.application_id
JOIN owner AS o ON o.id = c.owner_id
JOIN organisation AS g ON g.id = c.org_id
JOIN employee AS e ON e.id = c.issued_by
WHERE c.partner_id = :partner
  AND c.revoked_at IS NULL
  AND c.not_after > :now
  AND c.not_after < (:today + :days + 1)::timestamp AT TIME ZONE :zone
  AND (:centre IS NULL OR a.centre_id = :centre)
  AND (:operator IS NULL OR c.issued_by = :operator)
  AND NOT EXISTS (
    SELECT FROM certificate AS newer
    WHERE newer.partner_id = :partner AND newer.owner_id = c.owner_id AND newer.revoked_at IS NULL AND newer.not_after > c.not_after)
ORDER BY c.not_after, c.id
