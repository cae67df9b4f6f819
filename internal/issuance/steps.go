package issuance

import (
	"fmt"
	"time"

	"signdesk/internal/cert"
	"signdesk/internal/contract"
	"signdesk/internal/owner"
)

// State of a step.
type State string

const (
	StepDone State = "done"
	StepNow  State = "now"  // our move
	StepWait State = "wait" // somebody else's move
	StepStop State = "stop" // cannot go on without a cure
	StepTodo State = "todo"
)

// What moves a step: each is one button of the case page.
const (
	Services    = "services"    // sell or get paid the issue
	Upload      = "upload"      // drop the extract
	Compare     = "compare"     // look at its comparison with the card
	FillIn      = "passport"    // the passport's data
	Ask         = "ask"         // a register, by SMEV
	HeadSigns   = "head"        // note the head's signature
	Decide      = "approve"     // the second pair of eyes
	PrepareForm = "prepare"     // the form of the request
	Operate     = "operate"     // make the key and the request on the carrier
	HurryUp     = "hurry"       // ask the CA now
	Install     = "install"     // put the certificate on the carrier
	SendESIA    = "esia"        // «Отправить в ЕСИА»
	Print       = "print"       // the receipt
	Confirm     = "confirm"     // that the owner has signed it
	Ship        = "ship"        // the paid services
	Acknowledge = "acknowledge" // accounting's answer
)

// Step is one row of the case page: its state, since when, by whom, why it
// stands, whose move it is, and what moves it.
type Step struct {
	Key, Name string
	State     State
	Fact      string    // short, beside the name
	At        time.Time // when it came to this state
	By        int64     // who brought it there; 0 = the program or an outside system
	Title     string    // headline when open
	Text      string    // why it stands, and the cure
	Whose     string    // whose move it is
	Since     time.Time // waiting since
	Next      time.Time // tried again at
	Action    string    // what moves it; "" = nothing to press
}

// Steps reads the timeline's steps from what the domains know.
func (c *Case) Steps(now time.Time, rules Rules) []Step {
	steps := []Step{c.contractStep(now), c.extractStep(now, rules), c.checkStep(owner.CheckPassport), c.checkStep(owner.CheckSNILS), c.checkStep(owner.CheckINN)}
	if !c.Owner.IsHead {
		steps = append(steps, c.headStep())
	}
	if c.overridden() || c.Status == Review {
		steps = append(steps, c.reviewStep())
	}
	before := true // whether everything before stands
	for _, s := range steps {
		before = before && s.State == StepDone
	}
	return append(steps, c.requestStep(before), c.caStep(now, rules), c.installStep(), c.esiaStep(), c.receiptStep(), c.shipmentStep())
}

// Current is the step to look at: the first that is not done.
func Current(steps []Step) Step { return steps[openIndex(steps)] }

func openIndex(steps []Step) int {
	for i, s := range steps {
		if s.State != StepDone {
			return i
		}
	}
	return len(steps) - 1
}

func (c *Case) contractStep(now time.Time) Step {
	s := Step{Key: "contract", Name: "Договор и оплата", Title: "Договор и оплата", Whose: "клиент"}
	switch {
	case !c.Contract.ActiveOn(c.day(now)):
		s.State, s.Fact, s.Text = StepStop, "договор не действует", "Договор "+c.Contract.Number+" не действует. Заключите новый и откройте новую заявку."
	case c.Paid == 0 && c.Unpaid == 0:
		s.State, s.Fact, s.Whose, s.Action = StepStop, "нет услуги", "оператор", Services
		s.Text = "В договоре нет услуги выпуска сертификата. Добавьте её на странице «Услуги»."
	case c.Paid == 0:
		s.State, s.Fact, s.Since, s.Action = StepWait, "счёт не оплачен", c.CreatedAt, Services
		s.Text = "Услуга выпуска не оплачена. Заявка пойдёт дальше после оплаты счёта."
	default:
		s.State, s.Fact, s.Title, s.Text, s.At = StepDone, "оплачено", "Договор действует, выпуск оплачен", c.Contract.Title(), c.CreatedAt
	}
	return s
}

