-- title: Акты и счета-фактуры
-- about: Документы, которые бухгалтерия составила по отгрузкам за период.
-- who: report.accounting report.all
-- param: from date "С" month_start
-- param: to date "По" today
-- param: kind enum "Вид документа" act=Акты invoice=Счета-фактуры utd=УПД licence="Акты передачи лицензий"
-- column: issued_on date "Дата"
-- column: kind text "Документ"
-- column: number text "Номер"
-- column: organisation text "Организация" masked
-- column: inn text "ИНН" masked
-- column: kpp text "КПП" masked
-- column: amount money "Сумма с НДС, ₽" total
-- column: vat_amount money "В том числе НДС, ₽" total
SELECT d.issued_on,
       CASE d.kind WHEN 'act' THEN 'Акт' WHEN 'invoice' THEN 'Счёт-фактура' WHEN 'utd' THEN 'УПД' WHEN 'licence' THEN 'Акт передачи лицензии' END AS kind,
       d.number,
       COALESCE(NULLIF(g.short_name, ''), g.full_name) AS organisation,
       g.inn,
       g.kpp,
       d.amount,
       d.vat_amount
FROM accounting_document AS d
JOIN organisation AS g ON g.id = d.org_id
WHERE d.partner_id = :partner
  AND d.issued_on BETWEEN :from AND :to
  AND (:kind IS NULL OR d.kind = :kind)
ORDER BY d.issued_on, d.number, d.id
