package console

import (
	"strings"
	"time"

	"signdesk/internal/exchange"
	"signdesk/internal/web"
)

// exchangeKinds are the questions by their names on screen.
var exchangeKinds = []struct{ Code, Name string }{
	{exchange.Passport, "Паспорт"}, {exchange.SNILS, "СНИЛС"}, {exchange.SNILSByData, "СНИЛС по паспорту"}, {exchange.INN, "ИНН"}, {exchange.ESIA, "Сертификат в ЕСИА"},
	{exchange.ESIAPerson, "Учётная запись ЕСИА"}, {exchange.EGRUL, "Выписка ЕГРЮЛ"}, {exchange.EGRIP, "Выписка ЕГРИП"},
}

func exchangeKind(code string) string {
	for _, k := range exchangeKinds {
		if k.Code == code {
			return k.Name
		}
	}
	return code
}

// exchangeFault says why it failed; SMEV's own names stay as they are, support knows them.
func exchangeFault(code string) string {
	switch code {
	case "":
		return ""
	case "unreachable":
		return "нет связи"
	case "untrusted":
		return "подпись СМЭВ не подтвердилась"
	case "unsendable":
		return "не удалось составить или подписать"
	case "expired":
		return "истёк срок запроса"
	}
	if status, ok := strings.CutPrefix(code, "http_"); ok {
		return "ответ HTTP " + status
	}
	return code
}

// exchangeLine is the connection in one direction.
type exchangeLine struct {
	exchange.Line
	Title string
	Chip  web.Chip
	Skew  string
	Ok    time.Time
	Wrong time.Time
}

// clockTrouble is how far apart the clocks may be before people are asked to
// look; SMEV itself refuses messages that are 30 minutes off.
const clockTrouble = 5 * time.Minute

func skewed(l exchange.Line) bool {
	by, ok := l.Skew()
	return ok && by.Abs() > clockTrouble
}

func exchangeLineOf(l exchange.Line, now time.Time, zone *time.Location) exchangeLine {
	x := exchangeLine{Line: l, Title: "Отправка запросов", Chip: web.Chip{Kind: "done", Text: "Работает"}}
	if queue, ok := strings.CutPrefix(l.Name, "poll"); ok {
		x.Title = strings.TrimSpace("Получение ответов " + queue)
	}
	if l.Name == "files" {
		x.Title = "Приём больших файлов"
	}
	switch {
	case l.Error != "":
		x.Chip = web.Chip{Kind: "stop", Text: "Не работает"}
	case skewed(l):
		x.Chip = web.Chip{Kind: "warn", Text: "Проверьте часы"}
	case now.Sub(l.At) > 5*time.Minute && strings.HasPrefix(l.Name, "poll"): // nothing to send or to fetch is no trouble
		x.Chip = web.Chip{Kind: "warn", Text: "Давно не опрашивалась"}
	}
	switch by, ok := l.Skew(); {
	case !ok:
	case by.Abs() < time.Second:
		x.Skew = "нет"
	case by > 0:
		x.Skew = "наши отстают на " + lasted(by)
	default:
		x.Skew = "наши спешат на " + lasted(-by)
	}
	if !l.OkAt.IsZero() {
		x.Ok = l.OkAt.In(zone)
	}
	if !l.ErrorAt.IsZero() {
		x.Wrong = l.ErrorAt.In(zone)
	}
	return x
}

// exchangeFailure counts what failed for one reason.
type exchangeFailure struct {
	Kind, Fault, URL string
	Queued, Refused  int
	Last             time.Time
}

// exchangeRow is a message of the list.
type exchangeRow struct {
	exchange.Message
	Title   string
	Chip    web.Chip
	Why     string
	Created time.Time
	Took    string // until the outcome, or so far

	MayResend bool
}

func exchangeRowOf(m *exchange.Message, now time.Time, zone *time.Location) exchangeRow {
	r := exchangeRow{Message: *m, Title: exchangeKind(m.Kind), Chip: exchangeChip(m), Why: m.LastError, Created: m.CreatedAt.In(zone)}
	end := now
	if !m.AnsweredAt.IsZero() {
		end = m.AnsweredAt
	}
	r.Took = lasted(end.Sub(m.CreatedAt))
	if r.Why == "" {
		r.Why = m.Progress
	}
	return r
}

func exchangeChip(m *exchange.Message) web.Chip {
	switch {
	case m.Status == "queued" && m.Attempts > 0:
		return web.Chip{Kind: "warn", Text: "Повторяется"}
	case m.Status == "queued":
		return web.Chip{Kind: "wait", Text: "Ждёт отправки"}
	case m.Status == "sent":
		return web.Chip{Kind: "wait", Text: "Ждёт ответа"}
	case m.Status == "answered":
		return web.Chip{Kind: "done", Text: "Ответ получен"}
	}
	return web.Chip{Kind: "stop", Text: "Отказ"}
}
