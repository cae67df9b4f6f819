package desk

import (
	"net/http"
	"strings"
	"testing"

	"signdesk/cmd/agent/internal/softtoken"
	"signdesk/cmd/agent/internal/token"
)

// device makes a soft token look like a real carrier, at one moment of its
// life.
type device struct {
	*softtoken.Store
	kind string
	fail error // of every login
}

func (d *device) List() ([]token.Info, error) {
	list, err := d.Store.List()
	for i := range list {
		list[i].Device, list[i].Kind, list[i].AttemptsLeft = true, d.kind, token.AttemptsUnknown
	}
	return list, err
}

func (d *device) Token(serial string) (token.Info, error) {
	info, err := d.Store.Token(serial)
	info.Device, info.Kind = true, d.kind
	return info, err
}

func (d *device) Login(serial, pin string) (token.Session, error) {
	if d.fail != nil {
		return nil, d.fail
	}
	return d.Store.Login(serial, pin)
}

// A key is made only on the kind of carrier that the case names; the window
// says which one is wanted and works with it once it is there.
func TestCarrierOfTheCase(t *testing.T) {
	w := newWorkplace(t)
	d := &device{Store: w.tokens, kind: "Рутокен Лайт"}
	w.desk.Tokens = d
	p := w.request()
	p.Request.CarrierKind = "Рутокен ЭЦП"
	a := w.ask(p)
	b := w.openWindow(a.WindowURL)
	if _, page := b.do("GET", b.path, nil); !strings.Contains(page, "ключ на нём не создаётся") || strings.Contains(page, `name="pin"`) {
		t.Errorf("another kind of carrier: %s", page)
	}
	if status, page := b.decide("make", w.token.Serial, softtoken.DefaultPIN); status != http.StatusConflict || !strings.Contains(page, "ключ на нём не создаётся") {
		t.Errorf("another kind of carrier: %d %s", status, page)
	}
	if info, _ := w.tokens.Token(w.token.Serial); len(info.Containers) != 0 || w.outcome(a.ID).State != Waiting {
		t.Error("a key was made on another kind of carrier")
	}
	d.kind = "Рутокен ЭЦП"
	b.decide("make", w.token.Serial, softtoken.DefaultPIN)
	if o := w.outcome(a.ID); o.State != Done || o.Result.TokenKind != "Рутокен ЭЦП" {
		t.Errorf("the right carrier: %+v", o)
	}
}

// What a device answers, in the operator's words; after all of these but a
// full or unfit token the operator goes on in the same window.
func TestDeviceErrors(t *testing.T) {
	w := newWorkplace(t)
	d := &device{Store: w.tokens, kind: "Рутокен ЭЦП"}
	w.desk.Tokens = d
	for _, c := range []struct {
		err   error
		text  string
		state State
	}{
		{&token.WrongPIN{Left: token.AttemptsUnknown}, "Попыток осталось меньше обычного", Waiting},
		{&token.WrongPIN{Left: 1}, "Осталась 1 попытка", Waiting},
		{token.ErrRemoved, "Вставьте его обратно", Waiting},
		{token.ErrFull, "Удалите с него ненужные", Failed},
		{token.ErrNoGOST, "Возьмите другой носитель", Failed},
		{token.ErrBlocked, "заблокирован", Failed},
	} {
		p := w.request()
		p.Request.CarrierKind = d.kind
		d.fail = c.err
		a := w.ask(p)
		b := w.openWindow(a.WindowURL)
		_, page := b.decide("make", w.token.Serial, "1")
		o := w.outcome(a.ID)
		if o.State != c.state || !strings.Contains(page, c.text) && (o.Error == nil || !strings.Contains(o.Error.Text, c.text)) {
			t.Errorf("%v: %+v, %s", c.err, o, page)
		}
	}
	var status struct{ Tokens []tokenStatus }
	w.call("GET", "/v1/status", nil, &status)
	if len(status.Tokens) != 1 || status.Tokens[0].AttemptsLeft != nil {
		t.Errorf("status %+v", status)
	}
}
