package org

import (
	"strings"
	"time"
)

// HeadWord is what the register says of who heads an organisation.
type HeadWord struct {
	AsOf       time.Time
	Names      string // whom it names; "" = nobody
	Confirmed  bool   // the person asked about is among them and reliable
	Unreliable bool   // among them, but the register doubts it or he is disqualified
}

// HeadWord asks whether the person is the head still: of the register's record
// and the extract, whose row on the head is given, the later one says so (F057).
func (s *Standing) HeadWord(name string, x *Extract, row *Row) HeadWord {
	r := s.record()
	if x != nil && row != nil && x.Signature == "good" && (r == nil || x.ExtractDate.After(day(r.Extracted))) {
		same := row.ExtractValue != "" && fold(row.ExtractValue) == fold(name)
		doubted := same && row.Verdict == "warn" && fold(row.CardValue) == fold(row.ExtractValue)
		return HeadWord{AsOf: x.ExtractDate, Names: row.ExtractValue, Confirmed: same && !doubted, Unreliable: doubted}
	}
	if r == nil {
		return HeadWord{}
	}
	w := HeadWord{AsOf: day(r.Extracted)}
	heads := headsOf(r)
	var names []string
	for i, h := range heads {
		names = append(names, h.FullName())
		if fold(h.FullName()) != fold(name) {
			continue
		}
		w.Unreliable = h.Unreliable || len(heads) == len(r.Heads) && r.Heads[i].Disqualified != ""
		w.Confirmed = !w.Unreliable
	}
	w.Names = strings.Join(names, "; ")
	return w
}

// HeadNamed returns the card's head of that name; nil when there is none.
func (c *Card) HeadNamed(name string) *Head {
	for i := range c.Heads {
		if fold(c.Heads[i].FullName()) == fold(name) {
			return &c.Heads[i]
		}
	}
	return nil
}

// Branch reports whether the card is a branch's (F047).
func (s *Standing) Branch(card *Card) bool { return s.Record != nil && card.ofBranch(s.Record) }

// Unreached is what to do when the register cannot be asked (F050).
const Unreached = "Проверить организацию в реестре сейчас нельзя: он недоступен или не знает её. Недостающие данные о компании дополните вручную или получите выписку."
