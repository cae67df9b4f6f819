package console

import (
	"strconv"
	"strings"
	"time"

	"signdesk/internal/cert"
	"signdesk/internal/issuance"
	"signdesk/internal/web"
)

// NextName is the step that follows.
func (p *casePage) NextName() string {
	for _, s := range p.Steps {
		if s.Key == p.Next {
			return s.Name
		}
	}
	return ""
}

// Polls says how often the page looks again by itself; "" = it waits for the person.
func (p *casePage) Polls() string {
	switch {
	case p.Dialog != "":
		return ""
	case p.Open.State == issuance.StepWait && p.now.Sub(p.Open.Since) > 10*time.Minute:
		return "every 10s"
	case p.Open.State == issuance.StepWait:
		return "every 2s"
	case p.Open.State == issuance.StepTodo || p.Act == issuance.Print || p.Act == issuance.Confirm:
		return "every 5s"
	}
	return ""
}

// AskAll names the checks that nobody has asked yet, when there are several.
func (p *casePage) AskAll() string {
	var kinds []string
	for _, s := range p.Case.Steps {
		if s.Action == issuance.Ask && s.State == issuance.StepNow {
			kinds = append(kinds, s.Key)
		}
	}
	if len(kinds) < 2 {
		return ""
	}
	return strings.Join(kinds, " ")
}

// By is who brought the open step where it is.
func (p *casePage) By() string { return p.Case.Names[p.Open.By] }

// Ended reports whether the case has ended without a certificate.
func (p *casePage) Ended() bool {
	return p.Case.Status == issuance.Rejected || p.Case.Status == issuance.Withdrawn
}

// Stopped reports whether the step's text is a cure.
func (p *casePage) Stopped() bool { return p.Open.State == issuance.StepStop }

// Stamp is a time for scripts.
func (p *casePage) Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Since is how long something has lasted, as the page's own timer words it.
func (p *casePage) Since(t time.Time) string { return lasted(p.now.Sub(t)) }

// Until is how long it is till then.
func (p *casePage) Until(t time.Time) string { return lasted(t.Sub(p.now)) }

// Clock is how long something has lasted, as 00:12:40.
func (p *casePage) Clock(t time.Time) string {
	s := max(0, int(p.now.Sub(t).Seconds()))
	two := func(n int) string { return strings.Repeat("0", max(0, 2-len(strconv.Itoa(n)))) + strconv.Itoa(n) }
	return two(s/3600) + ":" + two(s/60%60) + ":" + two(s%60)
}

// At is a moment in the centre's zone, in full.
func (p *casePage) At(t time.Time) string { return web.DateTime(t.In(p.zone)) }

// Day is a day in the centre's zone.
func (p *casePage) Day(t time.Time) string { return web.Date(t.In(p.zone)) }

// Taken is who has taken the case, shortly.
func (p *casePage) Taken() string {
	words := strings.Fields(p.Case.TakenName)
	for i := 1; i < len(words); i++ {
		words[i] = string([]rune(words[i])[:1]) + "."
	}
	return strings.Join(words, "\u00a0")
}

// SNILS shows the end only: the whole number stands in the owner's card.
func (p *casePage) SNILS() string {
	s := p.Case.Owner.SNILS
	if len(s) != 11 {
		return s
	}
	return "***-***-**" + s[8:9] + " " + s[9:]
}

// Carrier is the carrier of the certificate, or of the request.
func (p *casePage) Carrier() string {
	switch x, r := p.Case.Certificate, p.Case.Request; {
	case x != nil:
		return cert.CarrierRU(x.CarrierType) + " " + x.CarrierNumber
	case r != nil && r.Status != cert.Abandoned:
		return cert.CarrierRU(r.CarrierType) + " " + r.CarrierNumber
	}
	return ""
}

// lasted words a duration like the page's timers: 12 мин 40 с.
func lasted(d time.Duration) string {
	s := max(0, int(d.Seconds()))
	n := func(v int, unit string) string { return strconv.Itoa(v) + "\u00a0" + unit }
	switch {
	case s >= 86400:
		return n(s/86400, "д") + " " + n(s/3600%24, "ч")
	case s >= 3600:
		return n(s/3600, "ч") + " " + n(s/60%60, "мин")
	case s >= 60:
		return n(s/60, "мин") + " " + n(s%60, "с")
	}
	return n(s, "с")
}

// short is the time of today, or the day.
func (p *casePage) short(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(p.zone)
	if t.Format(time.DateOnly) == p.now.In(p.zone).Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format("02.01")
}

// moment is the time of today to the second, or the day with its time.
func (p *casePage) moment(t time.Time) string {
	t = t.In(p.zone)
	if t.Format(time.DateOnly) == p.now.In(p.zone).Format(time.DateOnly) {
		return t.Format("15:04:05")
	}
	return t.Format("02.01.2006 15:04")
}

// CertificateState is the certificate's chip in the panel.
func (p *casePage) CertificateState() web.Chip {
	kind, text := p.Case.Certificate.Chip(p.now)
	return web.Chip{Kind: kind, Text: text}
}

// SendingChip is the state of one sending to ESIA.
func (p *casePage) SendingChip(r cert.Registration) web.Chip {
	switch r.Status {
	case "succeeded":
		return web.Chip{Kind: "done", Text: "Зарегистрирован"}
	case "failed":
		return web.Chip{Kind: "stop", Text: "Отказ"}
	case "validating":
		return web.Chip{Kind: "wait", Text: "Проверяется"}
	}
	return web.Chip{Kind: "wait", Text: "Отправлен"}
}