func (c *Case) extractStep(now time.Time, rules Rules) Step {
	s := Step{Key: "extract", Name: "Выписка", Title: "Выписка из реестра", Whose: "оператор", Action: Upload}
	x := c.Extract
	switch {
	case x == nil:
		s.State, s.Text = StepNow, "Получите на сайте ФНС выписку с подписью и положите оба файла (.xml и .p7s) в папку хранилища."
	case x.Signature == "missing":
		s.State, s.Fact, s.Text, s.At = StepNow, "нет подписи", x.SignatureText, x.CreatedAt
	case x.Signature != "good":
		s.State, s.Fact, s.Text, s.At, s.By = StepStop, "подпись не верна", x.SignatureText, x.CreatedAt, x.CreatedBy
	case x.Verdict == "stop":
		s.State, s.Fact, s.Text, s.At, s.By = StepStop, "не подходит", "В сверке есть строки, которые не дают продолжать. Откройте сверку: у каждой строки сказано, что делать.", x.CreatedAt, x.CreatedBy
		s.Action = Compare
	case !x.Fresh(now, rules.ExtractAge):
		s.State, s.Fact, s.Text, s.At = StepStop, "устарела", fmt.Sprintf("Выписка старше %d дней: получите новую.", int(rules.ExtractAge.Hours()/24)), x.CreatedAt
	default:
		s.State, s.Fact, s.At, s.By, s.Action = StepDone, "от "+x.ExtractDate.Format("02.01"), x.CreatedAt, x.CreatedBy, ""
		s.Title, s.Text = "Выписка от "+x.ExtractDate.Format("02.01.2006")+" проверена", "Подписал: "+x.Signer+". "+x.SignatureText
		if x.Verdict == "warn" {
			s.Fact, s.Text = "есть отличия", "В сверке есть отличия от карточки. Посмотрите их и возьмите в карточку верные значения. "+s.Text
		}
	}
	return s
}

func (c *Case) checkStep(kind owner.CheckKind) Step {
	s := Step{Key: string(kind), Name: kind.NameRU(), Title: "Проверка: " + kind.NameRU(), Whose: "оператор", Action: Ask}
	if c.Passport.Version == 0 {
		s.State, s.Action, s.Text = StepTodo, "", "Сначала заполните паспортные данные владельца."
		if kind == owner.CheckPassport {
			s.State, s.Action = StepNow, FillIn
		}
		return s
	}
	k := c.Checks[kind]
	if k == nil {
		s.State, s.Text = StepNow, "Сверьте данные с документом и спросите ведомство через СМЭВ."
		return s
	}
	s.At, s.By, s.Text = k.StatusAt, k.RequestedBy, k.Text
	switch {
	case k.Positive():
		s.State, s.Action, s.By = StepDone, "", k.DecidedBy
		s.Title = kind.NameRU() + " подтверждён"
		s.Fact = "СМЭВ"
		if k.Status == "overridden" {
			s.Fact = "по скану"
		}
	case k.Status == "waiting":
		s.State, s.Fact, s.Action, s.Since, s.Title = StepWait, "ждём", "", k.RequestedAt, "Запрос в СМЭВ: "+kind.NameRU()
		if m := c.Messages[k.MessageID]; m != nil {
			s.Text, s.Whose, s.Next = m.Waiting()
		}
	default:
		_, s.Fact = k.Chip()
		s.State = StepStop
		if k.Status != "refused" { // the register has answered: the same question gets the same answer
			s.Action = FillIn
		}
	}
	return s
}

func (c *Case) headStep() Step {
	s := Step{Key: "head", Name: "Подпись руководителя", Title: "Подпись руководителя на заявлении сотрудника", Whose: "руководитель организации", Action: HeadSigns}
	switch {
	case c.signed():
		s.State, s.At, s.By, s.Action, s.Text = StepDone, c.HeadSignedAt, c.HeadSignedBy, "", "Руководитель подписал заявление."
	case c.Status == HeadSignature:
		s.State, s.Since = StepWait, c.StatusAt
		s.Text = "Владелец — не руководитель: заявление подписывает руководитель организации. Без подписи заявка отклонится " + c.day(c.CreatedAt).AddDate(0, 0, headDays).Format("02.01.2006") + "."
	default:
		s.State, s.Action, s.Text = StepTodo, "", "Подпись отмечают, когда договор, выписка и проверки подтверждены."
	}
	return s
}

func (c *Case) reviewStep() Step {
	s := Step{Key: "review", Name: "Рассмотрение", Title: "Рассмотрение вторым сотрудником", Whose: "проверяющий", Action: Decide}
	switch {
	case c.approved():
		s.State, s.At, s.By, s.Action, s.Text = StepDone, c.ApprovedAt, c.ApprovedBy, "", "Заявка рассмотрена и подтверждена."
	case c.Status == Review:
		s.State, s.Since, s.Text = StepWait, c.StatusAt, "Проверка принята по скану, поэтому заявку подтверждает второй сотрудник. Срок — 2 рабочих дня."
	default:
		s.State, s.Action, s.Text = StepTodo, "", "Проверка принята по скану: заявку подтвердит второй сотрудник."
	}
	return s
}

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
