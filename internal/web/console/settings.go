package console

import (
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/cert"
	"signdesk/internal/exchange"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// settingsPage is views/console/settings/show.html. Settings of the
// installation live in the environment: the page only shows them.
type settingsPage struct {
	Frame       web.Frame
	Connections []connectionRow
	Types       []informationType
	Profiles    []profileRow
	Limits      []limitRow
}

type informationType struct {
	Title, Version, Namespace, Schema, Source string
	State, Origin                             web.Chip
}

type profileRow struct {
	Code, Name, From, Until string
	State                   web.Chip
}

type limitRow struct{ Name, Value, Variable string }

func (c *Console) settings(ctx *fiber.Ctx) error {
	if err := by(ctx).Must(staff.Settings); err != nil {
		return err
	}
	connections, err := c.connectionRows(ctx)
	if err != nil {
		return err
	}
	p := settingsPage{Frame: c.frame(ctx, "Подключения"), Connections: connections, Limits: []limitRow{
		{"Выписка не старше", days(c.set.Extract.MaxAge), "CONSOLE_EXTRACT_DAYS"},
		{"Экран блокируется через", minutes(c.set.IdleLock), "CONSOLE_IDLE_LOCK"},
		{"Файл на столе не больше", "10 МБ", ""},
		{"Файл готового сертификата не больше", fmt.Sprintf("%d КБ", c.set.Ready.MaxBytes>>10), "READY_MAX_KB"},
		{"Готовый сертификат действует ещё не меньше", days(c.set.Ready.MinLeft), "READY_MIN_DAYS"},
		{"Об отзыве готовых сертификатов спрашиваем раз в", fmt.Sprintf("%.0f ч", c.set.Ready.Recheck.Hours()), "READY_RECHECK"},
		{"Сертификатов в списке аккредитованных УЦ", fmt.Sprint(c.set.Ready.Trust.Len()), "ACCREDITED_CA_FILE"},
	}}
	for _, t := range exchange.InformationTypes() {
		row := informationType{Title: t.Title, Version: t.Version, Namespace: t.Namespace, Schema: t.Schema, Source: t.Source,
			Origin: web.Chip{Kind: "done", Text: t.Origin}, State: web.Chip{Kind: "idle", Text: "Ответы читаются"}}
		if t.Schema == "" {
			row.Origin.Kind = "warn"
		}
		switch {
		case exchange.InForce(t, c.now()):
			row.State = web.Chip{Kind: "done", Text: "Применяется"}
		case t.Optional():
			row.State.Text = "По выбору"
		case t.Unasked(c.now()):
			row.State.Text = "С " + web.Date(t.From)
		}
		p.Types = append(p.Types, row)
	}
	for _, x := range cert.Profiles {
		row := profileRow{Code: x.Code, Name: x.Name, From: web.Date(x.From), Until: web.Date(x.Until), State: web.Chip{Kind: "done", Text: "Применяется"}}
		if !x.Until.IsZero() && !c.now().Before(x.Until) {
			row.State = web.Chip{Kind: "idle", Text: "Для истории"}
		}
		p.Profiles = append(p.Profiles, row)
	}
	return ctx.Render("console/settings/show", p)
}

func days(d time.Duration) string {
	n := int(d.Hours() / 24)
	return counted(n, "день", "дня", "дней")
}

func minutes(d time.Duration) string {
	return counted(int(d.Minutes()), "минуту", "минуты", "минут")
}
