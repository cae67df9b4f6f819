package issuance

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"signdesk/internal/audit"
	"signdesk/internal/cert"
	"signdesk/internal/org"
)

// renew overwrites the organisation's data from the register while the
// application waits for it (F038): the case goes on with the new data, what was
// signed or approved for the former falls by itself. Who holds a certificate on
// the former data is named in the timeline (F045, F138).
func (c *Case) renew(ctx context.Context, tx bun.IDB, now time.Time) error {
	if c.Status != RegistryCheck && c.Status != HeadCheck {
		return nil
	}
	renewal, err := org.Renew(ctx, tx, now, audit.Program, c.PartnerID, c.OrgID)
	if err != nil || len(renewal.Changes) == 0 {
		return err
	}
	text := "Данные организации обновлены из реестра на " + renewal.AsOf.Format("02.01.2006") + ": " + renewal.Fields() + "."
	n, err := cert.InForce(ctx, tx, c.PartnerID, c.OrgID, now, time.Time{})
	if err != nil {
		return err
	}
	if n > 0 {
		text += " У организации есть действующие сертификаты на прежние данные: предложите перевыпуск."
	}
	if renewal.AddressAgreed {
		text += " " + org.AddressFilled + "."
	}
	if err := event(ctx, tx, now, &c.Application, 0, "extract", "note", text); err != nil {
		return err
	}
	fresh, err := Load(ctx, tx, c.PartnerID, c.ID)
	if err != nil {
		return err
	}
	*c = *fresh
	return nil
}

// blocked says why the register lets no certificate be issued, with what to do;
// "" when it does (F055, F056, F060–F062).
func (c *Case) blocked(rules Rules) string {
	text := BlockText(c.Register, rules)
	if c.Owner.IsHead && len(c.Org.Heads) > 0 && c.Org.HeadNamed(c.Owner.FullName()) == nil {
		text = strings.TrimSpace("Владелец отмечен руководителем, а на карточке организации руководитель другой: исправьте карточку владельца. " + text)
	}
	return text
}

// BlockText says why no certificate may be issued to the organisation, and how to
// reach support where the desk cannot help (F055, F056); "" when it may.
func BlockText(s *org.Standing, rules Rules) string {
	var list []string
	support := false
	for _, b := range s.Blocks {
		list, support = append(list, b.Text), support || b.Support
	}
	if support {
		list = append(list, strings.TrimSpace("Выпуск заблокирован: обратитесь в техподдержку. "+rules.Support))
	}
	return strings.Join(list, " ")
}

// headDoubt says why the register does not confirm that who signed the
// employee's application is still the head (F057); "" when it does. Of the
// register and the extract the later one is asked. No names here: the words go
// into the timeline, which is shown to those who see people masked.
func (c *Case) headDoubt() string {
	if c.Owner.IsHead || c.HeadSignedAt.IsZero() {
		return ""
	}
	who := c.HeadName
	if who == "" {
		who = c.Org.Head().FullName()
	}
	w := c.Register.HeadWord(who, c.Extract, c.ExtractHead)
	switch {
	case w.Confirmed:
		return ""
	case w.Names == "":
		return "Реестр не называет руководителя: подтвердить его нечем. Получите новую выписку."
	case w.Unreliable:
		return "Реестр на " + w.AsOf.Format("02.01.2006") + " считает сведения о руководителе недостоверными."
	}
	return "Реестр на " + w.AsOf.Format("02.01.2006") + " называет руководителем другого, а не того, кто подписал заявление."
}
