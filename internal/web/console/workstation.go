package console

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"signdesk/internal/fault"
	"signdesk/internal/staff"
	"signdesk/internal/web"
)

// workstationPage is views/console/workstation/show.html.
type workstationPage struct {
	Frame    web.Frame
	Current  *staff.Workstation // nil: this browser belongs to no desk yet
	Others   []staff.Workstation
	Form     fields
	MayPair  bool
	AgentURL string // "" = nothing to ask
	Checks   []workstationCheck
}

// workstationCheck is one row of the table; the browser fills in what it finds.
type workstationCheck struct{ Name, Title, Text string }

// deskCookie remembers, sealed, which desk this browser stands on.
const (
	deskCookie  = "desk"
	deskPurpose = "workstation cookie"
)

// workstation is the desk this browser stands on, or nil. In the demo a centre's
// only desk is everybody's.
func (c *Console) workstation(ctx *fiber.Ctx) (*staff.Workstation, error) {
	if sealed, err := base64.RawURLEncoding.DecodeString(ctx.Cookies(deskCookie)); err == nil && len(sealed) > 0 && c.sealer != nil {
		if plain, err := c.sealer.Open(deskPurpose, sealed); err == nil {
			id, _ := strconv.ParseInt(string(plain), 10, 64)
			w, err := staff.FindWorkstation(ctx.UserContext(), c.db, by(ctx), id)
			if !fault.Is(err, fault.NotFound) {
				return w, err
			}
		}
	}
	if !c.set.Demo {
		return nil, nil
	}
	list, err := staff.Workstations(ctx.UserContext(), c.db, by(ctx))
	if err != nil || len(list) != 1 {
		return nil, err
	}
	return &list[0], nil
}

// desk is the agent of the desk this browser stands on: its address and the
// secret that signs its operations. ok is false when the desk is not paired.
func (c *Console) desk(ctx *fiber.Ctx) (url string, secret []byte, ok bool) {
	w, err := c.workstation(ctx)
	if w == nil || err != nil {
		return "", nil, false
	}
	secret, err = w.Secret(c.sealer)
	if err != nil {
		c.log.Error("pairing secret does not open", "workstation", w.ID, "err", err)
		return "", nil, false
	}
	return w.AgentURL, secret, true
}

// sitDown makes the browser remember the desk for a year.
func (c *Console) sitDown(ctx *fiber.Ctx, id int64) {
	sealed := c.sealer.Seal(deskPurpose, []byte(strconv.FormatInt(id, 10)))
	ctx.Cookie(&fiber.Cookie{Name: deskCookie, Value: base64.RawURLEncoding.EncodeToString(sealed), Path: "/", Expires: c.now().Add(365 * 24 * time.Hour),
		HTTPOnly: true, Secure: c.kit.Sessions.Secure(), SameSite: fiber.CookieSameSiteLaxMode})
}

func (c *Console) workstationPage(ctx *fiber.Ctx, typed *staff.Workstation, err error) (*workstationPage, error) {
	p := &workstationPage{Frame: c.frame(ctx, "Рабочее место"),
		Checks:  []workstationCheck{{"browser", "Браузер", ""}, {"screen", "Экран", ""}, {"clock", "Часы", ""}, {"way", "Соединение с консолью", ""}},
		MayPair: by(ctx).Must(staff.ApplicationWork, staff.StaffManage, staff.Settings) == nil}
	var err2 error
	if p.Current, err2 = c.workstation(ctx); err2 != nil {
		return nil, err2
	}
	list, err2 := staff.Workstations(ctx.UserContext(), c.db, by(ctx))
	if err2 != nil {
		return nil, err2
	}
	shown := staff.Workstation{Name: fmt.Sprintf("Окно %d", len(list)+1), AgentURL: "http://127.0.0.1:8095"}
	if p.Current != nil {
		shown = *p.Current
		p.AgentURL = p.Current.AgentURL
		p.Checks = append(p.Checks, workstationCheck{"agent", "Агент", "Спрашиваем " + p.AgentURL}, workstationCheck{"token", "Ключевой носитель", ""})
		web.AllowAgent(ctx, p.AgentURL)
	}
	if typed != nil {
		shown = *typed
	}
	for _, w := range list {
		if p.Current == nil || w.ID != p.Current.ID {
			p.Others = append(p.Others, w)
		}
	}
	code := web.Field{Name: "code", Label: "Код сопряжения", Required: p.Current == nil, MaxLength: 80, Hint: "Показывает агент: «Сопряжение с консолью» или команда agent pairing"}
	if p.Current != nil {
		code.Hint = "Оставьте пустым, если код не менялся"
	}
	p.Form = web.WithErrors(fields{
		{Name: "name", Label: "Название", Value: shown.Name, Required: true, MaxLength: 60, Hint: "Как его зовут в центре"},
		{Name: "agent_url", Label: "Адрес агента", Value: shown.AgentURL, Required: true, MaxLength: 100, Hint: "На этом компьютере, обычно http://127.0.0.1:8095"},
		code,
	}, err)
	return p, nil
}

func (c *Console) workstationShow(ctx *fiber.Ctx) error {
	p, err := c.workstationPage(ctx, nil, nil)
	if err != nil {
		return err
	}
	return ctx.Render("console/workstation/show", p)
}

// workstationSave pairs the agent of this computer with the console.
func (c *Console) workstationSave(ctx *fiber.Ctx) error {
	w := staff.Workstation{Name: web.Text(ctx, "name"), AgentURL: web.Text(ctx, "agent_url")}
	current, err := c.workstation(ctx)
	if err != nil {
		return err
	}
	if current != nil && ctx.FormValue("another") == "" {
		w.ID = current.ID
	}
	id, err := staff.Pair(ctx.UserContext(), c.db, c.sealer, by(ctx), c.now(), w, web.Text(ctx, "code"))
	if fault.Is(err, fault.Invalid) {
		p, err := c.workstationPage(ctx, &w, err)
		if err != nil {
			return err
		}
		return invalid(ctx, "console/workstation/show", p)
	}
	if err != nil {
		return err
	}
	c.sitDown(ctx, id)
	return c.done(ctx, "/workstation", "Рабочее место «"+w.Name+"» сохранено.")
}

// workstationChoose says that this browser stands on a desk that is known.
func (c *Console) workstationChoose(ctx *fiber.Ctx) error {
	id, err := web.ID(ctx, "id")
	if err != nil {
		return err
	}
	w, err := staff.FindWorkstation(ctx.UserContext(), c.db, by(ctx), id)
	if err != nil {
		return err
	}
	c.sitDown(ctx, w.ID)
	return c.done(ctx, "/workstation", "Этот браузер — на рабочем месте «"+w.Name+"».")
}
