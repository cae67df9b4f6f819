package org

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"signdesk/internal/fault"
	"signdesk/internal/registry"
)

// Standing is how a card stands to the register as the register is now.
type Standing struct {
	Record *registry.Record // nil = the register cannot be asked or does not know the number: data are typed by hand (F050)
	Older  bool             // the card has later data than the record, from an extract: the record judges nothing
	Blocks []Block          // why no certificate may be issued
}

// Block is one reason why no certificate is issued. Support marks what the desk
// cannot cure itself (F055, F056).
type Block struct {
	Field, Text string
	Support     bool
}

// Stand asks the register about the organisation of the card.
func Stand(ctx context.Context, tx bun.IDB, card *Card) (*Standing, error) {
	s := &Standing{}
	r, err := registry.Get(ctx, tx, card.OGRN)
	switch {
	case err == nil:
		s.Record, s.Older = r, day(r.Extracted).Before(card.RegisterDate)
	case !fault.Is(err, fault.NotFound):
		return nil, err
	default:
		others, err := registry.OGRNs(ctx, tx, card.INN)
		if err != nil {
			return nil, err
		}
		if len(others) > 0 {
			s.block("ogrn", "ОГРН в карточке — "+card.OGRN+", а у этого ИНН в реестре — "+strings.Join(others, ", ")+".", true)
		}
	}
	if err := s.judge(ctx, tx, card); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Standing) block(field, text string, support bool) {
	s.Blocks = append(s.Blocks, Block{field, text, support})
}

// record is the register's record where it has the last word, else nil.
func (s *Standing) record() *registry.Record {
	if s.Older {
		return nil
	}
	return s.Record
}

// judge applies rules F055, F056, F060–F062. The full name is no block: the
// register's overwrites the card's (features.md, conflict 13).
func (s *Standing) judge(ctx context.Context, tx bun.IDB, card *Card) error {
	r := s.record()
	if r != nil && r.INN != "" && r.INN != card.INN {
		s.block("inn", "ИНН в карточке — "+card.INN+", в реестре — "+r.INN+".", true)
	}
	switch {
	case strings.Contains(card.ShortName, "<"):
		s.block("short_name", "В кратком наименовании знак «<».", true)
	case !fitsShortName(card.ShortName):
		s.block("short_name", "Краткое наименование длиннее 64 знаков или содержит «;»: введите его вручную в реквизитах.", false)
	case r != nil && r.ShortName != "" && fitsShortName(r.ShortName) && !equal("short_name", r.ShortName, card.ShortName):
		s.block("short_name", "Краткое наименование в карточке — "+orDash(card.ShortName)+", в реестре — "+r.ShortName+".", true)
	}
	status, text := card.Status, card.StatusText
	if r != nil {
		status, text = string(r.Status.State), r.Status.Text
	}
	if why := restriction(status, text); why != "" {
		s.block("status", why, false)
	}
	activities := []registry.Activity(nil)
	if r != nil {
		activities = r.Activities
	} else if kept, err := keptRecord(ctx, tx, card.PartnerID, card.ID); err != nil {
		return err
	} else if kept != nil {
		activities = kept.Activities
	}
	if !declares(activities, card.Activity) {
		s.block("activity", "Заявленный вид деятельности "+card.Activity+" не входит в коды ОКВЭД организации: исправьте его в реквизитах.", false)
	}
	return nil
}

// restriction says why an organisation in this state gets no certificate (F061);
// "" when it may.
func restriction(status, text string) string {
	switch {
	case status == "closed":
		return "Организация прекратила деятельность: выпуск сертификатов невозможен."
	case status == "liquidating":
		return "Организация ликвидируется: выпуск сертификатов невозможен."
	case status == "bankrupt":
		return "Организация в процедуре банкротства: выпуск сертификатов невозможен."
	case strings.Contains(strings.ToUpper(text), "ПРИОСТАНОВ"):
		return "Деятельность организации приостановлена: выпуск сертификатов невозможен."
	}
	return ""
}

// fitsShortName reports whether a certificate can hold the register's short
// name: 64 signs, no «;» (F039, F040).
func fitsShortName(name string) bool {
	return len([]rune(name)) <= shortNameMax && !strings.Contains(name, ";")
}

// shortNameMax and titleMax are what a certificate's name and title hold, in signs.
const (
	shortNameMax = 64
	titleMax     = 64
)

// declares reports whether the declared code of ОКВЭД agrees with the
// register's: it is one of them, or the group or a part of one (F062); codes
// nest by their beginnings, 62 → 62.0 → 62.01. Where the register names none,
// nothing can disagree.
func declares(activities []registry.Activity, code string) bool {
	if code == "" || len(activities) == 0 {
		return true
	}
	return slices.ContainsFunc(activities, func(a registry.Activity) bool {
		return strings.HasPrefix(code, a.Code) || strings.HasPrefix(a.Code, code)
	})
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}
