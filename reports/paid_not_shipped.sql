-- title: Оплачено, но не отгружено
-- about: Услуги и товары, за которые заплатили, а отгрузки ещё нет.
-- who: report.accounting report.all
-- param: older int "Ждут не меньше, дней" 0 min=0 max=3660
-- column: organisation text "Организация" masked
-- column: inn text "ИНН" masked
-- column: number text "Номер"
-- column: name text "Услуга или товар"
-- column: state text "Состояние"
-- column: paid_on date "Оплачено"
-- column: days number "Ждёт, дней"
-- column: cost money "Стоимость, ₽" total
SELECT COALESCE(NULLIF(g.short_name, ''), g.full_name) AS organisation,
       g.inn,
       s.number,
       s.name,
       CASE s.state WHEN 'shipping' THEN 'в бухгалтерии' WHEN 'failed' THEN 'ошибка отгрузки' ELSE 'не отгружено' END AS state,
       s.paid_on,
       :today - s.paid_on AS days,
       s.cost
FROM service AS s
JOIN organisation AS g ON g.id = s.org_id
WHERE s.partner_id = :partner
  AND s.paid_on IS NOT NULL
  AND s.ship_date IS NULL
  AND NOT s.deleted
  AND s.paid_on <= :today - :older::int
ORDER BY s.paid_on, s.id
