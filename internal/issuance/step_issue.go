package issuance

import (
	"fmt"
	"time"

	"signdesk/internal/cert"
	"signdesk/internal/contract"
)

func (c *Case) requestStep(before bool) Step {
	s := Step{Key: "request", Name: "Запрос", Title: "Запрос на сертификат", Whose: "оператор"}
	r := c.Request
	made := r != nil && r.Status != cert.Prepared && r.Status != cert.Abandoned && r.Status != cert.Refused
	switch {
	case made:
		s.State, s.At, s.By, s.Fact, s.Text = StepDone, r.CreatedAt, r.CreatedBy, cert.CarrierRU(r.CarrierType), "Ключ создан на носителе № "+r.CarrierNumber+"."
	case !before || (c.Status != Approved && c.Status != Requested):
		s.State, s.Text = StepTodo, "Откроется, когда договор, выписка и проверки подтверждены."
	case r != nil && r.Status == cert.Prepared && !r.Fits(c.Org, c.Owner):
		s.State, s.Action, s.Text = StepNow, PrepareForm, "Данные владельца или организации изменены после заполнения формы: проверьте её ещё раз."
	case r != nil && r.Status == cert.Prepared:
		s.State, s.Action, s.At, s.Text = StepNow, Operate, r.StatusAt, "Вставьте носитель № "+r.CarrierNumber+" и создайте запрос: PIN-код вводится в окне агента."
	default:
		s.State, s.Action, s.Text = StepNow, PrepareForm, "Выберите тип сертификата и носитель."
		if c.StatusReason != "" {
			s.Text = c.StatusReason + " Исправьте данные и создайте новый запрос."
		}
	}
	return s
}

func (c *Case) caStep(now time.Time, rules Rules) Step {
	s := Step{Key: "ca", Name: "УЦ", Title: "Отправка в УЦ", Whose: "УЦ"}
	r := c.Request
	switch {
	case c.Certificate != nil:
		s.State, s.At, s.Fact, s.Title = StepDone, c.Certificate.IssuedAt, c.Certificate.ShortSerial(), "Сертификат выпущен"
		s.Text = "Серийный номер " + c.Certificate.Serial + ", действует до " + c.day(c.Certificate.NotAfter).Format("02.01.2006") + "."
	case r == nil || r.Status == cert.Prepared || r.Status == cert.Abandoned || r.Status == cert.Refused:
		s.State = StepTodo
		if r != nil && r.Status == cert.Refused {
			s.State, s.Fact, s.Text, s.At, s.Whose = StepStop, "отказ", r.CaText, r.StatusAt, "оператор"
		}
	default:
		s.State, s.Fact, s.Since, s.Next, s.Title, s.Action = StepWait, "ждём", r.StatusAt, r.NextAt, "Запрос отправлен в УЦ", HurryUp
		if !r.SentAt.IsZero() {
			s.Since = r.SentAt
		}
		s.Text = r.CaText
		if s.Text == "" {
			s.Text = "УЦ проверяет запрос. Страницу можно закрыть: ответ сохранится."
		}
		if waited := now.Sub(s.Since); waited > orDefault(rules.CAOverdue, 4*time.Hour) {
			s.State, s.Text = StepStop, "УЦ молчит дольше 4 часов. Сообщите администратору: срок ответа УЦ прошёл. "+r.CaText
		} else if waited > orDefault(rules.CAAlert, time.Hour) {
			s.Text = "УЦ отвечает дольше часа. " + s.Text
		}
	}
	return s
}

func (c *Case) installStep() Step {
	s := Step{Key: "install", Name: "Установка", Title: "Установка сертификата на носитель", Whose: "оператор"}
	switch {
	case c.Certificate == nil:
		s.State = StepTodo
	case c.Certificate.InstalledAt.IsZero():
		s.State, s.Action, s.Text = StepNow, Install, "Вставьте носитель № "+c.Certificate.CarrierNumber+": сертификат сверят с ключом на нём."
	default:
		s.State, s.At, s.By, s.Text = StepDone, c.Certificate.InstalledAt, c.Certificate.InstalledBy, "Сертификат на носителе № "+c.Certificate.CarrierNumber+", ключ сверен."
	}
	return s
}

