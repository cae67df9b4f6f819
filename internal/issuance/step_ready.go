package issuance

import (
	"fmt"
	"time"

	"signdesk/internal/owner"
)

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
	switch blocked := c.blocked(rules); {
	case blocked != "" && c.Status != Requested && c.Status != Issued && c.Status != Done:
		s.State, s.Fact, s.Title, s.Text, s.Action = StepStop, "не по реестру", "Выписка и реестр: выпуск невозможен", blocked, Requisites
		if x != nil && x.Verdict != "same" {
			s.Action = Compare
		}
	case x == nil:
		s.State, s.Text = StepNow, "Получите на сайте ФНС выписку с подписью, сверьте её с бумажными документами и положите в папку хранилища: PDF, или оба файла (.xml и .p7s)."
	case x.Signature == "missing":
		s.State, s.Fact, s.Text, s.At = StepNow, "нет подписи", x.SignatureText, x.CreatedAt
	case x.Signature == "past":
		s.State, s.Fact, s.Text, s.At, s.By = StepStop, "сертификат истёк", x.SignatureText, x.CreatedAt, x.CreatedBy
	case x.Signature != "good":
		s.State, s.Fact, s.Text, s.At, s.By = StepStop, "подпись не верна", x.SignatureText, x.CreatedAt, x.CreatedBy
	case x.Verdict == "stop" || x.Blocks:
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
	switch doubt := c.headDoubt(); {
	case c.signed() && doubt != "" && (c.Status == HeadCheck || c.Status == RegistryCheck):
		s.State, s.Fact, s.At, s.By, s.Action = StepStop, "не подтверждён", c.HeadSignedAt, c.HeadSignedBy, Requisites
		s.Text = doubt + " Возьмите руководителя из реестра в карточку: заявление подпишет он."
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
