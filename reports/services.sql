-- title: Услуги за период
-- about: Услуги и товары по дате счёта: оплата, отгрузка и стоимость.
-- who: report.accounting report.all
-- param: from date "Счёт с" month_start
-- param: to date "По" today
-- column: invoice_on date "Счёт"
-- column: number text "Номер"
-- column: name text "Услуга или товар"
-- column: organisation text "Организация" masked
-- column: inn text "ИНН" masked
-- column: contract text "Договор"
-- column: quantity number "Количество"
-- column: paid_on date "Оплачено"
-- column: ship_date date "Отгружено"
-- column: state text "Состояние"
-- column: cost money "Стоимость, ₽" total
SELECT s.invoice_on,
       s.number,
       s.name,
       COALESCE(NULLIF(g.short_name, ''), g.full_name) AS organisation,
       g.inn,
       c.number AS contract,
       s.quantity,
       s.paid_on,
       s.ship_date,
       CASE WHEN s.state = 'shipping' THEN 'в бухгалтерии' WHEN s.state = 'shipped' THEN 'отгружено' WHEN s.state = 'failed' THEN 'ошибка отгрузки'
            WHEN s.paid_on IS NULL THEN 'не оплачено' ELSE 'оплачено' END AS state,
       s.cost
FROM service AS s
JOIN organisation AS g ON g.id = s.org_id
JOIN contract AS c ON c.id = s.contract_id
WHERE s.partner_id = :partner
  AND s.invoice_on BETWEEN :from AND :to
  AND NOT s.deleted
ORDER BY s.invoice_on, s.number, s.id