func (c *Case) esiaStep() Step {
	s := Step{Key: "esia", Name: "ЕСИА", Title: "Отправка сертификата в ЕСИА", Whose: "оператор"}
	r := c.Registration
	switch {
	case c.Certificate == nil || c.Certificate.InstalledAt.IsZero():
		s.State = StepTodo
	case r == nil:
		s.State, s.Action, s.Text = StepNow, SendESIA, "Проверьте данные и отправьте сертификат в ЕСИА: так требует 63-ФЗ, ст. 18, п. 5."
	case r.Status == "succeeded":
		s.State, s.At, s.By, s.Text, s.Title = StepDone, r.StatusAt, r.SentBy, "ЕСИА проверила данные и приняла сертификат.", "Сертификат зарегистрирован в ЕСИА"
	case r.Status == "failed":
		s.State, s.At, s.Fact, s.Text, s.Action = StepStop, r.StatusAt, "отказ", r.Text, SendESIA
	default:
		s.State, s.Fact, s.Since, s.Text, s.Whose = StepWait, "ждём", r.SentAt, r.Text, "ЕСИА"
		if m := c.Messages[r.MessageID]; m != nil && r.Status == "waiting" {
			s.Text, s.Whose, s.Next = m.Waiting()
		}
	}
	return s
}

func (c *Case) receiptStep() Step {
	s := Step{Key: "receipt", Name: "Расписка", Title: "Расписка о получении сертификата", Whose: "оператор"}
	x := c.Certificate
	switch {
	case x == nil || x.InstalledAt.IsZero():
		s.State = StepTodo
	case !x.ReceiptConfirmedAt.IsZero():
		s.State, s.At, s.By, s.Text = StepDone, x.ReceiptConfirmedAt, x.ReceiptConfirmedBy, "Владелец подписал расписку."
	case x.ReceiptPrintedAt.IsZero():
		s.State, s.Action, s.Text = StepNow, Print, "Распечатайте расписку и дайте владельцу подписать."
	default:
		s.State, s.Action, s.Fact, s.At, s.Whose = StepNow, Confirm, "напечатана", x.ReceiptPrintedAt, "владелец"
		s.Text = "Расписка напечатана. Когда владелец подпишет её, подтвердите получение."
	}
	return s
}

func (c *Case) shipmentStep() Step {
	s := Step{Key: "shipment", Name: "Отгрузка", Title: "Отгрузка услуг в бухгалтерию", Whose: "оператор"}
	h := c.Shipment
	switch {
	case c.Certificate == nil || c.Certificate.InstalledAt.IsZero():
		s.State = StepTodo
	case h == nil || (h.Status == contract.Failed && !h.AcknowledgedAt.IsZero()) || h.Status == contract.Cancelled:
		s.State, s.Action, s.Text = StepNow, Ship, "Отгрузите оплаченные услуги: акт и счёт-фактура вернутся в «Файлы 1С»."
		if h != nil {
			s.Text = h.Error + " " + s.Text
		}
	case h.Status == contract.Delivered:
		s.State, s.At, s.By, s.Text = StepDone, h.AcknowledgedAt, h.AcknowledgedBy, "Акт и счёт-фактура получены."
	case h.Status == contract.DocumentsReady:
		s.State, s.Action, s.Fact, s.At, s.Text = StepNow, Acknowledge, "ответ пришёл", h.StatusAt, "Бухгалтерия обработала запрос: акт и счёт-фактура в «Файлах 1С». Подтвердите, что видели ответ."
	case h.Status == contract.Failed:
		s.State, s.Action, s.Fact, s.At = StepStop, Acknowledge, "отказ", h.StatusAt
		s.Text = fmt.Sprintf("%s Сообщите в поддержку номер отгрузки %d.", h.Error, h.ID)
	default:
		s.State, s.Fact, s.Since, s.Next, s.Whose, s.Text = StepWait, "ждём", h.CreatedAt, h.NextAt, "бухгалтерия", h.Error
		if s.Text == "" {
			s.Text = "Запрос в бухгалтерии: обычно это несколько минут."
		}
	}
	return s
}

func orDefault(d, def time.Duration) time.Duration {
	if d == 0 {
		return def
	}
	return d
}
